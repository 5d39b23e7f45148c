#include "convgrad/nn/utils/clip_grad.h"

#include <cmath>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/join.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn::utils {
namespace {

std::vector<Tensor> gradients(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> out;
  for (const Tensor& p : parameters)
    if (p.grad().defined()) out.push_back(p.grad());
  return out;
}

}  // namespace

Tensor get_total_norm(const std::vector<Tensor>& tensors, double norm_type, bool error_if_nonfinite) {
  NoGradGuard guard;
  if (tensors.empty()) return zeros({});
  std::vector<Tensor> norms;
  for (const Tensor& t : tensors) norms.push_back(t.norm(norm_type));
  const Tensor total = stack(norms).norm(norm_type);
  check(!error_if_nonfinite || std::isfinite(total.item<double>()),
        "The total norm of order {} for gradients from `parameters` is non-finite, so it cannot be clipped. To disable "
        "this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`",
        float_repr(norm_type));
  return total;
}

Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  NoGradGuard guard;
  std::vector<Tensor> all = gradients(parameters);
  const Tensor total = get_total_norm(all, norm_type, error_if_nonfinite);
  const Tensor factor = (max_norm / (total + 1e-6)).clamp_max(1.0);
  if (factor.item<double>() == 1) return total;  // a product with 1 would only cost its time
  for (Tensor& g : all) g.mul_(factor);
  return total;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value) {
  NoGradGuard guard;
  for (Tensor& g : gradients(parameters)) g.clamp_(-clip_value, clip_value);
}

}  // namespace convgrad::nn::utils
