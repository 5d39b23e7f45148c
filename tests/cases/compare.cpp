// Comparisons, logic, bits.
#include <convgrad/ops/compare.h>

#include <convgrad/ops/creation.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = R"(
nan, inf = torch.nan, torch.inf
t, ones = torch.tensor, torch.ones
special, i, b, bytes = t([1., nan, inf, -inf, -0.]), t([6, -3, 0]), t([True, False]), t([200, 7, 0]).byte()
)";
Tensor special() { return tensor({1., NAN, INFINITY, -INFINITY, -0.}); }
Tensor i() { return tensor({6, -3, 0}); }
Tensor b() { return tensor({true, false}); }
Tensor bytes() { return tensor({200, 7, 0}).to(kUInt8); }

/// Comparisons of two tensors, the second broadcast; and of tensors that both sides know by name.
Case compared(List (*f)(X, X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0], x[1]); },
          .inputs = {{.sizes = {3, 4}, .requires_grad = false}, {.sizes = {2, 1, 4}, .requires_grad = false}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

/// One comparison with a tensor, with a number, as an operator, between types.
Case relation(List (*f)(X, X), const std::string& sign) {
  std::string oracle;
  for (const char* pair : {"x0 % x1", "x0 % 0.25", "x0 % x0", "special % 1", "special % special", "i % 0.5", "i % i[0]",
                           "b % 1", "b % b[1]", "bytes % 200", "bytes % i"})
    oracle += std::string(pair).replace(std::string(pair).find('%'), 1, sign) + ", ";
  return compared(f, oracle);
}

template <class F>
List relations(F f, X x, X y) {
  return list(f(x, y), f(x, Scalar(0.25)), f(x, x), f(special(), Scalar(1)), f(special(), special()),
              f(i(), Scalar(0.5)), f(i(), i()[0]), f(b(), Scalar(1)), f(b(), b()[1]), f(bytes(), Scalar(200)),
              f(bytes(), i()));
}

}  // namespace

CASE(eq) {
  Case c = relation([](X x, X y) { return relations([](X a, auto b) { return eq(a, b); }, x, y); }, "==");
  c.failures = {{[] { eq(ones(2), ones(3)); }, "ones(2) == ones(3)"}};
  return c;
}
CASE(ne) {
  return relation([](X x, X y) { return relations([](X a, auto b) { return ne(a, b); }, x, y); }, "!=");
}
CASE(lt) {
  return relation([](X x, X y) { return relations([](X a, auto b) { return a < b; }, x, y); }, "<");
}
CASE(le) {
  return relation([](X x, X y) { return relations([](X a, auto b) { return le(a, b); }, x, y); }, "<=");
}
CASE(gt) {
  return relation([](X x, X y) { return relations([](X a, auto b) { return gt(a, b); }, x, y); }, ">");
}
CASE(ge) {
  return relation([](X x, X y) { return relations([](X a, auto b) { return a >= b; }, x, y); }, ">=");
}
CASE(logic) {
  return compared(
      [](X x, X y) {
        return list(logical_and(x > 0, y), logical_or(x > 0, y > 0), logical_xor(x > 0, y > 0), logical_not(x),
                    logical_not(special()), logical_and(i(), bytes()), logical_xor(i(), special()[0]));
      },
      "(x0 > 0).logical_and(x1), (x0 > 0).logical_or(x1 > 0), (x0 > 0).logical_xor(x1 > 0), x0.logical_not(), "
      "special.logical_not(), i.logical_and(bytes), i.logical_xor(special[0])",
      {{[] { logical_and(ones(2), ones(3)); }, "ones(2).logical_and(ones(3))"}});
}
CASE(bits) {
  return compared(
      [](X x, X y) {
        return list((x > 0) & (y > 0), (x > 0) | (y > 0), (x > 0) ^ (y > 0), ~(x > 0), i() & 5, i() | bytes(), i() ^ -1,
                    ~i(), ~bytes(), bitwise_and(b(), tensor(true)), bitwise_not(b()));
      },
      "(x0 > 0) & (x1 > 0), (x0 > 0) | (x1 > 0), (x0 > 0) ^ (x1 > 0), ~(x0 > 0), i & 5, i | bytes, i ^ -1, ~i, ~bytes, "
      "b.bitwise_and(t(True)), b.bitwise_not()",
      {{[] { bitwise_and(ones(2), ones(2)); }, "ones(2) & ones(2)"},
       {[] { bitwise_or(ones(2), i()); }, "ones(2) | i"},
       {[] { bitwise_xor(i(), b()); }, "i ^ b"},
       {[] { bitwise_not(ones(2)); }, "ones(2).bitwise_not()"}});
}
CASE(kinds_of_numbers) {
  return compared(
      [](X, X) { return list(isnan(special()), isinf(special()), isfinite(special()), isnan(i()), isfinite(b())); },
      "special.isnan(), special.isinf(), special.isfinite(), i.isnan(), b.isfinite()");
}
CASE(closeness) {
  return compared(
      [](X x, X y) {
        return list(isclose(x, x + 1e-9), isclose(x, y, 0.5, 0.1), isclose(special(), special()),
                    isclose(special(), special(), 0, 0, true), isclose(i(), i() + 1, 0, 1),
                    tensor(allclose(x, x * (1 + 1e-7))), tensor(allclose(x, x + 1)), tensor(equal(i(), i())),
                    tensor(equal(x, y)), tensor(equal(special(), special())));
      },
      "x0.isclose(x0 + 1e-9), x0.isclose(x1, 0.5, 0.1), special.isclose(special), "
      "special.isclose(special, 0, 0, equal_nan=True), i.isclose(i + 1, 0, 1), t(x0.allclose(x0 * (1 + 1e-7))), "
      "t(x0.allclose(x0 + 1)), t(i.equal(i)), t(x0.equal(x1)), t(special.equal(special))",
      {{[] { isclose(ones(2), i()); }, "ones(2).isclose(i)"},
       {[] { isclose(ones(2), ones(2), -1); }, "ones(2).isclose(ones(2), -1)"},
       {[] { isclose(ones(2), ones(2), 0, -1); }, "ones(2).isclose(ones(2), 0, -1)"},
       {[] { allclose(ones(2), ones(3)); }, "ones(2).allclose(ones(3))"}});
}

}  // namespace convgrad::cases
