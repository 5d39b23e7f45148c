#pragma once
#include <convgrad/autograd/function.h>

#include <functional>
#include <string>
#include <vector>

namespace convgrad::cases {

using List = variable_list;
using X = const Tensor&;

/// A list of sizes or positions, and one of results (tensors, pairs or lists of them): without braces, which
/// clang-format would not leave in the line of their lambda.
template <class... I>
std::vector<int64_t> ints(I... i) {
  return {static_cast<int64_t>(i)...};
}
inline void append(List& to, const Tensor& t) { to.push_back(t); }
inline void append(List& to, const List& t) { to.insert(to.end(), t.begin(), t.end()); }
inline void append(List& to, const std::tuple<Tensor, Tensor>& t) { append(to, List{std::get<0>(t), std::get<1>(t)}); }
template <class... T>
List list(const T&... results) {
  List all;
  (append(all, results), ...);
  return all;
}

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
  std::string oracle;  // a statement; torch, F, nn and what Case::given names are there
};

/// One description of an operation. It gives the value test (against the oracle), the gradient tests (first and second
/// order, random cotangents), the run on every instruction set and thread count, the run with inputs of odd strides,
/// the error tests and the speed table.
struct Case {
  std::function<variable_list(const variable_list& x)> run;
  std::vector<Input> inputs;
  std::string oracle{};            // Python expression of x0, x1, …: tensors; statements before it are run first
  std::string given{};             // lines that name what oracle and failures use besides
  bool finite_differences = true;  // false: gradients are compared with the oracle's alone
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
inline void PrintTo(const NamedCase& c, std::ostream* out) { *out << c.name; }
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
