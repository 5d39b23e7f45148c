// Reductions: over everything, over one dimension, over several; with equals, zeros and NaN where these decide.
#include <convgrad/ops/reduce.h>

#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// Reductions of a tensor of 2 × 3 × 4.
Case reduced(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {2, 3, 4}, .low = -3, .high = 3}},
          .oracle = oracle,
          .failures = failures};
}

/// One reduction for the speed table.
Case timed(Tensor (*f)(X), const std::string& oracle) {
  return {.run = [f](const List& x) { return list(f(x[0])); },
          .inputs = {{.sizes = {3, 4}}},
          .oracle = oracle,
          .large = {{.sizes = {512, 1024}}}};
}

Tensor x23() { return ones({2, 3}); }
Tensor integers() { return tensor({3, 0, 4}); }
/// Each element twice along the first dimension: equals, for whose gradient there is a rule.
Tensor twice(X x) { return cat(list(x, x)); }
Tensor with_nan() { return tensor({{1., NAN, 3.}, {NAN, NAN, -1.}, {5., 5., 2.}}); }
const std::string kWithNan = "torch.tensor([[1., torch.nan, 3.], [torch.nan, torch.nan, -1.], [5., 5., 2.]])";

}  // namespace

// ---- sums and means

CASE(sum) {
  return reduced(
      [](X x) {
        return list(x.sum(1), x.sum(), x.sum(ints(0, -1), true), x.sum(ints()), x.sum(kFloat64), x.slice(0, 2).sum(0),
                    (x.detach() * 9).to(kInt32).sum(), integers().sum(0, true), integers().ne(0).sum());
      },
      "x0.sum(1), x0.sum(), x0.sum((0, -1), True), x0.sum(()), x0.sum(dtype=torch.float64), x0[2:].sum(0), "
      "(x0.detach() * 9).int().sum(), torch.tensor([3, 0, 4]).sum(0, True), torch.tensor([3, 0, 4]).ne(0).sum()",
      {{[] { x23().sum(2); }, "torch.ones(2, 3).sum(2)"},
       {[] { x23().sum(ints(0, -2)); }, "torch.ones(2, 3).sum((0, -2))"},
       {[] { Tensor::of(1).sum(1); }, "torch.tensor(1).sum(1)"}});
}
CASE(mean) {
  return reduced(
      [](X x) {
        return list(x.mean(1), x.mean(), x.mean(ints(0, 2)), x.mean(-1, true), x.detach().slice(1, 3).mean(1),
                    integers().mean(kFloat64));
      },
      "x0.mean(1), x0.mean(), x0.mean((0, 2)), x0.mean(-1, True), x0.detach()[:, 3:].mean(1), "
      "torch.tensor([3, 0, 4]).mean(dtype=torch.float64)",
      {{[] { integers().mean(); }, "torch.tensor([3, 0, 4]).mean()"},
       {[] { x23().mean(kInt64); }, "torch.ones(2, 3).mean(dtype=torch.int64)"},
       {[] { x23().mean(-3); }, "torch.ones(2, 3).mean(-3)"}});
}
CASE(prod) {
  return reduced(
      [](X x) {
        const Tensor none = x * tensor({1, 0, 1, 1}), some = x * tensor({{1, 0, 1, 1}, {0, 1, 1, 1}, {1, 0, 0, 1}});
        return list(x.prod(1), x.prod(), x.prod(-1, true), none.prod(), none.prod(2), some.prod(2), some.prod(1),
                    x.slice(0, 2).prod(0), integers().prod());
      },
      R"(
none, some = x0 * torch.tensor([1, 0, 1, 1]), x0 * torch.tensor([[1, 0, 1, 1], [0, 1, 1, 1], [1, 0, 0, 1]])
(x0.prod(1), x0.prod(), x0.prod(-1, True), none.prod(), none.prod(2), some.prod(2), some.prod(1),
 x0[2:].prod(0), torch.tensor([3, 0, 4]).prod()))",
      {{[] { x23().prod(2); }, "torch.ones(2, 3).prod(2)"}});
}
CASE(var) {
  return reduced(
      [](X x) {
        return list(x.var(1), x.var(), x.var(ints(0, 2), false, true), x.var(false), x.detach().slice(0, 1).var(0),
                    x.var(ints()));
      },
      "x0.var(1), x0.var(), x0.var((0, 2), correction=0, keepdim=True), x0.var(False), x0.detach()[1:].var(0), "
      "x0.var()",
      {{[] { integers().var(); }, "torch.tensor([3, 0, 4]).var()"}, {[] { x23().var(2); }, "torch.ones(2, 3).var(2)"}});
}
CASE(std) {
  return reduced(
      [](X x) { return list(x.std(1), x.std(), x.std(ints(0, 2), false, true), x.std(false), x.std(ints())); },
      "x0.std(1), x0.std(), x0.std((0, 2), correction=0, keepdim=True), x0.std(False), x0.std()",
      {{[] { integers().std(); }, "torch.tensor([3, 0, 4]).std()"},
       {[] { x23().std(ints(0, 0)); }, "torch.ones(2, 3).std((0, 0))"}});
}
CASE(norm) {
  return reduced(
      [](X x) {
        return list(x.norm(2, 1), x.norm(), x.norm(1), x.norm(3, ints(0, 2), true), x.norm(1.5, 0), x.norm(INFINITY, 1),
                    x.norm(-INFINITY, 1), x.norm(0, 1), x.norm(-2, 2));
      },
      "x0.norm(2, 1), x0.norm(), x0.norm(1), x0.norm(3, (0, 2), True), x0.norm(1.5, 0), x0.norm(torch.inf, 1), "
      "x0.norm(-torch.inf, 1), x0.norm(0, 1), x0.norm(-2, 2)",
      {{[] { integers().norm(); }, "torch.tensor([3, 0, 4]).norm()"},
       {[] { ones(0).norm(INFINITY); }, "torch.ones(0).norm(torch.inf)"},
       {[] { ones(0).norm(-1); }, "torch.ones(0).norm(-1)"},
       {[] { x23().norm(2, 2); }, "torch.ones(2, 3).norm(2, 2)"}});
}
CASE(norm_of_zeros) {
  Case c = reduced([](X x) { return list((x * 0).norm(2, 1), (x * 0).norm(1), (x * 0).norm(3)); },
                   "(x0 * 0).norm(2, 1), (x0 * 0).norm(1), (x0 * 0).norm(3)");
  c.finite_differences = false;  // the gradient is PyTorch's choice
  return c;
}
CASE(logsumexp) {
  return reduced(
      [](X x) {
        return list(x.logsumexp(1), x.logsumexp(ints(0, 2), true),
                    tensor({1000., 998.5}, {.dtype = kFloat64}).logsumexp(0), integers().logsumexp(0).round(),
                    tensor({-INFINITY, -INFINITY}).logsumexp(0), tensor({INFINITY, 1.}).logsumexp(0));
      },
      "x0.logsumexp(1), x0.logsumexp((0, 2), True), torch.tensor([1000., 998.5], dtype=torch.float64).logsumexp(0), "
      "torch.tensor([3, 0, "
      "4]).logsumexp(0).round(), "
      "torch.tensor([-torch.inf, -torch.inf]).logsumexp(0), torch.tensor([torch.inf, 1.]).logsumexp(0)",
      {{[] { x23().logsumexp(2); }, "torch.ones(2, 3).logsumexp(2)"}});
}
CASE(cumsum) {
  return reduced([](X x) { return list(x.cumsum(1), x.cumsum(-1), x.cumsum(0, kFloat64), integers().cumsum(0)); },
                 "x0.cumsum(1), x0.cumsum(-1), x0.cumsum(0, dtype=torch.float64), torch.tensor([3, 0, 4]).cumsum(0)",
                 {{[] { x23().cumsum(2); }, "torch.ones(2, 3).cumsum(2)"}});
}
CASE(cumprod) {
  return reduced(
      [](X x) {
        const Tensor zeros = x * tensor({{1, 0, 1, 1}, {0, 1, 1, 1}, {1, 0, 0, 1}});
        return list(x.cumprod(1), x.cumprod(-1), zeros.cumprod(2), zeros.cumprod(1), integers().cumprod(0));
      },
      R"(
zeros = x0 * torch.tensor([[1, 0, 1, 1], [0, 1, 1, 1], [1, 0, 0, 1]])
x0.cumprod(1), x0.cumprod(-1), zeros.cumprod(2), zeros.cumprod(1), torch.tensor([3, 0, 4]).cumprod(0))",
      {{[] { x23().cumprod(-3); }, "torch.ones(2, 3).cumprod(-3)"}});
}

// ---- extremes

CASE(max) {
  return reduced(
      [](X x) {
        return list(x.max(1), x.max(), x.max(-1, true), twice(x).max(), twice(x).max(0), integers().max(),
                    with_nan().max(), with_nan().max(0), with_nan().max(1));
      },
      "twice, nan = torch.cat((x0, x0)), " + kWithNan +
          "\n"
          "x0.max(1), x0.max(), x0.max(-1, True), twice.max(), twice.max(0), torch.tensor([3, 0, 4]).max(), nan.max(), "
          "nan.max(0), nan.max(1)",
      {{[] { ones(0).max(); }, "torch.ones(0).max()"},
       {[] { ones(ints(2, 0)).max(1); }, "torch.ones(2, 0).max(1)"},
       {[] { x23().max(2); }, "torch.ones(2, 3).max(2)"}});
}
CASE(min) {
  return reduced(
      [](X x) {
        return list(x.min(1), x.min(), x.min(-1, true), twice(x).min(), twice(x).min(0), integers().min(),
                    with_nan().min(), with_nan().min(0), with_nan().min(1));
      },
      "twice, nan = torch.cat((x0, x0)), " + kWithNan +
          "\n"
          "x0.min(1), x0.min(), x0.min(-1, True), twice.min(), twice.min(0), torch.tensor([3, 0, 4]).min(), nan.min(), "
          "nan.min(0), nan.min(1)",
      {{[] { ones(0).min(); }, "torch.ones(0).min()"}, {[] { ones(ints(2, 0)).min(1); }, "torch.ones(2, 0).min(1)"}});
}
CASE(amax) {
  return reduced(
      [](X x) {
        return list(x.amax(1), x.amax(), x.amax(ints(0, 2), true), twice(x).amax(ints(0, 1)), with_nan().amax(0));
      },
      "x0.amax(1), x0.amax(), x0.amax((0, 2), True), torch.cat((x0, x0)).amax((0, 1)), " + kWithNan + ".amax(0)",
      {{[] { ones(0).amax(); }, "torch.ones(0).amax()"},
       {[] { ones(ints(2, 0)).amax(1); }, "torch.ones(2, 0).amax(1)"},
       {[] { x23().amax(ints(0, 0)); }, "torch.ones(2, 3).amax((0, 0))"}});
}
CASE(amin) {
  return reduced(
      [](X x) {
        return list(x.amin(1), x.amin(), x.amin(ints(0, 2), true), twice(x).amin(ints(0, 1)), with_nan().amin(0));
      },
      "x0.amin(1), x0.amin(), x0.amin((0, 2), True), torch.cat((x0, x0)).amin((0, 1)), " + kWithNan + ".amin(0)",
      {{[] { ones(0).amin(); }, "torch.ones(0).amin()"}});
}
CASE(argmax) {
  Case c = reduced(
      [](X x) {
        return list(x.argmax(1), x.argmax(), x.argmax(-1, true), x.argmax({}, true), twice(x).argmax(0),
                    with_nan().argmax(), with_nan().argmax(1), Tensor::of(1).argmax(0));
      },
      "x0.argmax(1), x0.argmax(), x0.argmax(-1, True), x0.argmax(keepdim=True), torch.cat((x0, x0)).argmax(0), " +
          kWithNan + ".argmax(), " + kWithNan + ".argmax(1), torch.tensor(1).argmax(0)",
      {{[] { ones(0).argmax(); }, "torch.ones(0).argmax()"},
       {[] { ones(ints(2, 0)).argmax(1); }, "torch.ones(2, 0).argmax(1)"},
       {[] { x23().argmax(2); }, "torch.ones(2, 3).argmax(2)"},
       {[] { x23().ne(0).argmax(); }, "torch.ones(2, 3).ne(0).argmax()"}});
  c.finite_differences = false;
  return c;
}
CASE(argmin) {
  Case c = reduced(
      [](X x) {
        return list(x.argmin(1), x.argmin(), x.argmin(-1, true), twice(x).argmin(0), with_nan().argmin(),
                    with_nan().argmin(1));
      },
      "x0.argmin(1), x0.argmin(), x0.argmin(-1, True), torch.cat((x0, x0)).argmin(0), " + kWithNan + ".argmin(), " +
          kWithNan + ".argmin(1)",
      {{[] { ones(0).argmin(); }, "torch.ones(0).argmin()"}});
  c.finite_differences = false;
  return c;
}
CASE(any_and_all) {
  Case c = reduced(
      [](X x) {
        const Tensor some = x.detach() > 1, bytes = integers().to(kUInt8);
        return list(some.any(1), some.all(1), some.any(), some.all(), some.any(-1, true), x.slice(0, 2).any(0),
                    x.slice(0, 2).all(0), bytes.any(), bytes.all(), bytes.any(0), integers().all(0), with_nan().all(),
                    some.any({0, 1}), some.all({-1, 0}, true), bytes.all(IntArrayRef()), x.sum({}), x.mean({}));
      },
      "some, n = x0 > 1, torch.tensor([3, 0, 4])\n"
      "some.any(1), some.all(1), some.any(), some.all(), some.any(-1, True), x0[2:].any(0), x0[2:].all(0), "
      "n.byte().any(), n.byte().all(), n.byte().any(0), n.all(0), " +
          kWithNan + ".all(), some.any((0, 1)), some.all((-1, 0), True), n.byte().all(()), x0.sum(()), x0.mean(())",
      {{[] { x23().any(2); }, "torch.ones(2, 3).any(2)"},
       {[] { x23().all(-3); }, "torch.ones(2, 3).all(-3)"},
       {[] {
          x23().any({0, 0});
        },
        "torch.ones(2, 3).any((0, 0))"},
       {[] {
          x23().all({0, 5});
        },
        "torch.ones(2, 3).all((0, 5))"}});
  c.finite_differences = false;
  return c;
}

// ---- the speed table

CASE(time_sum) {
  return timed([](X x) { return x.sum(); }, "x0.sum()");
}
CASE(time_sum_of_rows) {
  return timed([](X x) { return x.sum(1); }, "x0.sum(1)");
}
CASE(time_sum_of_columns) {
  return timed([](X x) { return x.sum(0); }, "x0.sum(0)");
}
CASE(time_var) {
  return timed([](X x) { return x.var(1); }, "x0.var(1)");
}
CASE(time_max) {
  return timed([](X x) { return std::get<0>(x.max(1)); }, "x0.max(1)[0]");
}
CASE(time_cumsum) {
  return timed([](X x) { return x.cumsum(1); }, "x0.cumsum(1)");
}

}  // namespace convgrad::cases
