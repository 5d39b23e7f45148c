// Products.
#include <convgrad/ops/linalg.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// A product of inputs of these sizes.
Case product(List (*f)(const List&), const std::vector<std::vector<int64_t>>& sizes, const std::string& oracle,
             const std::vector<Failure>& failures = {}) {
  Case c{.run = f, .inputs = {}, .oracle = oracle, .given = "ones = torch.ones", .failures = failures};
  for (const auto& s : sizes) c.inputs.push_back({.sizes = s});
  return c;
}

/// One product for the speed table.
Case timed(Tensor (*f)(X, X), const std::string& oracle, const std::vector<int64_t>& a, const std::vector<int64_t>& b,
           const std::vector<int64_t>& large_a, const std::vector<int64_t>& large_b, double flops) {
  return {.run = [f](const List& x) { return list(f(x[0], x[1])); },
          .inputs = {{.sizes = a}, {.sizes = b}},
          .oracle = oracle,
          .large = {{.sizes = large_a}, {.sizes = large_b}},
          .flops = flops};
}

Tensor x(int64_t m, int64_t n) { return ones({m, n}); }
Tensor x(int64_t b, int64_t m, int64_t n) { return ones({b, m, n}); }

}  // namespace

CASE(mm) {
  return product([](const List& x) { return list(mm(x[0], x[1]), x[1].t().mm(x[0].t())); }, {{3, 4}, {4, 5}},
                 "x0.mm(x1), x1.t().mm(x0.t())",
                 {{[] { mm(x(2, 3), x(2, 3)); }, "ones(2, 3).mm(ones(2, 3))"},
                  {[] { mm(ones(3), x(3, 2)); }, "ones(3).mm(ones(3, 2))"},
                  {[] { mm(x(2, 3), ones(3)); }, "ones(2, 3).mm(ones(3))"},
                  {[] { mm(x(2, 3), x(3, 2).to(kFloat64)); }, "ones(2, 3).mm(ones(3, 2).double())"},
                  {[] { mm(x(2, 3).to(kBool), x(3, 2).to(kBool)); }, "ones(2, 3).bool().mm(ones(3, 2).bool())"}});
}
CASE(mm_of_nothing) {
  return product([](const List& x) { return list(mm(x[0], x[1]), mm(x[1], x[0]), mm(x[2], x[2].t())); },
                 {{3, 0}, {0, 3}, {2, 2}}, "x0.mm(x1), x1.mm(x0), x2.mm(x2.t())");
}
CASE(mm_of_integers) {
  Case c = product(
      [](const List&) {
        const Tensor a = tensor({{1, 2}, {3, 4}}), b = full({2, 2}, INT64_MAX), d = a.to(kUInt8) * 100;
        return list(mm(a, a), mm(a, b), mm(d, d), mv(a, a[0]), dot(a[0], a[1]));
      },
      {}, "a.mm(a), a.mm(torch.full((2, 2), 2 ** 63 - 1)), d.mm(d), a.mv(a[0]), a[0].dot(a[1])");
  c.given = "a = torch.tensor([[1, 2], [3, 4]])\nd = a.byte() * 100";
  return c;
}
CASE(bmm) {
  return product([](const List& x) { return list(bmm(x[0], x[1]), x[1].mT().bmm(x[0].mT())); }, {{2, 3, 4}, {2, 4, 2}},
                 "x0.bmm(x1), x1.mT.bmm(x0.mT)",
                 {{[] { bmm(x(2, 3, 4), x(3, 4, 2)); }, "ones(2, 3, 4).bmm(ones(3, 4, 2))"},
                  {[] { bmm(x(2, 3, 4), x(2, 3, 4)); }, "ones(2, 3, 4).bmm(ones(2, 3, 4))"},
                  {[] { bmm(x(3, 4), x(2, 4, 3)); }, "ones(3, 4).bmm(ones(2, 4, 3))"},
                  {[] { bmm(x(2, 3, 4), x(4, 3)); }, "ones(2, 3, 4).bmm(ones(4, 3))"},
                  {[] { bmm(x(2, 3, 4), x(2, 4, 3).to(kFloat64)); }, "ones(2, 3, 4).bmm(ones(2, 4, 3).double())"}});
}
CASE(mv) {
  return product([](const List& x) { return list(mv(x[0], x[1]), x[0].t().mv(x[2])); }, {{3, 4}, {4}, {3}},
                 "x0.mv(x1), x0.t().mv(x2)",
                 {{[] { mv(x(2, 3), ones(2)); }, "ones(2, 3).mv(ones(2))"},
                  {[] { mv(x(2, 3), x(3, 2)); }, "ones(2, 3).mv(ones(3, 2))"},
                  {[] { mv(ones(3), ones(3)); }, "ones(3).mv(ones(3))"}});
}
CASE(dot) {
  return product([](const List& x) { return list(dot(x[0], x[1]), x[0].dot(x[0])); }, {{5}, {5}},
                 "x0.dot(x1), x0.dot(x0)",
                 {{[] { dot(ones(2), ones(3)); }, "ones(2).dot(ones(3))"},
                  {[] { dot(x(2, 1), ones(2)); }, "ones(2, 1).dot(ones(2))"},
                  {[] { dot(ones(2), ones(2, {.dtype = kFloat64})); }, "ones(2).dot(ones(2).double())"}});
}
CASE(outer) {
  return product([](const List& x) { return list(outer(x[0], x[1]), x[1].outer(x[1])); }, {{3}, {4}},
                 "x0.outer(x1), x1.outer(x1)",
                 {{[] { outer(x(2, 3), ones(2)); }, "ones(2, 3).outer(ones(2))"},
                  {[] { outer(ones(2), Tensor::of(1.)); }, "ones(2).outer(torch.tensor(1.))"}});
}
CASE(addmm) {
  return product(
      [](const List& x) {
        return list(addmm(x[2], x[0], x[1]), addmm(x[3], x[0], x[1], 0.5, -2), x[3].addmm(x[0], x[1], 0, 2),
                    addmm(x[2].sum(), x[0], x[1], 2));
      },
      {{3, 4}, {4, 5}, {5}, {3, 5}},
      "torch.addmm(x2, x0, x1), torch.addmm(x3, x0, x1, beta=0.5, alpha=-2), x3.addmm(x0, x1, beta=0, "
      "alpha=2), torch.addmm(x2.sum(), x0, x1, beta=2)",
      {{[] { addmm(ones(3), x(2, 3), x(3, 2)); }, "torch.addmm(ones(3), ones(2, 3), ones(3, 2))"},
       {[] { addmm(ones(2), x(2, 3), x(2, 3)); }, "torch.addmm(ones(2), ones(2, 3), ones(2, 3))"},
       {[] { addmm(ones(2), ones(3), x(3, 2)); }, "torch.addmm(ones(2), ones(3), ones(3, 2))"}});
}
CASE(matmul) {
  return product(
      [](const List& x) {
        const Tensor &a = x[0], &b = x[1], &u = x[2], &v = x[3], m = a.select(0, 0), n = b.select(0, 0);
        return list(a.matmul(b), matmul(m, n), matmul(v, n), matmul(m, v), matmul(v, v), matmul(a, v), matmul(u, a),
                    matmul(a, n), matmul(m, b), matmul(a.unsqueeze(1), b), matmul(u.unsqueeze(0), a.select(0, 1)));
      },
      {{2, 3, 4}, {2, 4, 2}, {3}, {4}}, R"(
m, n = x0[0], x1[0]
(x0 @ x1, m @ n, x3 @ n, m @ x3, x3 @ x3, x0 @ x3, x2 @ x0, x0 @ n, m @ x1, x0.unsqueeze(1) @ x1,
 x2.unsqueeze(0) @ x0[1]))",
      {{[] { matmul(x(2, 3), x(2, 3)); }, "ones(2, 3) @ ones(2, 3)"},
       {[] { matmul(x(2, 3), ones(2)); }, "ones(2, 3) @ ones(2)"},
       {[] { matmul(ones(2), x(3, 2)); }, "ones(2) @ ones(3, 2)"},
       {[] { matmul(ones(2), ones(3)); }, "ones(2) @ ones(3)"},
       {[] { matmul(x(2, 3, 4), x(3, 4, 2)); }, "ones(2, 3, 4) @ ones(3, 4, 2)"},
       {[] { matmul(x(2, 3, 4), x(2, 3, 4)); }, "ones(2, 3, 4) @ ones(2, 3, 4)"},
       {[] { matmul(x(2, 3, 4), ones(3)); }, "ones(2, 3, 4) @ ones(3)"},
       {[] { matmul(Tensor::of(1.), ones(3)); }, "torch.tensor(1.) @ ones(3)"}});
}
CASE(linear) {
  return product(
      [](const List& x) {
        return list(linear(x[0], x[1], x[2]), linear(x[0], x[1]), linear(x[0][0][0], x[1], x[2]),
                    linear(x[0][1], x[1], x[2]), linear(x[0], x[2].slice(0, 0, 4)));
      },
      {{2, 3, 4}, {5, 4}, {5}},
      "F.linear(x0, x1, x2), F.linear(x0, x1), F.linear(x0[0, 0], x1, x2), F.linear(x0[1], x1, x2), "
      "F.linear(x0, x2[:4])",
      {{[] { linear(x(2, 3), x(3, 2)); }, "F.linear(ones(2, 3), ones(3, 2))"},
       {[] { linear(x(2, 3), x(2, 3), ones(3)); }, "F.linear(ones(2, 3), ones(2, 3), ones(3))"},
       {[] { linear(x(2, 2, 3), x(2, 2)); }, "F.linear(ones(2, 2, 3), ones(2, 2))"}});
}

// ---- the speed table

const double kCube = 2. * 512 * 512 * 512;
CASE(time_mm) { return timed(mm, "x0 @ x1", {3, 4}, {4, 5}, {512, 512}, {512, 512}, kCube); }
CASE(time_mm_transposed) {
  return timed([](X a, X b) { return mm(a.t(), b); }, "x0.t() @ x1", {4, 3}, {4, 5}, {512, 512}, {512, 512}, kCube);
}
CASE(time_bmm) { return timed(bmm, "x0.bmm(x1)", {2, 3, 4}, {2, 4, 5}, {64, 128, 128}, {64, 128, 128}, kCube); }
CASE(time_mv) { return timed(mv, "x0 @ x1", {3, 4}, {4}, {1024, 1024}, {1024}, 2. * 1024 * 1024); }
CASE(time_dot) { return timed(dot, "x0 @ x1", {5}, {5}, {1 << 20}, {1 << 20}, 2. * (1 << 20)); }
CASE(time_linear) {
  return timed([](X x, X w) { return linear(x, w); }, "F.linear(x0, x1)", {3, 4}, {5, 4}, {128, 400}, {400, 400},
               2. * 128 * 400 * 400);
}

}  // namespace convgrad::cases
