// Sorting, and what is made of exponentials along a dimension.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/sort.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

Case along(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {2, 3, 4}, .low = -3, .high = 3}},
          .oracle = oracle,
          .failures = failures};
}

/// One of them for the speed table.
Case timed(Tensor (*f)(X), const std::string& oracle) {
  return {.run = [f](const List& x) { return list(f(x[0])); },
          .inputs = {{.sizes = {3, 4}}},
          .oracle = oracle,
          .large = {{.sizes = {1024, 256}}}};
}

Tensor x23() { return ones({2, 3}); }
Tensor mixed() { return tensor({2., NAN, 1., -INFINITY, 1., INFINITY, NAN, 2.}); }
Tensor far() { return tensor({1000., 998.5, -1000., 999.}, {.dtype = kFloat64}); }
const std::string kFar = "torch.tensor([1000., 998.5, -1000., 999.], dtype=torch.float64)";
const std::string kMixed = "torch.tensor([2., torch.nan, 1., -torch.inf, 1., torch.inf, torch.nan, 2.])";

}  // namespace

CASE(sort) {
  return along(
      [](X x) {
        return list(x.sort(), x.sort(0, true), sort(cat(list(x, x)), true, 0), mixed().sort(), mixed().sort(0, true),
                    tensor({3, 1, 2}).sort(), x.sum().sort());
      },
      "x0.sort(), x0.sort(0, True), torch.cat((x0, x0)).sort(stable=True, dim=0), " + kMixed + ".sort(), " + kMixed +
          ".sort(descending=True, stable=True), torch.tensor([3, 1, 2]).sort(), x0.sum().sort()",
      {{[] { x23().sort(2); }, "torch.ones(2, 3).sort(2)"}});
}
CASE(argsort) {
  Case c = along([](X x) { return list(x.argsort(), x.argsort(1, true), mixed().argsort()); },
                 "x0.argsort(), x0.argsort(1, True), " + kMixed + ".argsort(stable=True)",
                 {{[] { x23().argsort(-3); }, "torch.ones(2, 3).argsort(-3)"}});
  c.finite_differences = false;
  return c;
}
CASE(median) {
  return along(
      [](X x) {
        return list(x.median(), x.median(1), x.median(-1, true), x.sum().median(0), mixed().median(), mixed().median(0),
                    tensor({3, 1, 2, 2, 1, 2}, kInt64).median(0), zeros({0}).median(), zeros({0, 3}).median(1));
      },
      "x0.median(), *x0.median(1), *x0.median(-1, True), *x0.sum().median(0), " + kMixed + ".median(), *" + kMixed +
          ".median(0), *torch.tensor([3, 1, 2, 2, 1, 2]).median(0), torch.zeros(0).median(), "
          "*torch.zeros(0, 3).median(1)",
      {{[] { x23().median(2); }, "torch.ones(2, 3).median(2)"},
       {[] {
          zeros({0, 3}).median(0);
        },
        "torch.zeros(0, 3).median(0)"},
       {[] { (x23() > 0).median(); }, "(torch.ones(2, 3) > 0).median()"},
       {[] { (x23() > 0).median(0); }, "(torch.ones(2, 3) > 0).median(0)"}});
}

CASE(nanmedian) {
  return along(
      [](X x) {
        return list(x.nanmedian(), x.nanmedian(1), mixed().nanmedian(), mixed().nanmedian(0, true),
                    tensor({3, 1, 2, 2}, kInt64).nanmedian(0), full({2}, NAN).nanmedian(0));
      },
      "x0.nanmedian(), *x0.nanmedian(1), " + kMixed + ".nanmedian(), *" + kMixed +
          ".nanmedian(0, True), *torch.tensor([3, 1, 2, 2]).nanmedian(0), *torch.full((2,), torch.nan).nanmedian(0)",
      {{[] { x23().nanmedian(2); }, "torch.ones(2, 3).nanmedian(2)"}});
}

CASE(topk) {
  return along(
      [](X x) {
        return list(x.topk(2), x.topk(1, 0, false), x.topk(3, 1), x.topk(0), std::get<0>(mixed().topk(4)),
                    x.sum().topk(1));
      },
      "x0.topk(2), x0.topk(1, 0, False), x0.topk(3, 1), x0.topk(0), " + kMixed + ".topk(4)[0], x0.sum().topk(1)",
      {{[] { x23().topk(4); }, "torch.ones(2, 3).topk(4)"},
       {[] { x23().topk(-1); }, "torch.ones(2, 3).topk(-1)"},
       {[] { x23().topk(1, 2); }, "torch.ones(2, 3).topk(1, 2)"}});
}
CASE(softmax) {
  return along(
      [](X x) {
        return list(softmax(x, 1), x.softmax(0), far().softmax(0), x.softmax(2, kFloat64), mixed().softmax(0),
                    x.sum().softmax(0), tensor({-INFINITY, 1.}).softmax(0), tensor({3, 1}).softmax(0, kFloat64));
      },
      "x0.softmax(1), x0.softmax(0), " + kFar + ".softmax(0), x0.softmax(2, torch.float64), " + kMixed +
          ".softmax(0), x0.sum().softmax(0), torch.tensor([-torch.inf, 1.]).softmax(0), "
          "torch.tensor([3, 1]).softmax(0, torch.float64)",
      {{[] { x23().softmax(2); }, "torch.ones(2, 3).softmax(2)"},
       {[] {
          tensor({1, 2}).softmax(0);
        },
        "torch.tensor([1, 2]).softmax(0)"}});
}
CASE(log_softmax) {
  return along(
      [](X x) {
        return list(log_softmax(x, 1), x.log_softmax(0), far().log_softmax(0), x.log_softmax(2, kFloat64),
                    mixed().log_softmax(0), tensor({-INFINITY, 1.}).log_softmax(0));
      },
      "x0.log_softmax(1), x0.log_softmax(0), " + kFar + ".log_softmax(0), x0.log_softmax(2, torch.float64), " + kMixed +
          ".log_softmax(0), torch.tensor([-torch.inf, 1.]).log_softmax(0)",
      {{[] { x23().log_softmax(2); }, "torch.ones(2, 3).log_softmax(2)"},
       {[] {
          tensor({1, 2}).log_softmax(0);
        },
        "torch.tensor([1, 2]).log_softmax(0)"}});
}

// ---- the speed table

CASE(time_sort) {
  return timed([](X x) { return std::get<0>(x.sort()); }, "x0.sort()[0]");
}
CASE(time_topk) {
  return timed([](X x) { return std::get<0>(x.topk(3)); }, "x0.topk(3)[0]");
}
CASE(time_softmax) {
  return timed([](X x) { return x.softmax(1); }, "x0.softmax(1)");
}
CASE(time_log_softmax) {
  return timed([](X x) { return x.log_softmax(1); }, "x0.log_softmax(1)");
}

}  // namespace convgrad::cases
