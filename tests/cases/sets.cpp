// Tensors as sets and samples; places filled and copied into.
#include <convgrad/ops/sets.h>

#include <convgrad/ops/compare.h>
#include <convgrad/ops/creation.h>
#include <convgrad/ops/index.h>
#include <convgrad/ops/pointwise.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = R"(
T, nan, inf, ones = torch.tensor, torch.nan, torch.inf, torch.ones
l, b, s = T([[3, 1, 2], [1, 1, 0], [3, 1, 2]]), T([True, False, True]), T([1., 3., 5.])
)";
Tensor l() { return tensor({{3, 1, 2}, {1, 1, 0}, {3, 1, 2}}); }
Tensor b() { return tensor({true, false, true}); }
Tensor s() { return tensor({1., 3., 5.}); }

List three(const std::tuple<Tensor, Tensor, Tensor>& t) { return list(std::get<0>(t), std::get<1>(t), std::get<2>(t)); }
Tensor values(const std::tuple<Tensor, Tensor, Tensor>& t) { return std::get<0>(t); }

/// A matrix of 3 × 4.
Case of_matrix(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {3, 4}, .low = 0, .high = 3}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}
Case without_gradient(Case c) {
  c.inputs[0].requires_grad = false;
  return c;
}

constexpr UniqueOptions kAll{.return_inverse = true, .return_counts = true};
UniqueOptions all_along(int64_t dim) { return {.return_inverse = true, .return_counts = true, .dim = dim}; }

}  // namespace

CASE(unique) {
  return without_gradient(of_matrix(
      [](X x) {
        return list(values(unique(x)), three(unique(l(), kAll)), three(unique(x.floor(), kAll)),
                    three(unique(b(), kAll)), three(unique(l(), all_along(0))), three(unique(l(), all_along(1))),
                    values(unique(ones({0}))), three(unique(tensor({1., NAN, NAN, 0., -0.}), kAll)),
                    three(unique(tensor(3), kAll)));
      },
      "all = dict(return_inverse=True, return_counts=True); x0.unique(), l.unique(**all), x0.floor().unique(**all), "
      "b.unique(**all), l.unique(dim=0, **all), l.unique(dim=1, **all), ones(0).unique(), "
      "T([1., nan, nan, 0., -0.]).unique(**all), T(3).unique(**all)",
      {{[] {
          unique(ones({0, 3}), {.dim = 1});
        },
        "ones(0, 3).unique(dim=1)"},
       {[] { unique(l(), {.dim = 2}); }, "l.unique(dim=2)"}}));
}
CASE(unique_consecutive) {
  return without_gradient(of_matrix(
      [](X x) {
        return list(values(unique_consecutive(x)), three(unique_consecutive(tensor({1, 1, 2, 2, 1}), kAll)),
                    three(unique_consecutive(l(), all_along(0))), values(unique_consecutive(l())));
      },
      "all = dict(return_inverse=True, return_counts=True); x0.unique_consecutive(), "
      "T([1, 1, 2, 2, 1]).unique_consecutive(**all), l.unique_consecutive(dim=0, **all), l.unique_consecutive()"));
}
CASE(isin) {
  return without_gradient(of_matrix(
      [](X x) {
        return list(isin(l(), tensor({1, 2})), isin(l(), tensor({1., 2.}), true), isin(x, x[0]), isin(l(), ones({0})),
                    isin(tensor({NAN, 1.}), tensor({NAN, 1.})), isin(tensor(1), l()));
      },
      "torch.isin(l, T([1, 2])), torch.isin(l, T([1., 2.]), invert=True), torch.isin(x0, x0[0]), torch.isin(l, "
      "ones(0)), "
      "torch.isin(T([nan, 1.]), T([nan, 1.])), torch.isin(T(1), l)",
      {{[] { isin(b(), b()); }, "torch.isin(b, b)"}}));
}
CASE(bincount) {
  return without_gradient(of_matrix(
      [](X x) {
        return list(bincount(tensor({1, 1, 3})), bincount(tensor({1, 1, 3}), {}, 6),
                    bincount(tensor({1, 1, 3}, kUInt8), s()), bincount(tensor({1, 1, 3}), tensor({1, 2, 3})),
                    bincount(tensor({1, 0, 1, 2}, kInt32), x[0]), bincount(zeros({0}, kInt64)),
                    bincount(zeros({0}, kInt64), {}, 2));
      },
      "T([1, 1, 3]).bincount(), T([1, 1, 3]).bincount(minlength=6), T([1, 1, 3]).byte().bincount(s), "
      "T([1, 1, 3]).bincount(T([1, 2, 3])), T([1, 0, 1, 2]).int().bincount(x0[0]), torch.zeros(0).long().bincount(), "
      "torch.zeros(0).long().bincount(minlength=2)",
      {{[] {
          bincount(tensor({1, -1}));
        },
        "T([1, -1]).bincount()"},
       {[] { bincount(l()); }, "l.bincount()"},
       {[] { bincount(s()); }, "s.bincount()"},
       {[] {
          bincount(tensor({1, 2}), {}, -1);
        },
        "T([1, 2]).bincount(minlength=-1)"},
       {[] {
          bincount(tensor({1, 2}), s());
        },
        "T([1, 2]).bincount(s)"}}));
}
CASE(histc) {
  return without_gradient(of_matrix(
      [](X x) {
        return list(histc(x, 4), histc(x, 5, 0.5, 2), histc(x, 1), histc(tensor({1., 1.}), 3), histc(ones({0}), 3),
                    histc(tensor({1., NAN, INFINITY, 2., 3., 0.}), 3, 0, 3));
      },
      "x0.histc(4), x0.histc(5, .5, 2), x0.histc(1), T([1., 1.]).histc(3), ones(0).histc(3), "
      "T([1., nan, inf, 2., 3., 0.]).histc(3, 0, 3)",
      {{[] { histc(s(), 0); }, "s.histc(0)"},
       {[] { histc(l()); }, "l.histc()"},
       {[] { histc(s(), 3, 2, 1); }, "s.histc(3, 2, 1)"},
       {[] {
          histc(tensor({1., INFINITY}));
        },
        "T([1., inf]).histc()"}}));
}
CASE(searchsorted) {
  return without_gradient(of_matrix(
      [](X x) {
        const Tensor rows = tensor({{1., 2., 3.}, {0., 1., 1.}, {2., 2., 2.}}, {.dtype = x.dtype()});
        return list(searchsorted(s(), tensor({0., 1., 2., 6., NAN})),
                    searchsorted(s(), tensor({0., 1., 2., 6.}), {.right = true}), searchsorted(s(), 3),
                    searchsorted(rows, x, {.out_int32 = true}), searchsorted(tensor({1, 3, 5}), tensor({2.5})),
                    searchsorted(tensor({5., 1., 3.}), tensor({2.}), {.sorter = tensor({1, 2, 0})}),
                    searchsorted(ones({0}), s()), bucketize(x, tensor({0.5, 1., 2.}, kFloat64)),
                    bucketize(tensor({3, 5}), s(), {.right = true}));
      },
      "r = T([[1., 2., 3.], [0., 1., 1.], [2., 2., 2.]]).double(); torch.searchsorted(s, T([0., 1., 2., 6., nan])), "
      "torch.searchsorted(s, T([0., 1., 2., 6.]), right=True), torch.searchsorted(s, 3), "
      "torch.searchsorted(r, x0, out_int32=True), torch.searchsorted(T([1, 3, 5]), T([2.5])), "
      "torch.searchsorted(T([5., 1., 3.]), T([2.]), sorter=T([1, 2, 0])), torch.searchsorted(ones(0), s), "
      "torch.bucketize(x0, T([.5, 1., 2.]).double()), torch.bucketize(T([3, 5]), s, right=True)",
      {{[] { searchsorted(l(), s()); }, "torch.searchsorted(l, s)"},
       {[] { searchsorted(tensor(1.), s()); }, "torch.searchsorted(T(1.), s)"},
       {[] { searchsorted(l(), 3.); }, "torch.searchsorted(l, 3.)"},
       {[] { bucketize(s(), l()); }, "torch.bucketize(s, l)"}}));
}

// ---- places

CASE(index_fill) {
  return of_matrix(
      [](X x) {
        Tensor changed = x * 1;
        changed.index_fill_(0, tensor({0, 2}), -1);
        return list(index_fill(x, 1, tensor({0, -2}), 5), index_fill(x, 0, tensor(1), 2.5),
                    index_fill(x, 1, tensor({1}), x[0][0]), index_fill(x.sum(), 0, tensor({0}), 3),
                    index_fill(l(), 0, zeros({0}, kInt64), 3), changed);
      },
      "c = x0 * 1; c.index_fill_(0, T([0, 2]), -1); x0.index_fill(1, T([0, -2]), 5), x0.index_fill(0, T(1), 2.5), "
      "x0.index_fill(1, T([1]), x0[0][0]), x0.sum().index_fill(0, T([0]), 3), l.index_fill(0, "
      "torch.zeros(0).long(), 3), c",
      {{[] { index_fill(s(), 0, tensor({3}), 1); }, "s.index_fill(0, T([3]), 1)"},
       {[] { index_fill(s(), 0, tensor({{0}}), 1); }, "s.index_fill(0, T([[0]]), 1)"},
       {[] { index_fill(s(), 0, tensor({0}, kInt32), 1); }, "s.index_fill(0, T([0]).int(), 1)"},
       {[] { index_fill(s(), 0, tensor({0}), s()); }, "s.index_fill(0, T([0]), s)"},
       {[] { index_fill(s(), 1, tensor({0}), 1); }, "s.index_fill(1, T([0]), 1)"}});
}
CASE(index_copy) {
  return of_matrix(
      [](X x) {
        Tensor changed = x * 1;
        changed.index_copy_(0, tensor({2}), x.slice(0, 0, 1));
        return list(index_copy(x, 0, tensor({2, 0}), x.slice(0, 0, 2) * 2),
                    index_copy(x, 1, tensor({3}), x.slice(1, 0, 1)), changed);
      },
      "c = x0 * 1; c.index_copy_(0, T([2]), x0[:1]); x0.index_copy(0, T([2, 0]), x0[:2] * 2), "
      "x0.index_copy(1, T([3]), x0[:, :1]), c",
      {{[] {
          index_copy(l(), 0, tensor({0, 2}), l().slice(0, 0, 2).slice(1, 0, 2));
        },
        "l.index_copy(0, T([0, 2]), l[:2, :2])"},
       {[] {
          index_copy(l(), 0, tensor({0, 2}), l());
        },
        "l.index_copy(0, T([0, 2]), l)"},
       {[] {
          index_copy(l(), 0, tensor({0, 3, 1}), l());
        },
        "l.index_copy(0, T([0, 3, 1]), l)"},
       {[] {
          index_copy(l(), 0, tensor({0, 2, 1}), l().to(kFloat32));
        },
        "l.index_copy(0, T([0, 2, 1]), l.float())"},
       {[] {
          index_copy(l(), 0, tensor({0, 2, 1}, kInt32), l());
        },
        "l.index_copy(0, T([0, 2, 1]).int(), l)"},
       {[] { index_copy(l(), 0, tensor(1), l()[0]); }, "l.index_copy(0, T(1), l[0])"}});
}
CASE(masked_scatter) {
  return of_matrix(
      [](X x) {
        Tensor changed = x * 1;
        changed.masked_scatter_(x > 1.5, x * 10);
        return list(masked_scatter(x, x > 1, x * 2 + 1), masked_scatter(x, b().view({3, 1}), x * 3), changed,
                    masked_scatter(s()[0], b(), s()));
      },
      "c = x0 * 1; c.masked_scatter_(x0 > 1.5, x0 * 10); x0.masked_scatter(x0 > 1, x0 * 2 + 1), "
      "x0.masked_scatter(b.view(3, 1), x0 * 3), c, s[0].masked_scatter(b, s)",
      {{[] { masked_scatter(s(), b(), ones(1)); }, "s.masked_scatter(b, ones(1))"},
       {[] { masked_scatter(s(), b().to(kUInt8), s()); }, "s.masked_scatter(b.byte(), s)"},
       {[] { masked_scatter(s(), b(), s().to(kFloat64)); }, "s.masked_scatter(b, s.double())"}});
}

}  // namespace convgrad::cases
