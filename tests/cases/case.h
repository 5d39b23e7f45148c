#pragma once
#include <convgrad/autograd/function.h>

#include <functional>
#include <string>
#include <vector>

namespace convgrad::cases {

/// An input of a case: random values in [low, high), the same for the same case and seed.
struct Input {
  std::vector<int64_t> sizes;
  double low = -1, high = 1;
  bool requires_grad = true;
  /// Integer inputs (labels, positions) take whole numbers in [low, high) and no gradient.
  bool integer = false;
};

/// A call that must fail, and the Python that fails alike: type and text are compared with the oracle's.
struct Failure {
  std::function<void()> call;
  std::string oracle;  // statement(s); torch, F and nn are imported
};

/// One description of an operation. It gives the value test (against the oracle), the gradient tests (first and second
/// order, random cotangents), the run on every instruction set and thread count, the run with inputs of odd strides,
/// the error tests and the speed table.
struct Case {
  std::function<variable_list(const variable_list& x)> run;
  std::vector<Input> inputs;
  std::string oracle{};  // Python expression of x0, x1, …: a tensor or a tuple of tensors
  bool differentiable = true;
  bool second_order = true;
  double tolerance32 = 1e-5;  // float32 against the oracle's float64, relative to the largest value of a tensor
  double tolerance64 = 1e-10;
  std::vector<Failure> failures{};
  std::vector<Input> large{};  // inputs of the speed table; empty: not timed
  double flops = 0;            // of the large run, forward
};

struct NamedCase {
  std::string name;
  Case value;
};
std::vector<NamedCase>& all_cases();

struct Registration {
  Registration(const char* name, Case (*make)()) { all_cases().push_back({name, make()}); }
};

}  // namespace convgrad::cases

/// Registers a case: CASE(tanh) { return {…}; }
#define CASE(id)                                                                       \
  static ::convgrad::cases::Case make_case_##id();                                     \
  static const ::convgrad::cases::Registration registration_##id{#id, make_case_##id}; \
  static ::convgrad::cases::Case make_case_##id()
