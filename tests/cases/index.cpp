// Elements chosen by position or mask, read and written.
#include <convgrad/ops/index.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using indexing::Ellipsis;
using indexing::None;
using indexing::Slice;
using indexing::TensorIndex;

/// What both sides know besides the inputs: positions, masks.
const char* const kNames = R"(
i, j, k = torch.tensor([2, 0, 2]), torch.tensor([2, 0]), torch.tensor([[1, 0, 3, 0], [0, 2, 0, 1]])
m = torch.tensor([[1, 0, 1, 1], [0, 1, 0, 0], [1, 1, 0, 1]]).bool()
row = torch.tensor([True, False, True])
ones = torch.ones
)";
Tensor i() { return tensor({2, 0, 2}); }
Tensor j() { return tensor({2, 0}); }
Tensor k() { return tensor({{1, 0, 3, 0}, {0, 2, 0, 1}}); }
Tensor m() { return tensor({{true, false, true, true}, {false, true, false, false}, {true, true, false, true}}); }
Tensor row() { return tensor({true, false, true}); }

/// x[…] without braces.
template <class... Entry>
Tensor at(X x, const Entry&... entries) {
  return x.index({TensorIndex(entries)...});
}

/// Reads from x, which is 3 × 4.
Case reads(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {3, 4}}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

/// Writes y of these sizes into x, which is 3 × 4.
Case writes(List (*f)(X, X), const std::vector<int64_t>& sizes, const std::string& oracle,
            const std::vector<Failure>& failures = {}) {
  Case c = reads(nullptr, oracle, failures);
  c.run = [f](const List& x) { return f(x[0], x[1]); };
  c.inputs.push_back({.sizes = sizes});
  return c;
}

/// One of them for the speed table, of rows at positions.
Case timed(Tensor (*f)(X, X), const std::string& oracle) {
  return {.run = [f](const List& x) { return list(f(x[0], x[1])); },
          .inputs = {{.sizes = {3, 4}}, {.sizes = {3}, .low = 0, .high = 3, .integer = true}},
          .oracle = oracle,
          .large = {{.sizes = {512, 1024}}, {.sizes = {512}, .low = 0, .high = 512, .integer = true}}};
}

Tensor x34() { return ones({3, 4}); }

}  // namespace

// ---- index lists

CASE(index) {
  return reads(
      [](X x) {
        return list(at(x, 1), at(x, -1, Slice(1, 4, 2)), at(x, Ellipsis, 0), at(x, None, Slice(), 2), at(x, i()),
                    at(x, Slice(), i()), at(x, i(), i()), at(x, m()), at(x, row()), at(x, row(), 1),
                    at(x, k().clamp_max(2)), at(x, None, i(), None, Slice(None, 2)), at(x, i(), true), at(x, false),
                    x[i()], x[2][3], at(x, tensor({{1}, {0}}), i()), at(x, i().to(kInt32)),
                    at(x, "...", tensor({-1, -4})));
      },
      "x0[1], x0[-1, 1:4:2], x0[..., 0], x0[None, :, 2], x0[i], x0[:, i], x0[i, i], x0[m], x0[row], x0[row, 1], "
      "x0[k.clamp(max=2)], x0[None, i, None, :2], x0[i, True], x0[False], x0[i], x0[2][3], "
      "x0[torch.tensor([[1], [0]]), i], x0[i.int()], x0[..., torch.tensor([-1, -4])]",
      {{[] { at(x34(), 3); }, "ones(3, 4)[3]"},
       {[] { at(x34(), 0, -5); }, "ones(3, 4)[0, -5]"},
       {[] { at(x34(), 0, 0, 0); }, "ones(3, 4)[0, 0, 0]"},
       {[] { at(x34(), i() + 1); }, "ones(3, 4)[i + 1]"},
       {[] { at(x34(), Slice(), i() - 5); }, "ones(3, 4)[:, i - 5]"},
       {[] {
          at(x34(), i(), tensor({0, 1}));
        },
        "ones(3, 4)[i, torch.tensor([0, 1])]"},
       {[] { at(x34(), Slice(), row()); }, "ones(3, 4)[:, row]"},
       {[] { at(x34(), Slice(0, 3, 0)); }, "ones(3, 4)[::0]"},
       {[] { at(x34(), Slice(None, None, -1)); }, "ones(3, 4)[::-1]"},
       {[] { at(x34(), ones(2)); }, "ones(3, 4)[ones(2)]"}});
}
CASE(index_put) {
  return writes(
      [](X x, X y) {
        Tensor a = x.clone(), b = x.clone(), c = x.clone(), d = x.clone();
        a.index_put_({j(), Slice(0, 3)}, y.select(0, 0).slice(0, 0, 3));
        b.index_put_({m()}, 7).index_put_({1, Slice(None, None, 2)}, y.select(0, 1).slice(0, 2));
        c.index_put_({Slice(), tensor({3, 1})}, y.slice(1, 0, 2));
        d.index_put_({row()}, y.select(0, 2));
        const std::vector<TensorIndex> twice = {i()};
        return list(a, b, c, d, index_put(x, twice, y, true),
                    index_put(x, std::vector<TensorIndex>{j(), j()}, y[0][0]));
      },
      {3, 4}, R"(
a, b, c, d = x0.clone(), x0.clone(), x0.clone(), x0.clone()
a[j, 0:3] = x1[0, 0:3]
b[m] = 7
b[1, ::2] = x1[1, 2:]
c[:, [3, 1]] = x1[:, 0:2]
d[row] = x1[2]
a, b, c, d, x0.index_put((i,), x1, accumulate=True), x0.index_put((j, j), x1[0, 0]))",
      {{[] { x34().index_put_({0}, ones(3)); }, "ones(3, 4)[0] = ones(3)"},
       {[] { x34().index_put_({i()}, ones(ints(2, 4))); }, "ones(3, 4)[i] = ones(2, 4)"},
       {[] { x34().index_put_({i() * 2}, 1); }, "ones(3, 4)[i * 2] = 1"},
       {[] {
          index_put(x34(), std::vector<TensorIndex>{i()}, tensor({1, 2, 3, 4}));
        },
        "ones(3, 4).index_put((i,), torch.tensor([1, 2, 3, 4]))"}});
}

// ---- along a dimension

CASE(index_select) {
  return reads(
      [](X x) {
        return list(index_select(x, 0, i()), x.index_select(-1, i().to(kInt32)), x.index_select(1, i().slice(0, 3)),
                    x.index_select(0, Tensor::of(1)), x.sum().index_select(0, tensor({0})));
      },
      "x0.index_select(0, i), x0.index_select(-1, i.int()), x0.index_select(1, i[3:]), "
      "x0.index_select(0, torch.tensor(1)), x0.sum().index_select(0, torch.tensor([0]))",
      {{[] { x34().index_select(0, i() + 1); }, "ones(3, 4).index_select(0, i + 1)"},
       {[] { x34().index_select(0, i() - 1); }, "ones(3, 4).index_select(0, i - 1)"},
       {[] { x34().index_select(2, i()); }, "ones(3, 4).index_select(2, i)"},
       {[] { x34().index_select(0, k()); }, "ones(3, 4).index_select(0, k)"},
       {[] { x34().index_select(0, ones(1)); }, "ones(3, 4).index_select(0, ones(1))"}});
}
CASE(index_add) {
  return writes(
      [](X x, X y) {
        Tensor a = x.clone();
        a.index_add_(0, i(), y);
        return list(index_add(x, 0, i(), y), a, index_add(x, 1, i(), y.slice(1, 1)));
      },
      {3, 4}, "x0.index_add(0, i, x1), x0.clone().index_add_(0, i, x1), x0.index_add(1, i, x1[:, 1:])",
      {{[] { index_add(x34(), 0, i() + 1, x34()); }, "ones(3, 4).index_add(0, i + 1, ones(3, 4))"},
       {[] { index_add(x34(), 0, i(), ones(ints(2, 4))); }, "ones(3, 4).index_add(0, i, ones(2, 4))"},
       {[] { index_add(x34(), 0, i(), ones(ints(3, 5))); }, "ones(3, 4).index_add(0, i, ones(3, 5))"},
       {[] { index_add(x34(), 0, k(), x34()); }, "ones(3, 4).index_add(0, k, ones(3, 4))"},
       {[] {
          index_add(x34(), 0, i(), tensor({{1}, {1}, {1}}));
        },
        "ones(3, 4).index_add(0, i, torch.tensor([[1], [1], [1]]))"}});
}
CASE(gather) {
  return reads(
      [](X x) {
        return list(gather(x, 1, k()), x.gather(0, k().clamp_max(2)), x.gather(-1, k().slice(1, 0, 1)),
                    x.sum().gather(0, Tensor::of(0)), x.gather(0, k().slice(0, 2)));
      },
      "x0.gather(1, k), x0.gather(0, k.clamp(max=2)), x0.gather(-1, k[:, :1]), x0.sum().gather(0, torch.tensor(0)), "
      "x0.gather(0, k[2:])",
      {{[] { x34().gather(0, k()); }, "ones(3, 4).gather(0, k)"},
       {[] { x34().gather(1, k() - 1); }, "ones(3, 4).gather(1, k - 1)"},
       {[] { x34().gather(1, i()); }, "ones(3, 4).gather(1, i)"},
       {[] { x34().gather(1, k().to(kUInt8)); }, "ones(3, 4).gather(1, k.byte())"},
       {[] { x34().gather(1, k().repeat(ints(2, 1))); }, "ones(3, 4).gather(1, k.repeat(2, 1))"},
       {[] { x34().gather(2, k()); }, "ones(3, 4).gather(2, k)"}});
}
CASE(scatter) {
  return writes(
      [](X x, X y) {
        const Tensor p = tensor({{1, 0, 3, 2}, {0, 2, 1, 3}});
        Tensor a = x.clone(), b = x.clone();
        a.scatter_(0, tensor({{2, 0, 1, 2}}), y.slice(0, 1));
        b.scatter_(1, k(), 5);
        return list(scatter(x, 1, p, y), a, b, scatter(x, 0, tensor({{1, 0}}), 2.5));
      },
      {2, 4}, R"(
p, r = torch.tensor([[1, 0, 3, 2], [0, 2, 1, 3]]), torch.tensor([[2, 0, 1, 2]])
(x0.scatter(1, p, x1), x0.clone().scatter_(0, r, x1[1:]), x0.clone().scatter_(1, k, 5),
 x0.scatter(0, torch.tensor([[1, 0]]), 2.5)))",
      {{[] { scatter(x34(), 0, k(), x34()); }, "ones(3, 4).scatter(0, k, ones(3, 4))"},
       {[] { scatter(x34(), 1, k(), ones(ints(1, 4))); }, "ones(3, 4).scatter(1, k, ones(1, 4))"},
       {[] { scatter(x34(), 1, i(), x34()); }, "ones(3, 4).scatter(1, i, ones(3, 4))"},
       {[] { scatter(x34(), 1, k(), x34().to(kFloat64)); }, "ones(3, 4).scatter(1, k, ones(3, 4).double())"},
       {[] { scatter(x34(), 2, k(), x34()); }, "ones(3, 4).scatter(2, k, ones(3, 4))"}});
}
CASE(scatter_add) {
  return writes(
      [](X x, X y) {
        Tensor a = x.clone();
        a.scatter_add_(0, k().clamp_max(2), y);
        return list(scatter_add(x, 1, k(), y), a);
      },
      {2, 4}, "x0.scatter_add(1, k, x1), x0.clone().scatter_add_(0, k.clamp(max=2), x1)",
      {{[] { scatter_add(x34(), 0, k(), x34()); }, "ones(3, 4).scatter_add(0, k, ones(3, 4))"},
       {[] { scatter_add(x34(), 1, k(), ones(ints(3, 4, 1))); }, "ones(3, 4).scatter_add(1, k, ones(3, 4, 1))"},
       {[] { scatter_add(x34(), 1, k(), x34().to(kInt64)); }, "ones(3, 4).scatter_add(1, k, ones(3, 4).long())"}});
}
CASE(take) {
  return reads(
      [](X x) {
        return list(take(x, k() * 3), take(x, tensor({-1, -12})), take_along_dim(x.slice(0, 0, 2), k(), 1),
                    take_along_dim(x, k().slice(0, 0, 1).clamp_max(2), 0), take_along_dim(x, i() * 5));
      },
      "x0.take(k * 3), x0.take(torch.tensor([-1, -12])), x0[:2].take_along_dim(k, 1), "
      "x0.take_along_dim(k[:1].clamp(max=2), 0), x0.take_along_dim(i * 5)",
      {{[] { take(x34(), tensor({12})); }, "ones(3, 4).take(torch.tensor([12]))"},
       {[] { take(x34(), tensor({-13})); }, "ones(3, 4).take(torch.tensor([-13]))"},
       {[] { take(x34(), ones(1)); }, "ones(3, 4).take(ones(1))"},
       {[] { take(ones(0), tensor({0})); }, "ones(0).take(torch.tensor([0]))"},
       {[] { take_along_dim(x34(), i(), 1); }, "ones(3, 4).take_along_dim(i, 1)"}});
}

// ---- masks

CASE(masked_fill) {
  return writes(
      [](X x, X y) {
        Tensor a = x.clone(), b = x.clone();
        a.masked_fill_(m(), 1.5);
        b.masked_fill_(row().unsqueeze(1), y.sum());
        return list(masked_fill(x, m(), -1), masked_fill(x, m(), y.sum()), a, b, x.select(0, 0).masked_fill(m(), 0));
      },
      {2}, R"(
column = row.unsqueeze(1)
(x0.masked_fill(m, -1), x0.masked_fill(m, x1.sum()), x0.clone().masked_fill_(m, 1.5),
 x0.clone().masked_fill_(column, x1.sum()), x0[0].masked_fill(m, 0)))",
      {{[] { x34().masked_fill(i(), 0); }, "ones(3, 4).masked_fill(i, 0)"},
       {[] { x34().masked_fill(x34(), 0); }, "ones(3, 4).masked_fill(ones(3, 4), 0)"},
       {[] { x34().masked_fill_(row(), ones(2)); }, "ones(3, 4).masked_fill_(row, ones(2))"},
       {[] { x34().masked_fill(row(), 0); }, "ones(3, 4).masked_fill(row, 0)"},
       {[] { x34().masked_fill(m(), ones(2)); }, "ones(3, 4).masked_fill(m, ones(2))"},
       {[] { ones(4).masked_fill_(m(), 0); }, "ones(4).masked_fill_(m, 0)"}});
}
CASE(masked_select) {
  return reads(
      [](X x) {
        return list(masked_select(x, m()), x.masked_select(row().unsqueeze(1)), x.select(0, 1).masked_select(m()),
                    x.masked_select(tensor(false)));
      },
      "x0.masked_select(m), x0.masked_select(row.unsqueeze(1)), x0[1].masked_select(m), "
      "x0.masked_select(torch.tensor(False))",
      {{[] { x34().masked_select(i()); }, "ones(3, 4).masked_select(i)"},
       {[] { x34().masked_select(row()); }, "ones(3, 4).masked_select(row)"}});
}
CASE(where) {
  return writes(
      [](X x, X y) {
        return list(where(m(), x, y), where(m(), x, 2), where(m(), -1.5, x), x.where(row().unsqueeze(1), y),
                    where(m(), 1, 2), where(m(), 1, 2.5), where(m(), i()[0], 2), where(m().to(kUInt8), x, y));
      },
      {4}, R"(
column = row.unsqueeze(1)
(torch.where(m, x0, x1), torch.where(m, x0, 2), torch.where(m, -1.5, x0), x0.where(column, x1),
 torch.where(m, 1, 2), torch.where(m, 1, 2.5), torch.where(m, i[0], 2), torch.where(m.byte(), x0, x1)))",
      {{[] { where(i(), x34(), x34()); }, "torch.where(i, ones(3, 4), ones(3, 4))"},
       {[] { where(m(), x34(), ones(3)); }, "torch.where(m, ones(3, 4), ones(3))"}});
}
CASE(nonzero) {
  Case c = reads(
      [](X x) {
        return list(nonzero(m()), where(m()), argwhere(row()), x.detach().nonzero(), Tensor::of(3).nonzero(),
                    Tensor::of(0).nonzero(), tensor({0., -0., 1e-300}).nonzero());
      },
      "m.nonzero(), torch.where(m), torch.argwhere(row), x0.detach().nonzero(), torch.tensor(3).nonzero(), "
      "torch.tensor(0).nonzero(), torch.tensor([0., -0., 1e-300]).nonzero()");
  c.finite_differences = false;
  return c;
}

// ---- the speed table

CASE(time_index_select) {
  return timed([](X x, X p) { return x.index_select(0, p); }, "x0.index_select(0, x1)");
}
CASE(time_index) {
  return timed([](X x, X p) { return x[p]; }, "x0[x1]");
}
CASE(time_where) {
  return timed([](X x, X p) { return where(p.unsqueeze(1) > 1, x, 0); }, "torch.where(x1.unsqueeze(1) > 1, x0, 0)");
}

}  // namespace convgrad::cases
