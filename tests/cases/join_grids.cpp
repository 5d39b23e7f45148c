// Grids, stacks and pieces; rotations, diagonals and repetitions.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/view.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = "T, ones, l = torch.tensor, torch.ones, torch.tensor([[3, 1, 2], [1, 1, 0]])";
Tensor l() { return tensor({{3, 1, 2}, {1, 1, 0}}); }

/// A matrix of 3 × 4.
Case of_matrix(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {3, 4}}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

}  // namespace

CASE(stacks) {
  return of_matrix(
      [](X x) {
        return list(dstack(list(x, x)), dstack(list(x[0], x[1])), column_stack(list(x[0], x[1])),
                    column_stack(list(x, x.select(1, 0))));
      },
      "torch.dstack((x0, x0)), torch.dstack((x0[0], x0[1])), torch.column_stack((x0[0], x0[1])), "
      "torch.column_stack((x0, x0[:, 0]))",
      {{[] { dstack(List()); }, "torch.dstack(())"},
       {[] { column_stack(List()); }, "torch.column_stack(())"},
       {[] { block_diag(list(ones(ints(1, 1, 1)))); }, "torch.block_diag(ones(1, 1, 1))"}});
}
CASE(at_least_so_many_dimensions) {
  return of_matrix(
      [](X x) {
        return list(atleast_1d(x.sum()), atleast_2d(x[0]), atleast_3d(x), atleast_3d(x[0]), atleast_3d(x.sum()));
      },
      "torch.atleast_1d(x0.sum()), torch.atleast_2d(x0[0]), torch.atleast_3d(x0), torch.atleast_3d(x0[0]), "
      "torch.atleast_3d(x0.sum())");
}
CASE(grids) {
  return of_matrix(
      [](X x) {
        const Tensor numbers = tensor({5., 6.}, {.dtype = x.dtype()});
        return list(meshgrid(list(x[0], numbers)), meshgrid(list(x[0], numbers, x[1]), "xy"),
                    cartesian_prod(list(x[0], numbers)), cartesian_prod(list(x[0])), combinations(x[0]),
                    combinations(x[0], 3, true), combinations(x[0], 5));
      },
      "m = T([5., 6.]).double(); torch.meshgrid(x0[0], m, indexing='ij'), torch.meshgrid(x0[0], m, x0[1], "
      "indexing='xy'), "
      "torch.cartesian_prod(x0[0], m), torch.cartesian_prod(x0[0]), torch.combinations(x0[0]), "
      "torch.combinations(x0[0], 3, True), torch.combinations(x0[0], 5)",
      {{[] { meshgrid(list(ones(2)), "foo"); }, "torch.meshgrid(ones(2), indexing='foo')"},
       {[] { meshgrid(list(ones(2), l()[0])); }, "torch.meshgrid(ones(2), l[0])"},
       {[] { meshgrid(List()); }, "torch.meshgrid()"},
       {[] { cartesian_prod(list(l())); }, "torch.cartesian_prod(l)"},
       {[] { combinations(l()); }, "torch.combinations(l)"}});
}
CASE(broadcast_tensors) {
  return of_matrix([](X x) { return list(broadcast_tensors(list(x[0], x, tensor(1.)))); },
                   "torch.broadcast_tensors(x0[0], x0, T(1.))",
                   {{[] { broadcast_tensors(list(ones(2), ones(3))); }, "torch.broadcast_tensors(ones(2), ones(3))"}});
}
CASE(tensor_split) {
  return of_matrix(
      [](X x) {
        return list(tensor_split(x, 3, 1), tensor_split(x, ints(1, 3), -1), tensor_split(x, ints(1, 5, 2)),
                    hsplit(x, 2), vsplit(x, 3), hsplit(x[0], 4), dsplit(x.unsqueeze(0), 2));
      },
      "torch.tensor_split(x0, 3, 1), torch.tensor_split(x0, (1, 3), -1), torch.tensor_split(x0, (1, 5, 2)), "
      "torch.hsplit(x0, 2), torch.vsplit(x0, 3), torch.hsplit(x0[0], 4), torch.dsplit(x0.unsqueeze(0), 2)",
      {{[] { tensor_split(l(), 0); }, "torch.tensor_split(l, 0)"},
       {[] { tensor_split(tensor(1.), 2); }, "torch.tensor_split(T(1.), 2)"},
       {[] { hsplit(l(), 2); }, "torch.hsplit(l, 2)"},
       {[] { hsplit(tensor(1.), 2); }, "torch.hsplit(T(1.), 2)"},
       {[] { vsplit(l()[0], 2); }, "torch.vsplit(l[0], 2)"},
       {[] { dsplit(l(), 2); }, "torch.dsplit(l, 2)"}});
}
CASE(squeeze_of_several) {
  return of_matrix(
      [](X x) {
        const Tensor wide = x.view({1, 3, 1, 4});
        return list(squeeze(wide, ints(0, 2)), squeeze(wide, ints(1, -2)), squeeze(wide, ints()), x.swapdims(0, 1),
                    moveaxis(wide, 1, 3));
      },
      "w = x0.view(1, 3, 1, 4); w.squeeze((0, 2)), w.squeeze((1, -2)), w.squeeze(()), x0.swapdims(0, 1), w.moveaxis(1, "
      "3)",
      {{[] { squeeze(l(), ints(0, 2)); }, "l.squeeze((0, 2))"},
       {[] { squeeze(l(), ints(0, 0)); }, "l.squeeze((0, 0))"}});
}
CASE(rot90) {
  return of_matrix(
      [](X x) {
        return list(rot90(x), rot90(x, 2), rot90(x, 3), rot90(x, -4), rot90(x, 1, ints(1, 0)), fliplr(x), flipud(x));
      },
      "x0.rot90(), x0.rot90(2), x0.rot90(3), x0.rot90(-4), x0.rot90(1, (1, 0)), x0.fliplr(), x0.flipud()",
      {{[] { rot90(l(), 1, ints(0, 0)); }, "l.rot90(1, (0, 0))"},
       {[] { rot90(l(), 1, ints(0)); }, "l.rot90(1, (0,))"},
       {[] { rot90(l(), 1, ints(0, 2)); }, "l.rot90(1, (0, 2))"},
       {[] { rot90(ones(3)); }, "ones(3).rot90()"},
       {[] { fliplr(ones(3)); }, "ones(3).fliplr()"},
       {[] { flipud(tensor(1.)); }, "T(1.).flipud()"}});
}
CASE(diagonals) {
  return of_matrix(
      [](X x) {
        return list(diag(x), diag(x, 1), diag(x, -2), diag(x[0]), diag(x[0], -1), diag_embed(x), diag_embed(x, 1, 0, 2),
                    diag_embed(x, -1, 2, 0), diagflat(x.slice(0, 0, 2)));
      },
      "x0.diag(), x0.diag(1), x0.diag(-2), x0[0].diag(), x0[0].diag(-1), x0.diag_embed(), x0.diag_embed(1, 0, 2), "
      "x0.diag_embed(-1, 2, 0), x0[:2].diagflat()",
      {{[] { diag(ones(ints(2, 2, 2))); }, "ones(2, 2, 2).diag()"},
       {[] { diag_embed(l(), 0, 0, 0); }, "l.diag_embed(0, 0, 0)"},
       {[] { diag_embed(tensor(1.)); }, "T(1.).diag_embed()"}});
}
CASE(repeat_interleave) {
  return of_matrix(
      [](X x) {
        return list(repeat_interleave(x, 2), repeat_interleave(x, 3, 1), repeat_interleave(x, tensor({1, 0, 2}), 0),
                    repeat_interleave(x, tensor({2}, kInt32), -1), repeat_interleave(x, tensor(2)),
                    repeat_interleave(tensor({2, 0, 1})), repeat_interleave(x, 0, 1));
      },
      "x0.repeat_interleave(2), x0.repeat_interleave(3, 1), x0.repeat_interleave(T([1, 0, 2]), 0), "
      "x0.repeat_interleave(T([2]).int(), -1), x0.repeat_interleave(T(2)), torch.repeat_interleave(T([2, 0, 1])), "
      "x0.repeat_interleave(0, 1)",
      {{[] { repeat_interleave(l(), -1, 0); }, "l.repeat_interleave(-1, 0)"},
       {[] { repeat_interleave(l(), 2, 2); }, "l.repeat_interleave(2, 2)"},
       {[] {
          repeat_interleave(l(), tensor({1, 2, 3}), 0);
        },
        "l.repeat_interleave(T([1, 2, 3]), 0)"},
       {[] {
          repeat_interleave(l(), tensor({1, -2}), 0);
        },
        "l.repeat_interleave(T([1, -2]), 0)"},
       {[] {
          repeat_interleave(l(), tensor({1., 2.}), 0);
        },
        "l.repeat_interleave(T([1., 2.]), 0)"},
       {[] {
          repeat_interleave(l(), tensor({{1, 2}}), 0);
        },
        "l.repeat_interleave(T([[1, 2]]), 0)"},
       {[] { repeat_interleave(l()); }, "torch.repeat_interleave(l)"}});
}

}  // namespace convgrad::cases
