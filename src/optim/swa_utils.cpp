#include "convgrad/optim/swa_utils.h"

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/creation.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::optim {
inline namespace swa_utils {

MultiAvgFn get_ema_multi_avg_fn(double decay) {
  check<ValueError>(decay >= 0 && decay <= 1, "Invalid decay value {} provided. Please provide a value in [0,1] range.",
                    float_repr(decay));
  return [decay](std::vector<Tensor>& averages, const std::vector<Tensor>& present, int64_t) {
    for (size_t i = 0; i < averages.size(); ++i) {
      if (averages[i].is_floating_point())
        averages[i].lerp_(present[i], 1 - decay);
      else
        averages[i].copy_(averages[i] * decay + present[i] * (1 - decay));
    }
  };
}

MultiAvgFn get_swa_multi_avg_fn() {
  return [](std::vector<Tensor>& averages, const std::vector<Tensor>& present, int64_t n) {
    const double share = 1 / static_cast<double>(n + 1);
    for (size_t i = 0; i < averages.size(); ++i) {
      if (averages[i].is_floating_point())
        averages[i].lerp_(present[i], share);
      else
        averages[i].copy_(averages[i] + (present[i] - averages[i]) * share);
    }
  };
}

AveragedModelImpl::AveragedModelImpl(nn::AnyModule copy, const nn::Module& model, AveragedModelOptions options)
    : module(std::move(copy)),
      n_averaged(register_buffer("n_averaged", zeros({}, {.dtype = kInt64}))),
      options_(std::move(options)) {
  register_module("module", module.ptr());
  check<ValueError>(module.ptr().get() != &model, "the averaged model is the model itself: it needs a copy");
  if (!options_.multi_avg_fn) options_.multi_avg_fn = get_swa_multi_avg_fn();
  module.ptr()->load_state_dict(model.state_dict());
}

void AveragedModelImpl::update_parameters(const nn::Module& model) {
  NoGradGuard guard;
  const auto values = [&](const nn::Module& m) {
    std::vector<Tensor> out;
    for (const Tensor& p : m.parameters()) out.push_back(p.detach());
    if (options_.use_buffers)
      for (const Tensor& b : m.buffers()) out.push_back(b.detach());
    return out;
  };
  std::vector<Tensor> averages = values(*module.ptr());
  const std::vector<Tensor> present = values(model);
  check<ValueError>(averages.size() == present.size(), "the averaged model has {} tensors, the model {}",
                    averages.size(), present.size());
  const auto n = n_averaged.item<int64_t>();
  if (n > 0)
    options_.multi_avg_fn(averages, present, n);
  else
    for (size_t i = 0; i < averages.size(); ++i) averages[i].copy_(present[i]);
  if (!options_.use_buffers) {
    const std::vector<Tensor> own = module.ptr()->buffers(), others = model.buffers();
    check<ValueError>(own.size() == others.size(), "the averaged model has {} buffers, the model {}", own.size(),
                      others.size());
    for (size_t i = 0; i < own.size(); ++i) own[i].detach().copy_(others[i]);
  }
  n_averaged.add_(1);
}

}  // namespace swa_utils
}  // namespace convgrad::optim
