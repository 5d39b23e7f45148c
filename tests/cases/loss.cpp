// Losses.
#include <convgrad/ops/loss.h>

#include <convgrad/ops/creation.h>
#include <convgrad/ops/softmax.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = R"(
ones, i = torch.ones, torch.tensor([0, 2])
ce, nll = F.cross_entropy, F.nll_loss
)";

/// A loss of x and class numbers in [0, 4), of these sizes; a third input holds a factor for each of the 4 classes.
Case of_labels(List (*f)(X x, X target, X weight), const std::vector<int64_t>& x, const std::vector<int64_t>& target,
               const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0], x[1], x[2]); },
          .inputs = {{.sizes = x, .low = -3, .high = 3},
                     {.sizes = target, .low = 0, .high = 4, .integer = true},
                     {.sizes = {4}, .low = 0.2, .high = 2, .requires_grad = false}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

constexpr Reduction kNone = Reduction::None, kSum = Reduction::Sum;
Tensor i() { return tensor({0, 2}); }
Tensor x23() { return ones({2, 3}); }

}  // namespace

CASE(cross_entropy) {
  Case c = of_labels(
      [](X x, X target, X) { return list(cross_entropy(x, target)); }, {5, 4}, {5}, "ce(x0, x1)",
      {{[] { cross_entropy(x23(), i() + 1); }, "ce(ones(2, 3), i + 1)"},
       {[] { cross_entropy(x23(), i() - 1); }, "ce(ones(2, 3), i - 1)"},
       {[] { cross_entropy(x23(), tensor({1})); }, "ce(ones(2, 3), torch.tensor([1]))"},
       {[] { cross_entropy(x23(), i().to(kInt32)); }, "ce(ones(2, 3), i.int())"},
       {[] { cross_entropy(x23(), ones(2)); }, "ce(ones(2, 3), ones(2))"},
       {[] { cross_entropy(x23(), i(), {.weight = ones(2)}); }, "ce(ones(2, 3), i, ones(2))"},
       {[] { cross_entropy(x23(), i(), {.label_smoothing = 1.5}); }, "ce(ones(2, 3), i, label_smoothing=1.5)"},
       {[] {
          cross_entropy(tensor({{1, 2, 3}, {4, 5, 6}}), i());
        },
        "ce(torch.tensor([[1, 2, 3], [4, 5, 6]]), i)"},
       {[] { cross_entropy(Tensor::of(1.), Tensor::of(0)); }, "ce(torch.tensor(1.), torch.tensor(0))"},
       {[] { cross_entropy(Tensor::of(1.), i()); }, "ce(torch.tensor(1.), i)"},
       {[] { cross_entropy(x23(), x23().slice(1, 1)); }, "ce(ones(2, 3), ones(2, 2))"}});
  c.large = {{.sizes = {4096, 4}, .low = -3, .high = 3}, {.sizes = {4096}, .high = 4, .integer = true}, c.inputs[2]};
  c.large[1].low = 0;
  return c;
}
CASE(cross_entropy_options) {
  return of_labels(
      [](X x, X target, X weight) {
        return list(cross_entropy(x, target, {.reduction = kSum}), cross_entropy(x, target, {.reduction = kNone}),
                    cross_entropy(x, target, {.weight = weight}),
                    cross_entropy(x, target, {.weight = weight, .reduction = kNone}),
                    cross_entropy(x, target, {.ignore_index = 1}),
                    cross_entropy(x, target, {.weight = weight, .ignore_index = 2, .label_smoothing = 0.3}),
                    cross_entropy(x, target, {.reduction = kSum, .label_smoothing = 0.2}),
                    cross_entropy(x, target, {.ignore_index = 0, .reduction = kNone, .label_smoothing = 1}),
                    cross_entropy(x[0], target[0], {.weight = weight}), cross_entropy(x, target.to(kUInt8)));
      },
      {6, 4}, {6},
      "ce(x0, x1, reduction='sum'), ce(x0, x1, reduction='none'), ce(x0, x1, x2), ce(x0, x1, x2, reduction='none'), "
      "ce(x0, x1, ignore_index=1), ce(x0, x1, x2, ignore_index=2, label_smoothing=0.3), "
      "ce(x0, x1, reduction='sum', label_smoothing=0.2), "
      "ce(x0, x1, ignore_index=0, reduction='none', label_smoothing=1.), ce(x0[0], x1[0], x2), ce(x0, x1.byte())");
}
CASE(cross_entropy_of_pictures) {
  return of_labels(
      [](X x, X target, X weight) {
        return list(cross_entropy(x, target), cross_entropy(x, target, {.weight = weight, .label_smoothing = 0.1}),
                    cross_entropy(x, target, {.ignore_index = 3, .reduction = kNone}));
      },
      {2, 4, 3, 2}, {2, 3, 2},
      "ce(x0, x1), ce(x0, x1, x2, label_smoothing=0.1), ce(x0, x1, ignore_index=3, reduction='none')");
}
CASE(cross_entropy_of_probabilities) {
  return {
      .run =
          [](const List& x) {
            const Tensor p = x[1].softmax(1);
            return list(cross_entropy(x[0], p), cross_entropy(x[0], p, {.weight = x[2], .label_smoothing = 0.2}),
                        cross_entropy(x[0], p, {.weight = x[2], .reduction = kNone}),
                        cross_entropy(x[0], p, {.reduction = kSum}), cross_entropy(x[0][0], p[0]));
          },
      .inputs = {{.sizes = {3, 4}}, {.sizes = {3, 4}}, {.sizes = {4}, .low = 0.2, .high = 2, .requires_grad = false}},
      .oracle =
          "p = x1.softmax(1)\n"
          "ce(x0, p), ce(x0, p, x2, label_smoothing=0.2), ce(x0, p, x2, reduction='none'), "
          "ce(x0, p, reduction='sum'), ce(x0[0], p[0])",
      .given = kNames,
      .failures = {
          {[] { cross_entropy(x23(), x23(), {.ignore_index = 1}); }, "ce(ones(2, 3), ones(2, 3), ignore_index=1)"}}};
}
CASE(nll_loss) {
  return of_labels(
      [](X x, X target, X weight) {
        return list(nll_loss(x, target), nll_loss(x, target, {.weight = weight}),
                    nll_loss(x, target, {.ignore_index = 1}), nll_loss(x, target, {.reduction = kSum}),
                    nll_loss(x, target, {.weight = weight, .ignore_index = 2, .reduction = kNone}),
                    nll_loss(x[0], target[0], {.weight = weight}));
      },
      {6, 4}, {6},
      "nll(x0, x1), nll(x0, x1, x2), nll(x0, x1, ignore_index=1), nll(x0, x1, reduction='sum'), "
      "nll(x0, x1, x2, ignore_index=2, reduction='none'), nll(x0[0], x1[0], x2)",
      {{[] { nll_loss(x23(), i() + 1); }, "nll(ones(2, 3), i + 1)"},
       {[] { nll_loss(x23(), i() - 1); }, "nll(ones(2, 3), i - 1)"},
       {[] { nll_loss(x23(), tensor({1})); }, "nll(ones(2, 3), torch.tensor([1]))"},
       {[] { nll_loss(x23(), ones(2)); }, "nll(ones(2, 3), ones(2))"},
       {[] { nll_loss(x23(), i().to(kInt32)); }, "nll(ones(2, 3), i.int())"},
       {[] { nll_loss(x23(), i(), {.weight = ones(2)}); }, "nll(ones(2, 3), i, ones(2))"},
       {[] { nll_loss(x23(), i().unsqueeze(1)); }, "nll(ones(2, 3), i.unsqueeze(1))"},
       {[] { nll_loss(Tensor::of(1.), Tensor::of(0)); }, "nll(torch.tensor(1.), torch.tensor(0))"}});
}
CASE(nll_loss_of_pictures) {
  return of_labels(
      [](X x, X target, X weight) {
        return list(nll_loss(x, target), nll_loss(x, target, {.weight = weight, .ignore_index = 2}),
                    nll_loss(x, target, {.weight = weight, .reduction = kNone}));
      },
      {2, 4, 3, 2}, {2, 3, 2}, "nll(x0, x1), nll(x0, x1, x2, ignore_index=2), nll(x0, x1, x2, reduction='none')");
}
CASE(mse_loss) {
  return {.run =
              [](const List& x) {
                return list(mse_loss(x[0], x[1]), mse_loss(x[0], x[1], kSum), mse_loss(x[0], x[1], kNone));
              },
          .inputs = {{.sizes = {3, 4}}, {.sizes = {3, 4}}},
          .oracle = "F.mse_loss(x0, x1), F.mse_loss(x0, x1, reduction='sum'), F.mse_loss(x0, x1, reduction='none')",
          .given = kNames,
          .failures = {{[] { mse_loss(ones(2), ones(3)); }, "F.mse_loss(ones(2), ones(3))"},
                       {[] { mse_loss(i(), i()); }, "F.mse_loss(i, i)"},
                       {[] { reduction_from_name("avg"); }, "F.mse_loss(ones(2), ones(2), reduction='avg')"}}};
}
CASE(losses_of_broadcast_targets) {
  return {.run =
              [](const List& x) {
                return list(mse_loss(x[0], x[1]), mse_loss(x[0], x[1], kNone), l1_loss(x[0], x[1] - 3));
              },
          .inputs = {{.sizes = {3, 4}}, {.sizes = {4}}},
          .oracle = "F.mse_loss(x0, x1), F.mse_loss(x0, x1, reduction='none'), F.l1_loss(x0, x1 - 3)"};
}
CASE(l1_loss) {
  return {.run =
              [](const List& x) {
                return list(l1_loss(x[0], x[1]), l1_loss(x[0], x[1], kSum), l1_loss(x[0], x[1], kNone));
              },
          .inputs = {{.sizes = {3, 4}, .low = 0.1}, {.sizes = {3, 4}, .low = -1, .high = -0.1}},
          .oracle = "F.l1_loss(x0, x1), F.l1_loss(x0, x1, reduction='sum'), F.l1_loss(x0, x1, reduction='none')",
          .given = kNames,
          .failures = {{[] { l1_loss(ones(2), ones(3)); }, "F.l1_loss(ones(2), ones(3))"}}};
}

}  // namespace convgrad::cases
