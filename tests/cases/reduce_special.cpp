// Reductions, scans and picks that fewer programs call.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/sort.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = R"(
T, nan, inf, ones = torch.tensor, torch.nan, torch.inf, torch.ones
n, l, b = T([[1., nan, 3.], [nan, nan, 2.]]), T([[3, 1, 2], [1, 1, 0]]), T([True, False, True])
)";
Tensor n() { return tensor({{1., NAN, 3.}, {NAN, NAN, 2.}}); }
Tensor l() { return tensor({{3, 1, 2}, {1, 1, 0}}); }
Tensor b() { return tensor({true, false, true}); }
Tensor twice(X x) { return cat(list(x, x)); }

Case of_tensor(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {2, 3, 4}, .low = -3, .high = 3}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

}  // namespace

CASE(nansum) {
  return of_tensor(
      [](X x) {
        return list(nansum(x), nansum(x, ints(0, 2), true), nansum(n()), nansum(n(), 1), nansum(l(), 1), nansum(b()),
                    nansum(n(), {}, false, kFloat64));
      },
      "x0.nansum(), x0.nansum((0, 2), True), n.nansum(), n.nansum(1), l.nansum(1), b.nansum(), "
      "n.nansum(dtype=torch.float64)",
      {{[] { nansum(n(), 2); }, "n.nansum(2)"}});
}
CASE(nanmean) {
  return of_tensor([](X x) { return list(nanmean(x), nanmean(x, 1), nanmean(n(), 0, true)); },
                   "x0.nanmean(), x0.nanmean(1), n.nanmean(0, True)", {{[] { nanmean(l()); }, "l.nanmean()"}});
}
CASE(count_nonzero) {
  Case c = of_tensor(
      [](X x) {
        return list(count_nonzero(x), count_nonzero(l(), 1), count_nonzero(l(), ints(0, 1)), count_nonzero(b()));
      },
      "x0.count_nonzero(), l.count_nonzero(1), l.count_nonzero((0, 1)), b.count_nonzero()",
      {{[] { count_nonzero(l(), 2); }, "l.count_nonzero(2)"}});
  c.inputs[0].requires_grad = false;
  return c;
}
CASE(moments_at_once) {
  return of_tensor(
      [](X x) { return list(var_mean(x), var_mean(x, 1, false), std_mean(x, ints(0, 2), true, true), std_mean(x)); },
      "torch.var_mean(x0), torch.var_mean(x0, 1, unbiased=False), torch.std_mean(x0, (0, 2), unbiased=True, "
      "keepdim=True), "
      "torch.std_mean(x0)",
      {{[] { var_mean(l()); }, "torch.var_mean(l)"}, {[] { std_mean(l()); }, "torch.std_mean(l)"}});
}
CASE(aminmax) {
  return of_tensor(
      [](X x) {
        return list(aminmax(x), aminmax(twice(x), 0), aminmax(x, 1, true), aminmax(l()), aminmax(b()), aminmax(n()));
      },
      "x0.aminmax(), torch.cat((x0, x0)).aminmax(dim=0), x0.aminmax(dim=1, keepdim=True), l.aminmax(), b.aminmax(), "
      "n.aminmax()",
      {{[] { aminmax(ones({0})); }, "ones(0).aminmax()"},
       {[] {
          aminmax(ones({0, 3}), 0);
        },
        "ones(0, 3).aminmax(dim=0)"},
       {[] { aminmax(l(), 2); }, "l.aminmax(dim=2)"}});
}
CASE(logcumsumexp) {
  return of_tensor(
      [](X x) {
        return list(logcumsumexp(x, 1), logcumsumexp(x, -1), logcumsumexp(x.sum(), 0),
                    logcumsumexp(tensor({-INFINITY, -INFINITY, 1., INFINITY, -INFINITY}), 0), logcumsumexp(n(), 1));
      },
      "x0.logcumsumexp(1), x0.logcumsumexp(-1), x0.sum().logcumsumexp(0), "
      "T([-inf, -inf, 1., inf, -inf]).logcumsumexp(0), n.logcumsumexp(1)",
      {{[] { logcumsumexp(l(), 0); }, "l.logcumsumexp(0)"}, {[] { logcumsumexp(n(), 2); }, "n.logcumsumexp(2)"}});
}
CASE(running_extrema) {
  return of_tensor(
      [](X x) {
        return list(cummax(x, 0), cummin(x, 1), cummax(twice(x), 0), cummax(l(), 1), cummin(b(), 0), cummax(n(), 1),
                    cummin(tensor({1., 3., 1., NAN, -4.}), 0), cummax(x.sum(), 0));
      },
      "x0.cummax(0), x0.cummin(1), torch.cat((x0, x0)).cummax(0), l.cummax(1), b.cummin(0), n.cummax(1), "
      "T([1., 3., 1., nan, -4.]).cummin(0), x0.sum().cummax(0)",
      {{[] { cummax(l(), 2); }, "l.cummax(2)"}});
}
CASE(diff) {
  return of_tensor(
      [](X x) {
        return list(diff(x), diff(x, 2, 0), diff(x, 9), diff(l()), diff(b()),
                    diff(x, 1, 2, ones({2, 3, 1}), ones({2, 3, 2})));
      },
      "x0.diff(), x0.diff(2, 0), x0.diff(9), l.diff(), b.diff(), "
      "x0.diff(prepend=ones(2, 3, 1), append=ones(2, 3, 2))",
      {{[] { diff(n(), -1); }, "n.diff(-1)"},
       {[] { diff(tensor(1.)); }, "T(1.).diff()"},
       {[] {
          diff(n(), 1, 1, ones({3, 1}));
        },
        "n.diff(prepend=ones(3, 1))"},
       {[] { diff(n(), 1, 1, ones({3})); }, "n.diff(prepend=ones(3))"}});
}
CASE(trapezoid) {  // times one: PyTorch has other names for its products with numbers
  return of_tensor(
      [](X x) {
        return list(trapezoid(x) * 1, trapezoid(x, 2, 0) * 1, trapezoid(x, tensor({1., 2., 4., 8.}, kFloat64)) * 1,
                    trapezoid(x, tensor({1., 2.5, 3.}, kFloat64), 1) * 1);
      },
      "d = torch.double; torch.trapezoid(x0) * 1, torch.trapezoid(x0, dx=2, dim=0) * 1, "
      "torch.trapezoid(x0, T([1., 2., 4., 8.], dtype=d)) * 1, torch.trapezoid(x0, T([1., 2.5, 3.], dtype=d), dim=1) * "
      "1");
}
CASE(trace) {
  return of_tensor([](X x) { return list(trace(x[0]), trace(l()), trace(x[1].t())); },
                   "x0[0].trace(), l.trace(), x0[1].t().trace()",
                   {{[] { trace(ones(3)); }, "ones(3).trace()"},
                    {[] {
                       trace(b().view({1, 3}));
                     },
                     "b.view(1, 3).trace()"}});
}
CASE(dist) {
  return of_tensor([](X x) { return list(dist(x[0], x[1]), dist(x[0], x[1], 1), dist(x[0], x[1], 3.5)); },
                   "x0[0].dist(x0[1]), x0[0].dist(x0[1], 1), x0[0].dist(x0[1], 3.5)");
}
CASE(kthvalue) {
  return of_tensor(
      [](X x) {
        return list(kthvalue(x, 2), kthvalue(x, 1, 0, true), kthvalue(x.sum(), 1), kthvalue(n()[0], 3),
                    kthvalue(l()[0], 2));
      },
      "x0.kthvalue(2), x0.kthvalue(1, 0, True), x0.sum().kthvalue(1), n[0].kthvalue(3), l[0].kthvalue(2)",
      {{[] { kthvalue(l(), 4); }, "l.kthvalue(4)"},
       {[] { kthvalue(l(), 0); }, "l.kthvalue(0)"},
       {[] {
          kthvalue(ones({0, 3}), 1, 0);
        },
        "ones(0, 3).kthvalue(1, 0)"},
       {[] { kthvalue(l(), 1, 2); }, "l.kthvalue(1, 2)"}});
}
CASE(mode) {
  return of_tensor(
      [](X x) {
        return list(mode(l()), mode(l(), 0), mode(tensor({1., 2., 2., 1., 3.})), mode(x[0].round(), 0), mode(x.sum()));
      },
      "l.mode(), l.mode(0), T([1., 2., 2., 1., 3.]).mode(), x0[0].round().mode(0), x0.sum().mode()",
      {{[] { mode(ones({0})); }, "ones(0).mode()"}, {[] { mode(l(), 2); }, "l.mode(2)"}});
}
CASE(msort) {
  return of_tensor([](X x) { return list(msort(x), msort(l())); }, "x0.msort(), l.msort()");
}
CASE(quantile) {  // times one: the node behind it has a number of PyTorch's own
  return of_tensor(
      [](X x) {
        const Tensor q = tensor({0.3, 0.9}, {.dtype = x.dtype()});
        return list(quantile(x, 0.3) * 1, quantile(x, q, 1) * 1, quantile(x, 0.7, 1, true) * 1,
                    quantile(x, 0.3, {}, false, "nearest") * 1, quantile(x, 0.3, 2, false, "lower") * 1,
                    quantile(x, 0.3, 2, false, "higher") * 1, quantile(x, 0.3, 2, false, "midpoint") * 1,
                    quantile(n(), 0.5, 1) * 1, quantile(x.sum(), 0.5) * 1);
      },
      "q = T([.3, .9], dtype=x0.dtype); x0.quantile(.3) * 1, x0.quantile(q, 1) * 1, x0.quantile(.7, 1, True) * 1, "
      "x0.quantile(.3, interpolation='nearest') * 1, "
      "x0.quantile(.3, 2, interpolation='lower') * 1, x0.quantile(.3, 2, interpolation='higher') * 1, "
      "x0.quantile(.3, 2, interpolation='midpoint') * 1, n.quantile(.5, 1) * 1, x0.sum().quantile(.5) * 1",
      {{[] { quantile(n(), 0.5, {}, false, "foo"); }, "n.quantile(.5, interpolation='foo')"},
       {[] { quantile(n(), 1.3); }, "n.quantile(1.3)"},
       {[] { quantile(n(), tensor({1.3f})); }, "n.quantile(T([1.3]))"},
       {[] { quantile(n(), tensor({{0.3f}})); }, "n.quantile(T([[.3]]))"},
       {[] { quantile(n(), tensor({0.3}, kFloat64)); }, "n.quantile(T([.3]).double())"},
       {[] { quantile(l(), 0.5); }, "l.quantile(.5)"},
       {[] { quantile(ones({0}), 0.5); }, "ones(0).quantile(.5)"},
       {[] { quantile(n(), 0.5, 2); }, "n.quantile(.5, 2)"}});
}
CASE(nanquantile) {
  return of_tensor(
      [](X x) { return list(nanquantile(x, 0.3, 1) * 1, nanquantile(n(), 0.5, 1) * 1, nanquantile(n(), 0.4) * 1); },
      "x0.nanquantile(.3, 1) * 1, n.nanquantile(.5, 1) * 1, n.nanquantile(.4) * 1");
}

}  // namespace convgrad::cases
