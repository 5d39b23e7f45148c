// Einstein's summation and products that fewer programs call; number sequences.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/reduce.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = "T, ones, es = torch.tensor, torch.ones, torch.einsum";
Tensor t23() { return ones({2, 3}); }

/// Batches of 2 × 3 × 4 and 2 × 4 × 5, and a matrix of 3 × 4.
Case products(List (*f)(const List&), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = f,
          .inputs = {{.sizes = {2, 3, 4}}, {.sizes = {2, 4, 5}}, {.sizes = {3, 4}}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

Failure refused(const std::string& equation, const List& operands, const std::string& words) {
  return {[=] { einsum(equation, operands); }, "es('" + equation + "', " + words + ")"};
}

}  // namespace

CASE(einsum_of_one) {
  return products(
      [](const List& x) {
        const Tensor square = x[2].slice(1, 0, 3);
        return list(einsum("ii", list(square)), einsum("ii->i", list(square)), einsum("ij->ji", list(x[2])),
                    einsum("ij->", list(x[2])), einsum("bij->j", list(x[0])), einsum("...ij->...ji", list(x[0])),
                    einsum("ba", list(x[2])), einsum("...", list(x[2])), einsum("i...->...", list(x[0])));
      },
      "q = x2[:, :3]; es('ii', q), es('ii->i', q), es('ij->ji', x2), es('ij->', x2), es('bij->j', x0), "
      "es('...ij->...ji', x0), es('ba', x2), es('...', x2), es('i...->...', x0)",
      {refused("ij->ik", list(t23()), "ones(2, 3)"), refused("ijk->ik", list(t23()), "ones(2, 3)"),
       refused("i$->i", list(t23()), "ones(2, 3)"), refused("ij->ii", list(t23()), "ones(2, 3)"),
       refused("..ij->ij", list(t23()), "ones(2, 3)"), refused("ij->i>j", list(t23()), "ones(2, 3)"),
       refused("ii->i", list(t23()), "ones(2, 3)")});
}
CASE(einsum_of_two) {
  return products(
      [](const List& x) {
        const Tensor v = x[2][0], w = x[2][1];
        return list(einsum("bij,bjk->bik", list(x[0], x[1])), einsum("bij,bjk", list(x[0], x[1])),
                    einsum("...ij,...jk->...ik", list(x[0], x[1])), einsum("bij , ij -> b", list(x[0], x[2])),
                    einsum("i,j->ij", list(v, w)), einsum("i,i->", list(v, w)), einsum("i,i->i", list(v, w)),
                    einsum("bij,kj->bik", list(x[0], x[2])),
                    einsum("ij,->ij", list(x[2], tensor(2., {.dtype = x[2].dtype()}))),
                    einsum("...j,j->...", list(x[0], v)));
      },
      "v, w = x2[0], x2[1]; es('bij,bjk->bik', x0, x1), es('bij,bjk', x0, x1), es('...ij,...jk->...ik', x0, x1), "
      "es('bij , ij -> b', x0, x2), es('i,j->ij', v, w), es('i,i->', v, w), es('i,i->i', v, w), es('bij,kj->bik', x0, "
      "x2), "
      "es('ij,->ij', x2, T(2.).double()), es('...j,j->...', x0, v)",
      {refused("ij,jk->ik", list(t23()), "ones(2, 3)"), refused("ij->ij", list(t23(), t23()), "ones(2, 3), ones(2, 3)"),
       refused("ij,jk->ik", list(t23(), ones({2, 4})), "ones(2, 3), ones(2, 4)")});
}
CASE(einsum_of_three) {
  return products(
      [](const List& x) {
        return list(einsum("bij,bjk,ij->bk", list(x[0], x[1], x[2])),
                    einsum("bi,aij,bj->ba", list(x[2].t(), x[0], x[2].t().narrow(1, 0, 3).matmul(x[2]))));
      },
      "es('bij,bjk,ij->bk', x0, x1, x2), es('bi,aij,bj->ba', x2.t(), x0, x2.t()[:, :3] @ x2)");
}
CASE(tensordot) {
  return products(
      [](const List& x) {
        return list(tensordot(x[0], x[1], {2}, {1}), tensordot(x[0], x[2], 2), tensordot(x[0], x[1], {0, 2}, {0, 1}),
                    tensordot(x[2], x[2], 0), inner(x[0], x[2]), inner(x[2][0], x[2][1]),
                    inner(x[2], tensor(2., {.dtype = x[2].dtype()})));
      },
      "torch.tensordot(x0, x1, ([2], [1])), torch.tensordot(x0, x2, 2), torch.tensordot(x0, x1, ([0, 2], [0, 1])), "
      "torch.tensordot(x2, x2, 0), torch.inner(x0, x2), torch.inner(x2[0], x2[1]), torch.inner(x2, T(2.).double())",
      {{[] {
          tensordot(t23(), ones({3, 4}), 2);
        },
        "torch.tensordot(ones(2, 3), ones(3, 4), 2)"},
       {[] {
          tensordot(t23(), ones({3, 4}), {0}, {0});
        },
        "torch.tensordot(ones(2, 3), ones(3, 4), ([0], [0]))"},
       {[] {
          tensordot(t23(), t23(), {1}, {0, 1});
        },
        "torch.tensordot(ones(2, 3), ones(2, 3), ([1], [0, 1]))"},
       {[] { tensordot(t23(), t23(), -1); }, "torch.tensordot(ones(2, 3), ones(2, 3), -1)"},
       {[] { tensordot(t23(), t23(), 3); }, "torch.tensordot(ones(2, 3), ones(2, 3), 3)"},
       {[] {
          tensordot(t23(), ones({3, 4}, kFloat64), 1);
        },
        "torch.tensordot(ones(2, 3), ones(3, 4).double(), 1)"},
       {[] {
          inner(t23(), ones({4, 2}));
        },
        "torch.inner(ones(2, 3), ones(4, 2))"}});
}
CASE(sums_with_products) {
  return products(
      [](const List& x) {
        const Tensor row = x[1][0][0], v = x[2][0];
        return list(baddbmm(row, x[0], x[1]), baddbmm(row, x[0], x[1], 2, 0.5), addbmm(row, x[0], x[1], 0.5, 2),
                    addmv(x[2].select(1, 0), x[2], v), addmv(x[2].select(1, 1), x[2], v, 2, 3),
                    addr(x[2], x[2].select(1, 0), v, 2, 3), cross(x[2].t(), x[2].t().flip(0)),
                    cross(x[2], x[2].flip(1), 0), matrix_power(x[2].narrow(1, 0, 3), 5) * 1,
                    matrix_power(x[2].narrow(1, 0, 3), 1) * 1, baddbmm(row, x[0], x[1], 0));
      },
      "r, v = x1[0][0], x2[0]; torch.baddbmm(r, x0, x1), torch.baddbmm(r, x0, x1, beta=2, alpha=.5), "
      "torch.addbmm(r, x0, x1, beta=.5, alpha=2), torch.addmv(x2[:, 0], x2, v), torch.addmv(x2[:, 1], x2, v, beta=2, "
      "alpha=3), "
      "torch.addr(x2, x2[:, 0], v, beta=2, alpha=3), torch.cross(x2.t(), x2.t().flip(0), dim=1), torch.cross(x2, "
      "x2.flip(1), dim=0), "
      "torch.matrix_power(x2[:, :3], 5) * 1, torch.matrix_power(x2[:, :3], 1) * 1, torch.baddbmm(r, x0, x1, beta=0)",
      {{[] {
          baddbmm(ones(3), ones({5, 2, 3}), ones({5, 3, 4}));
        },
        "torch.baddbmm(ones(3), ones(5, 2, 3), ones(5, 3, 4))"},
       {[] {
          baddbmm(ones(4), t23(), ones({5, 3, 4}));
        },
        "torch.baddbmm(ones(4), ones(2, 3), ones(5, 3, 4))"},
       {[] {
          baddbmm(ones(4), ones({5, 2, 3}), ones({5, 2, 4}));
        },
        "torch.baddbmm(ones(4), ones(5, 2, 3), ones(5, 2, 4))"},
       {[] { addmv(ones(3), t23(), ones(3)); }, "torch.addmv(ones(3), ones(2, 3), ones(3))"},
       {[] {
          addr(ones({3, 3}), ones(3), ones(2));
        },
        "torch.addr(ones(3, 3), ones(3), ones(2))"},
       {[] { cross(t23(), ones(3)); }, "torch.cross(ones(2, 3), ones(3))"},
       {[] {
          cross(ones({2, 4}), ones({2, 4}));
        },
        "torch.cross(ones(2, 4), ones(2, 4))"},
       {[] { matrix_power(t23(), 2); }, "torch.matrix_power(ones(2, 3), 2)"}});
}
CASE(powers_of_matrices) {
  return products(
      [](const List& x) {
        const Tensor a = x[2].narrow(1, 0, 3) + 3 * eye(3, {.dtype = kFloat64}),
                     pair = cat({a.unsqueeze(0), a.t().unsqueeze(0)});
        return list(matrix_power(a, -1), matrix_power(pair, -1), matrix_power(pair, -2) * 1, matrix_power(a, -5) * 1,
                    matrix_power(pair, 0), matrix_power(pair, 1), matrix_power(zeros({2, 0, 0}), -3));
      },
      "a = x2[:, :3] + 3 * torch.eye(3, dtype=torch.float64); p = torch.stack([a, a.t()]); torch.matrix_power(a, -1), "
      "torch.matrix_power(p, -1), torch.matrix_power(p, -2) * 1, torch.matrix_power(a, -5) * 1, torch.matrix_power(p, "
      "0), torch.matrix_power(p, 1), torch.matrix_power(torch.zeros(2, 0, 0), -3)",
      {{[] {
          matrix_power(ones({2, 2}, kInt64), -1);
        },
        "torch.matrix_power(ones(2, 2).long(), -1)"}});
}
CASE(sequences) {
  Case c = products(
      [](const List&) {
        const TensorOptions wide{.dtype = kFloat64};
        return list(logspace(1, 3, 5, 10, wide), logspace(0, 2, 3, 2), logspace(0, 2, 3, 10, {.dtype = kInt64}),
                    tril_indices(3, 4), tril_indices(3, 4, 1), triu_indices(3, 4, -1, {.dtype = kInt32}),
                    tril_indices(3, 4, -9), hann_window(5, true, wide), hann_window(5, false, wide),
                    hamming_window(6, true, wide), blackman_window(7, false, wide), hann_window(1), hann_window(0));
      },
      "w = dict(dtype=torch.float64); torch.logspace(1, 3, 5, **w), torch.logspace(0, 2, 3, base=2), "
      "torch.logspace(0, 2, 3, dtype=torch.int64), torch.tril_indices(3, 4), torch.tril_indices(3, 4, 1), "
      "torch.triu_indices(3, 4, -1, dtype=torch.int32), torch.tril_indices(3, 4, -9), torch.hann_window(5, **w), "
      "torch.hann_window(5, periodic=False, **w), torch.hamming_window(6, **w), torch.blackman_window(7, "
      "periodic=False, **w), "
      "torch.hann_window(1), torch.hann_window(0)",
      {{[] { logspace(0, 2, -1); }, "torch.logspace(0, 2, -1)"},
       {[] { triu_indices(-3, 4); }, "torch.triu_indices(-3, 4)"},
       {[] { tril_indices(3, 4, 0, {.dtype = kFloat32}); }, "torch.tril_indices(3, 4, dtype=torch.float32)"},
       {[] { hann_window(-1); }, "torch.hann_window(-1)"}});
  for (Input& in : c.inputs) in.requires_grad = false;
  return c;
}

}  // namespace convgrad::cases
