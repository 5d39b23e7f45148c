// Losses of pairs of tensors.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/pointwise.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

constexpr Reduction kNone = Reduction::None, kSum = Reduction::Sum;

using Loss = List (*)(const List& x);

/// Of two tensors of real numbers; every call of `f` and of the oracle gives several reductions.
Case pairs(Loss f, const std::string& oracle, std::vector<Failure> failures = {}, Input target = {.sizes = {4, 5}}) {
  return {.run = f,
          .inputs = {{.sizes = {4, 5}, .low = -2, .high = 2}, target},
          .oracle = oracle,
          .failures = std::move(failures),
          .large = {
              {.sizes = {1 << 16, 4}, .low = -2, .high = 2},
              {.sizes = {1 << 16, 4}, .low = target.low, .high = target.high, .requires_grad = target.requires_grad}}};
}

Tensor t23() { return ones({2, 3}); }
Tensor whole() { return tensor({1, 2}); }

}  // namespace

CASE(smooth_l1_loss) {
  return pairs(
      [](const List& x) {
        return list(smooth_l1_loss(x[0], x[1]), smooth_l1_loss(x[0], x[1], {.reduction = kSum, .beta = 0.3}),
                    smooth_l1_loss(x[0], x[1], {.reduction = kNone, .beta = 0.3}),
                    smooth_l1_loss(x[0], x[1], {.beta = 0}));
      },
      "F.smooth_l1_loss(x0, x1), F.smooth_l1_loss(x0, x1, reduction='sum', beta=0.3), "
      "F.smooth_l1_loss(x0, x1, reduction='none', beta=0.3), F.smooth_l1_loss(x0, x1, beta=0.)",
      {{[] { smooth_l1_loss(t23(), t23(), {.beta = -1}); },
        "F.smooth_l1_loss(torch.ones(2, 3), torch.ones(2, 3), beta=-1.)"},
       {[] { smooth_l1_loss(whole(), whole()); }, "F.smooth_l1_loss(torch.tensor([1, 2]), torch.tensor([1, 2]))"},
       {[] { smooth_l1_loss(t23(), ones({2})); }, "F.smooth_l1_loss(torch.ones(2, 3), torch.ones(2))"}});
}
CASE(huber_loss) {
  return pairs(
      [](const List& x) {
        return list(huber_loss(x[0], x[1]), huber_loss(x[0], x[1], {.reduction = kSum, .delta = 0.3}),
                    huber_loss(x[0], x[1], {.reduction = kNone, .delta = 1.7}));
      },
      "F.huber_loss(x0, x1), F.huber_loss(x0, x1, reduction='sum', delta=0.3), "
      "F.huber_loss(x0, x1, reduction='none', delta=1.7)",
      {{[] { huber_loss(t23(), t23(), {.delta = 0}); }, "F.huber_loss(torch.ones(2, 3), torch.ones(2, 3), delta=0.)"},
       {[] { huber_loss(whole(), whole()); }, "F.huber_loss(torch.tensor([1, 2]), torch.tensor([1, 2]))"}});
}
CASE(huber_losses_of_broadcast_targets) {
  return pairs([](const List& x) { return list(huber_loss(x[0], x[1]), smooth_l1_loss(x[0], x[1])); },
               "F.huber_loss(x0, x1), F.smooth_l1_loss(x0, x1)", {}, {.sizes = {5}});
}
CASE(binary_cross_entropy) {
  Case c{.run =
             [](const List& x) {
               return list(binary_cross_entropy(x[0], x[1]),
                           binary_cross_entropy(x[0], x[1], {.weight = x[2], .reduction = kSum}),
                           binary_cross_entropy(x[0], x[1], {.weight = x[2], .reduction = kNone}));
             },
         .inputs = {{.sizes = {4, 5}, .low = 0.05, .high = 0.95},
                    {.sizes = {4, 5}, .low = 0, .high = 1},
                    {.sizes = {5}, .low = 0.2, .high = 2, .requires_grad = false}},
         .oracle =
             "bce = F.binary_cross_entropy; bce(x0, x1), bce(x0, x1, x2, reduction='sum'), "
             "bce(x0, x1, x2, reduction='none')"};
  c.failures = {
      {[] { binary_cross_entropy(t23() * 1.5, t23()); },
       "F.binary_cross_entropy(torch.ones(2, 3) * 1.5, torch.ones(2, 3))"},
      {[] { binary_cross_entropy(-t23(), t23()); }, "F.binary_cross_entropy(-torch.ones(2, 3), torch.ones(2, 3))"},
      {[] { binary_cross_entropy(full({2}, NAN), ones({2})); },
       "F.binary_cross_entropy(torch.full((2,), float('nan')), torch.ones(2))"},
      {[] { binary_cross_entropy(t23(), ones({3})); }, "F.binary_cross_entropy(torch.ones(2, 3), torch.ones(3))"},
      {[] { binary_cross_entropy(whole(), whole()); },
       "F.binary_cross_entropy(torch.tensor([1, 2]), torch.tensor([1, 2]))"},
      {[] { binary_cross_entropy(t23(), t23().to(kFloat64)); },
       "F.binary_cross_entropy(torch.ones(2, 3), torch.ones(2, 3).double())"},
      {[] { binary_cross_entropy(t23(), t23(), {.weight = ones({3}, {.requires_grad = true})}); },
       "F.binary_cross_entropy(torch.ones(2, 3), torch.ones(2, 3), torch.ones(3, requires_grad=True))"}};
  c.large = {
      {.sizes = {1 << 16, 5}, .low = 0.05, .high = 0.95}, {.sizes = {1 << 16, 5}, .low = 0, .high = 1}, c.inputs[2]};
  return c;
}
CASE(binary_cross_entropy_with_logits) {
  Case c{.run =
             [](const List& x) {
               return list(binary_cross_entropy_with_logits(x[0], x[1]),
                           binary_cross_entropy_with_logits(x[0] * 20, x[1], {.reduction = kNone}),
                           binary_cross_entropy_with_logits(x[0], x[1],
                                                            {.weight = x[2], .reduction = kSum, .pos_weight = x[3]}));
             },
         .inputs = {{.sizes = {4, 5}, .low = -3, .high = 3},
                    {.sizes = {4, 5}, .low = 0, .high = 1},
                    {.sizes = {5}, .low = 0.2, .high = 2, .requires_grad = false},
                    {.sizes = {4, 1}, .low = 0.2, .high = 2, .requires_grad = false}},
         .oracle =
             "bce = F.binary_cross_entropy_with_logits; bce(x0, x1), bce(x0 * 20, x1, reduction='none'), "
             "bce(x0, x1, x2, pos_weight=x3, reduction='sum')"};
  c.failures = {{[] { binary_cross_entropy_with_logits(t23(), ones({3})); },
                 "F.binary_cross_entropy_with_logits(torch.ones(2, 3), torch.ones(3))"},
                {[] { binary_cross_entropy_with_logits(whole(), whole()); },
                 "F.binary_cross_entropy_with_logits(torch.tensor([1, 2]), torch.tensor([1, 2]))"},
                {[] { binary_cross_entropy_with_logits(t23(), t23(), {.weight = ones({5})}); },
                 "F.binary_cross_entropy_with_logits(torch.ones(2, 3), torch.ones(2, 3), torch.ones(5))"}};
  return c;
}
CASE(soft_margin_loss) {
  return pairs(
      [](const List& x) {
        return list(soft_margin_loss(x[0], x[1]), soft_margin_loss(x[0] * 3, x[1], kSum),
                    soft_margin_loss(x[0], x[1], kNone));
      },
      "F.soft_margin_loss(x0, x1), F.soft_margin_loss(x0 * 3, x1, reduction='sum'), "
      "F.soft_margin_loss(x0, x1, reduction='none')",
      {{[] { soft_margin_loss(t23(), ones({2})); }, "F.soft_margin_loss(torch.ones(2, 3), torch.ones(2))"},
       {[] {
          soft_margin_loss(t23(), ones({2, 3}, {.requires_grad = true}));
        },
        "F.soft_margin_loss(torch.ones(2, 3), torch.ones(2, 3, requires_grad=True))"}},
      {.sizes = {4, 5}, .requires_grad = false});
}
CASE(kl_div) {
  return pairs(
      [](const List& x) {
        return list(kl_div(x[0], x[1]), kl_div(x[0], x[1], {.reduction = kSum}),
                    kl_div(x[0], x[1], {.reduction = kNone}), kl_div(x[0], x[1], {.batch_mean = true}),
                    kl_div(x[0], x[1], {.log_target = true}),
                    kl_div(x[0], x[1], {.reduction = kNone, .log_target = true}));
      },
      "F.kl_div(x0, x1), F.kl_div(x0, x1, reduction='sum'), F.kl_div(x0, x1, reduction='none'), "
      "F.kl_div(x0, x1, reduction='batchmean'), F.kl_div(x0, x1, log_target=True), "
      "F.kl_div(x0, x1, reduction='none', log_target=True)",
      {{[] {
          kl_div(t23(), tensor({{1, 2, 3}, {1, 2, 3}}));
        },
        "F.kl_div(torch.ones(2, 3), torch.tensor([[1, 2, 3], [1, 2, 3]]))"},
       {[] { kl_div(whole(), ones({2})); }, "F.kl_div(torch.tensor([1, 2]), torch.ones(2))"}},
      {.sizes = {4, 5}, .low = 0.1, .high = 1});
}
CASE(kl_div_of_zero_targets) {
  return pairs([](const List& x) { return list(kl_div(x[0], x[1] * 0, {.reduction = kNone})); },
               "F.kl_div(x0, x1 * 0, reduction='none')", {}, {.sizes = {4, 5}, .requires_grad = false});
}
CASE(poisson_nll_loss) {
  Case c = pairs(
      [](const List& x) {
        const Tensor positive = x[0].exp();
        return list(poisson_nll_loss(x[0], x[1]), poisson_nll_loss(x[0], x[1], {.full = true, .reduction = kNone}),
                    poisson_nll_loss(positive, x[1], {.log_input = false, .reduction = kSum}),
                    poisson_nll_loss(x[0], x[1], {.reduction = kNone}));
      },
      "F.poisson_nll_loss(x0, x1), F.poisson_nll_loss(x0, x1, full=True, reduction='none'), "
      "F.poisson_nll_loss(x0.exp(), x1, log_input=False, reduction='sum'), F.poisson_nll_loss(x0, x1, "
      "reduction='none')",
      {}, {.sizes = {4, 5}, .low = 0.2, .high = 4});
  return c;
}
CASE(gaussian_nll_loss) {
  Case c{.run =
             [](const List& x) {
               return list(gaussian_nll_loss(x[0], x[1], x[2]),
                           gaussian_nll_loss(x[0], x[1], x[3], {.full = true, .reduction = kSum}),
                           gaussian_nll_loss(x[0], x[1], x[3].unsqueeze(1), {.reduction = kNone}),
                           gaussian_nll_loss(x[0], x[1], 1.5));
             },
         .inputs = {{.sizes = {4, 5}},
                    {.sizes = {4, 5}},
                    {.sizes = {4, 5}, .low = 0.2, .high = 2},
                    {.sizes = {4}, .low = 0.2, .high = 2}},
         .oracle =
             "g = F.gaussian_nll_loss; g(x0, x1, x2), g(x0, x1, x3, full=True, reduction='sum'), "
             "g(x0, x1, x3.unsqueeze(1), reduction='none'), g(x0, x1, 1.5)"};
  c.failures = {
      {[] { gaussian_nll_loss(t23(), t23(), -t23()); },
       "F.gaussian_nll_loss(torch.ones(2, 3), torch.ones(2, 3), -torch.ones(2, 3))"},
      {[] {
         gaussian_nll_loss(t23(), t23(), ones({2, 2}));
       },
       "F.gaussian_nll_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(2, 2))"},
      {[] { gaussian_nll_loss(t23(), t23(), ones({3})); },
       "F.gaussian_nll_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(3))"},
      {[] { gaussian_nll_loss(t23(), t23(), -1.0); }, "F.gaussian_nll_loss(torch.ones(2, 3), torch.ones(2, 3), -1.0)"}};
  return c;
}
CASE(gaussian_nll_loss_of_small_variances) {
  Case c = pairs(
      [](const List& x) { return list(gaussian_nll_loss(x[0], x[1], x[1] * x[1], {.eps = 10, .reduction = kNone})); },
      "F.gaussian_nll_loss(x0, x1, x1 * x1, eps=10, reduction='none')");
  c.finite_differences = false;  // the gradient passes through the bound, as PyTorch has it
  return c;
}
CASE(hinge_embedding_loss) {
  return pairs(
      [](const List& x) {
        const Tensor sign = x[1].detach().sign();
        return list(hinge_embedding_loss(x[0], sign),
                    hinge_embedding_loss(x[0], sign, {.margin = 0.4, .reduction = kSum}),
                    hinge_embedding_loss(x[0], sign, {.reduction = kNone}));
      },
      "s = x1.detach().sign(); h = F.hinge_embedding_loss; h(x0, s), h(x0, s, margin=0.4, reduction='sum'), "
      "h(x0, s, reduction='none')",
      {{[] { hinge_embedding_loss(t23(), ones({2})); }, "F.hinge_embedding_loss(torch.ones(2, 3), torch.ones(2))"}},
      {.sizes = {4, 5}, .requires_grad = false});
}
CASE(cosine_embedding_loss) {
  Case c{.run =
             [](const List& x) {
               const Tensor sign = x[2].sign();
               return list(cosine_embedding_loss(x[0], x[1], sign),
                           cosine_embedding_loss(x[0], x[1], sign, {.margin = 0.1, .reduction = kSum}),
                           cosine_embedding_loss(x[0], x[1], sign, {.margin = -0.5, .reduction = kNone}),
                           cosine_embedding_loss(x[0][0], x[1][0], sign[0]));
             },
         .inputs = {{.sizes = {6, 5}}, {.sizes = {6, 5}}, {.sizes = {6}, .requires_grad = false}},
         .oracle =
             "s = x2.sign(); c = F.cosine_embedding_loss; c(x0, x1, s), c(x0, x1, s, margin=0.1, reduction='sum'), "
             "c(x0, x1, s, margin=-0.5, reduction='none'), c(x0[0], x1[0], s[0])"};
  c.failures = {{[] {
                   cosine_embedding_loss(t23(), t23(), ones({2, 1}));
                 },
                 "F.cosine_embedding_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(2, 1))"},
                {[] { cosine_embedding_loss(ones({3}), ones({3}), ones({1})); },
                 "F.cosine_embedding_loss(torch.ones(3), torch.ones(3), torch.ones(1))"},
                {[] { cosine_embedding_loss(t23(), t23(), ones({})); },
                 "F.cosine_embedding_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(()))"},
                {[] { cosine_embedding_loss(t23(), t23(), ones({4})); },
                 "F.cosine_embedding_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(4))"}};
  return c;
}
CASE(margin_ranking_loss) {
  Case c{.run =
             [](const List& x) {
               const Tensor sign = x[2].sign();
               return list(margin_ranking_loss(x[0], x[1], sign),
                           margin_ranking_loss(x[0], x[1], sign, {.margin = 0.3, .reduction = kSum}),
                           margin_ranking_loss(x[0], x[1], sign, {.reduction = kNone}));
             },
         .inputs = {{.sizes = {7}}, {.sizes = {7}}, {.sizes = {7}, .requires_grad = false}},
         .oracle =
             "s = x2.sign(); m = F.margin_ranking_loss; m(x0, x1, s), m(x0, x1, s, margin=0.3, reduction='sum'), "
             "m(x0, x1, s, reduction='none')"};
  c.failures = {{[] { margin_ranking_loss(t23(), ones({3}), t23()); },
                 "F.margin_ranking_loss(torch.ones(2, 3), torch.ones(3), torch.ones(2, 3))"}};
  return c;
}
CASE(triplet_margin_loss) {
  Case c{.run =
             [](const List& x) {
               return list(triplet_margin_loss(x[0], x[1], x[2]),
                           triplet_margin_loss(x[0], x[1], x[2], {.margin = 0.5, .p = 1, .reduction = kSum}),
                           triplet_margin_loss(x[0], x[1], x[2], {.margin = 2, .swap = true, .reduction = kNone}));
             },
         .inputs = {{.sizes = {6, 5}}, {.sizes = {6, 5}}, {.sizes = {6, 5}}},
         .oracle =
             "t = F.triplet_margin_loss; t(x0, x1, x2), t(x0, x1, x2, margin=0.5, p=1, reduction='sum'), "
             "t(x0, x1, x2, margin=2, swap=True, reduction='none')"};
  c.failures = {{[] { triplet_margin_loss(t23(), ones({3}), t23()); },
                 "F.triplet_margin_loss(torch.ones(2, 3), torch.ones(3), torch.ones(2, 3))"},
                {[] { triplet_margin_loss(t23(), t23(), t23(), {.margin = -1}); },
                 "F.triplet_margin_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(2, 3), margin=-1)"}};
  return c;
}

}  // namespace convgrad::cases
