// Distances, similarities, and products of two vectors with a tensor.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/distance.h>
#include <convgrad/ops/pointwise.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// Of two tensors, the second broadcast.
Case pair(List (*f)(X, X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0], x[1]); },
          .inputs = {{.sizes = {2, 4, 3}}, {.sizes = {4, 3}}},
          .oracle = oracle,
          .given = "ones, inf = torch.ones, torch.inf",
          .failures = failures};
}

Tensor t23() { return ones({2, 3}); }

}  // namespace

CASE(cosine_similarity) {
  return pair(
      [](X a, X b) {
        return list(cosine_similarity(a, b), cosine_similarity(a, b, -1), cosine_similarity(a[0], t23()[0].to(kInt64)));
      },
      "F.cosine_similarity(x0, x1), F.cosine_similarity(x0, x1, -1), "
      "F.cosine_similarity(x0[0], ones(3).long())",
      {{[] { cosine_similarity(t23(), t23(), 2); }, "F.cosine_similarity(ones(2, 3), ones(2, 3), 2)"},
       {[] { cosine_similarity(t23(), ones(4)); }, "F.cosine_similarity(ones(2, 3), ones(4))"},
       {[] { cosine_similarity(t23().to(kInt64), t23().to(kInt64)); },
        "F.cosine_similarity(ones(2, 3).long(), ones(2, 3).long())"}});
}
// The gradient passes by the bound on the norm, as PyTorch's does: finite differences see another.
CASE(cosine_similarity_of_short_vectors) {
  Case c = pair([](X a, X b) { return list(cosine_similarity(a, b, 0, 10.)); }, "F.cosine_similarity(x0, x1, 0, 10.)");
  c.finite_differences = c.second_order = false;
  return c;
}
CASE(pairwise_distance) {
  return pair(
      [](X a, X b) {
        return list(pairwise_distance(a, b), pairwise_distance(a, b, 1, 0.1, true), pairwise_distance(a, b, 3),
                    pairwise_distance(a[0], b[0], INFINITY), pairwise_distance(t23().to(kInt64), t23().to(kInt64)));
      },
      "F.pairwise_distance(x0, x1), F.pairwise_distance(x0, x1, 1., .1, True), F.pairwise_distance(x0, x1, 3.), "
      "F.pairwise_distance(x0[0], x1[0], inf), F.pairwise_distance(ones(2, 3).long(), ones(2, 3).long())",
      {{[] { pairwise_distance(t23(), ones(4)); }, "F.pairwise_distance(ones(2, 3), ones(4))"}});
}
CASE(normalize) {
  return pair(
      [](X a, X) {
        return list(normalize(a), normalize(a, 1, 0), normalize(a, 3, ints(1, 2)), normalize(a, 2, 1, 9.));
      },
      "F.normalize(x0), F.normalize(x0, 1., 0), F.normalize(x0, 3., (1, 2)), F.normalize(x0, eps=9.)",
      {{[] { normalize(t23(), 2, 2); }, "F.normalize(ones(2, 3), 2., 2)"},
       {[] { normalize(t23().to(kInt64)); }, "F.normalize(ones(2, 3).long())"}});
}
CASE(bilinear) {
  Case c{.run =
             [](const List& x) {
               return list(bilinear(x[0], x[1], x[2]), bilinear(x[0], x[1], x[2], x[3]),
                           bilinear(x[0][0][0], x[1][0][0], x[2], x[3]),
                           bilinear(x[0].slice(0, 0, 0), x[1].slice(0, 0, 0), x[2]));
             },
         .inputs = {{.sizes = {2, 4, 3}}, {.sizes = {2, 4, 2}}, {.sizes = {5, 3, 2}}, {.sizes = {5}}},
         .oracle =
             "F.bilinear(x0, x1, x2), F.bilinear(x0, x1, x2, x3), F.bilinear(x0[0][0], x1[0][0], x2, x3), "
             "F.bilinear(x0[:0], x1[:0], x2)",
         .given = "ones = torch.ones"};
  c.failures = {{[] {
                   bilinear(t23(), t23(), ones({4, 3, 2}));
                 },
                 "F.bilinear(ones(2, 3), ones(2, 3), ones(4, 3, 2))"},
                {[] {
                   bilinear(t23(), t23(), ones({4, 2, 3}));
                 },
                 "F.bilinear(ones(2, 3), ones(2, 3), ones(4, 2, 3))"},
                {[] {
                   bilinear(t23(), ones({3, 3}), ones({4, 3, 3}));
                 },
                 "F.bilinear(ones(2, 3), ones(3, 3), ones(4, 3, 3))"},
                {[] {
                   bilinear(t23(), ones({3}), ones({4, 3, 3}));
                 },
                 "F.bilinear(ones(2, 3), ones(3), ones(4, 3, 3))"},
                {[] {
                   bilinear(t23(), t23(), ones({4, 3, 3}), ones({5}));
                 },
                 "F.bilinear(ones(2, 3), ones(2, 3), ones(4, 3, 3), ones(5))"},
                {[] {
                   bilinear(t23(), t23(), ones({4, 3, 3}, kFloat64));
                 },
                 "F.bilinear(ones(2, 3), ones(2, 3), ones(4, 3, 3).double())"}};
  return c;
}

}  // namespace convgrad::cases
