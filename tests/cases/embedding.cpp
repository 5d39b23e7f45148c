// Rows looked up in a table, and classes as vectors.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/embedding.h>
#include <convgrad/ops/pointwise.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = "T, w, e = torch.tensor, torch.arange(12.).view(4, 3), F.embedding";
Tensor w() { return arange(12., kFloat32).view({4, 3}); }

/// A table of five rows and positions in it, some of which come several times.
Case lookup(const EmbeddingFuncOptions& options, const std::string& words, const std::vector<Failure>& failures = {}) {
  return {.run = [options](const List& x) { return list(embedding(x[1], x[0], options)); },
          .inputs = {{.sizes = {5, 3}}, {.sizes = {3, 4}, .low = 0, .high = 5, .integer = true}},
          .oracle = "F.embedding(x1, x0" + words + ")",
          .given = kNames,
          .failures = failures,
          .large = {{.sizes = {5, 64}}, {.sizes = {100, 64}, .low = 0, .high = 5, .integer = true}}};
}

}  // namespace

CASE(embedding) {
  return lookup({}, "",
                {{[] { embedding(tensor({1}, kUInt8), w()); }, "e(T([1]).byte(), w)"},
                 {[] { embedding(tensor({1.f}), w()); }, "e(T([1.]), w)"},
                 {[] { embedding(tensor({true}), w()); }, "e(T([True]), w)"},
                 {[] { embedding(tensor({4}), w()); }, "e(T([4]), w)"},
                 {[] { embedding(tensor({-1}), w()); }, "e(T([-1]), w)"},
                 {[] { embedding(tensor({1}), w()[0]); }, "e(T([1]), w[0])"}});
}
CASE(embedding_of_other_shapes) {
  return {.run =
              [](const List& x) {
                return list(embedding(tensor(2), x[0]), embedding(tensor({0, 2}, kInt32), x[0]),
                            embedding(zeros({0, 2}, kInt64), x[0]), embedding(tensor({1}), w().to(kInt64)));
              },
          .inputs = {{.sizes = {5, 3}}},
          .oracle = "e(T(2), x0), e(T([0, 2]).int(), x0), e(torch.zeros(0, 2).long(), x0), e(T([1]), w.long())",
          .given = kNames};
}
// What padding and frequency do to the gradient is by design: finite differences see another.
CASE(embedding_with_padding) {
  Case c = lookup({.padding_idx = -2}, ", padding_idx=-2");
  c.finite_differences = c.second_order = false;
  return c;
}
CASE(embedding_by_frequency) {
  Case c = lookup({.padding_idx = 0, .scale_grad_by_freq = true}, ", padding_idx=0, scale_grad_by_freq=True");
  c.finite_differences = c.second_order = false;
  return c;
}
CASE(embedding_shortened) {
  Case c =
      lookup({}, "",
             {{[] { embedding(tensor({7}), w(), {.max_norm = 1}); }, "e(T([7]), w.clone(), max_norm=1.)"},
              {[] { embedding(tensor({1.f}), w(), {.max_norm = 1}); }, "e(T([1.]), w.clone(), max_norm=1.)"},
              {[] { embedding(tensor({1}), w().to(kInt64), {.max_norm = 1}); }, "e(T([1]), w.long(), max_norm=1.)"}});
  c.run = [](const List& x) {
    const Tensor a = x[0].detach().clone(), b = x[0].detach().clone();
    return list(embedding(x[1], a, {.max_norm = 0.7}), a, embedding(x[1], b, {.max_norm = 0.9, .norm_type = 1}), b);
  };
  c.oracle =
      "a, b = x0.detach().clone(), x0.detach().clone(); e(x1, a, max_norm=.7), a, "
      "e(x1, b, max_norm=.9, norm_type=1.), b";
  c.finite_differences = false;
  c.large = {};
  return c;
}
CASE(one_hot) {
  return {.run =
              [](const List& x) {
                return list(one_hot(x[0]), one_hot(x[0], 7), one_hot(tensor(3)), one_hot(zeros({0, 2}, kInt64), 3));
              },
          .inputs = {{.sizes = {3, 4}, .low = 0, .high = 5, .integer = true}},
          .oracle = "F.one_hot(x0), F.one_hot(x0, 7), F.one_hot(T(3)), F.one_hot(torch.zeros(0, 2).long(), 3)",
          .given = kNames,
          .failures = {{[] {
                          one_hot(tensor({0, 2}), 2);
                        },
                        "F.one_hot(T([0, 2]), 2)"},
                       {[] {
                          one_hot(tensor({0, 2}), -2);
                        },
                        "F.one_hot(T([0, 2]), -2)"},
                       {[] {
                          one_hot(tensor({0, -2}));
                        },
                        "F.one_hot(T([0, -2]))"},
                       {[] {
                          one_hot(tensor({0, 2}, kInt32));
                        },
                        "F.one_hot(T([0, 2]).int())"},
                       {[] { one_hot(zeros({0}, kInt64)); }, "F.one_hot(torch.zeros(0).long())"}}};
}

}  // namespace convgrad::cases
