// ops/loss.h
#include <convgrad/error.h>
#include <convgrad/ops/loss.h>

#include "rows.h"

namespace convgrad::python {

namespace {

Reduction reduction(Args& a, size_t i) { return static_cast<Reduction>(a.integer(i)); }
CTCLossOptions ctc_options(Args& a) {
  return {.blank = a.integer(4), .reduction = reduction(a, 5), .zero_infinity = a.boolean(6)};
}
/// The numbers in a tensor of integers.
std::vector<int64_t> lengths(Args& a, size_t i, const char* name) {
  const Tensor& given = a.tensor(i);
  if (given.is_floating_point() || given.dtype() == kBool) throw Error(std::string(name) + " must be integral");
  const Tensor flat = given.to(kInt64).flatten();
  return {flat.const_data_ptr<int64_t>(), flat.const_data_ptr<int64_t>() + flat.numel()};
}

constexpr auto nll = [](Args& a) {
  return nll_loss(a.tensor(0), a.tensor(1),
                  {.weight = a.tensor(2), .ignore_index = a.integer(4), .reduction = reduction(a, 3)});
};

const Row rows[] = {
    {"nll_loss(Tensor input, Tensor target, Tensor? weight=None, int64_t reduction=at::Reduction::Mean, SymInt "
     "ignore_index=-100, "
     "*, Tensor out=None)",
     in_nn, nll},
    {"nll_loss_nd(Tensor input, Tensor target, Tensor? weight=None, int64_t reduction=at::Reduction::Mean, SymInt "
     "ignore_index=-100)",
     in_nn, nll},
    {"cross_entropy_loss(Tensor input, Tensor target, Tensor? weight=None, int64_t reduction=at::Reduction::Mean, "
     "SymInt "
     "ignore_index=-100, double label_smoothing=0.0)",
     in_nn,
     [](Args& a) {
       return cross_entropy(a.tensor(0), a.tensor(1),
                            {.weight = a.tensor(2),
                             .ignore_index = a.integer(4),
                             .reduction = reduction(a, 3),
                             .label_smoothing = a.real(5)});
     }},
    {"mse_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, *, Tensor out=None)", in_nn,
     [](Args& a) { return mse_loss(a.tensor(0), a.tensor(1), reduction(a, 2)); }},
    {"l1_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean)", in_nn,
     [](Args& a) { return l1_loss(a.tensor(0), a.tensor(1), reduction(a, 2)); }},
    {"smooth_l1_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, double beta=1.0, *, Tensor "
     "out=None)",
     in_nn,
     [](Args& a) {
       return smooth_l1_loss(a.tensor(0), a.tensor(1), {.reduction = reduction(a, 2), .beta = a.real(3)});
     }},
    {"huber_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, double delta=1.0, *, Tensor "
     "out=None)",
     in_nn,
     [](Args& a) { return huber_loss(a.tensor(0), a.tensor(1), {.reduction = reduction(a, 2), .delta = a.real(3)}); }},
    {"binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, int64_t reduction=at::Reduction::Mean, *, "
     "Tensor "
     "out=None)",
     in_nn,
     [](Args& a) {
       return binary_cross_entropy(a.tensor(0), a.tensor(1), {.weight = a.tensor(2), .reduction = reduction(a, 3)});
     }},
    {"binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, "
     "int64_t "
     "reduction=at::Reduction::Mean)",
     in_torch,
     [](Args& a) {
       return binary_cross_entropy_with_logits(
           a.tensor(0), a.tensor(1), {.weight = a.tensor(2), .reduction = reduction(a, 4), .pos_weight = a.tensor(3)});
     }},
    {"soft_margin_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, *, Tensor out=None)", in_nn,
     [](Args& a) { return soft_margin_loss(a.tensor(0), a.tensor(1), reduction(a, 2)); }},
    {"multi_margin_loss(Tensor input, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int64_t "
     "reduction=at::Reduction::Mean, *, Tensor out=None)",
     in_nn,
     [](Args& a) {
       return multi_margin_loss(
           a.tensor(0), a.tensor(1),
           {.p = a.integer(2), .margin = a.real(3), .weight = a.tensor(4), .reduction = reduction(a, 5)});
     }},
    {"ctc_loss(Tensor log_probs, Tensor targets, IntArrayRef input_lengths, IntArrayRef target_lengths, int64_t "
     "blank=0, "
     "int64_t reduction=at::Reduction::Mean, bool zero_infinity=False)",
     in_torch,
     [](Args& a) { return ctc_loss(a.tensor(0), a.tensor(1), a.integers(2), a.integers(3), ctc_options(a)); }},
    {"ctc_loss(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int64_t blank=0, "
     "int64_t reduction=at::Reduction::Mean, bool zero_infinity=False)",
     in_torch,
     [](Args& a) {
       return ctc_loss(a.tensor(0), a.tensor(1), lengths(a, 2, "input_lengths"), lengths(a, 3, "target_lengths"),
                       ctc_options(a));
     }},
    {"multilabel_margin_loss(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, *, Tensor out=None)",
     in_nn, [](Args& a) { return multilabel_margin_loss(a.tensor(0), a.tensor(1), reduction(a, 2)); }},
    {"kl_div(Tensor input, Tensor target, int64_t reduction=at::Reduction::Mean, *, bool log_target=False)", in_torch,
     [](Args& a) {
       return kl_div(a.tensor(0), a.tensor(1), {.reduction = reduction(a, 2), .log_target = a.boolean(3)});
     }},
    {"poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, double eps, int64_t reduction)",
     in_torch,
     [](Args& a) {
       return poisson_nll_loss(
           a.tensor(0), a.tensor(1),
           {.log_input = a.boolean(2), .full = a.boolean(3), .eps = a.real(4), .reduction = reduction(a, 5)});
     }},
    {"gaussian_nll_loss(Tensor input, Tensor target, Tensor var, bool full, double eps, int64_t reduction)", in_nn,
     [](Args& a) {
       return gaussian_nll_loss(a.tensor(0), a.tensor(1), a.tensor(2),
                                {.full = a.boolean(3), .eps = a.real(4), .reduction = reduction(a, 5)});
     }},
    {"hinge_embedding_loss(Tensor input, Tensor target, double margin=1.0, int64_t reduction=at::Reduction::Mean)",
     in_torch,
     [](Args& a) {
       return hinge_embedding_loss(a.tensor(0), a.tensor(1), {.margin = a.real(2), .reduction = reduction(a, 3)});
     }},
    {"cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin=0.0, int64_t "
     "reduction=at::Reduction::Mean)",
     in_torch,
     [](Args& a) {
       return cosine_embedding_loss(a.tensor(0), a.tensor(1), a.tensor(2),
                                    {.margin = a.real(3), .reduction = reduction(a, 4)});
     }},
    {"margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin=0.0, int64_t "
     "reduction=at::Reduction::Mean)",
     in_torch,
     [](Args& a) {
       return margin_ranking_loss(a.tensor(0), a.tensor(1), a.tensor(2),
                                  {.margin = a.real(3), .reduction = reduction(a, 4)});
     }},
    {"triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, double margin=1.0, double p=2, double "
     "eps=1e-06, bool "
     "swap=False, int64_t reduction=at::Reduction::Mean)",
     in_torch,
     [](Args& a) {
       return triplet_margin_loss(a.tensor(0), a.tensor(1), a.tensor(2),
                                  {.margin = a.scalar(3),
                                   .p = a.real(4),
                                   .eps = a.real(5),
                                   .swap = a.boolean(6),
                                   .reduction = reduction(a, 7)});
     }},
};

}  // namespace

void bind_loss() { add_rows(rows); }

}  // namespace convgrad::python
