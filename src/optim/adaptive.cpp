#include "optim/adaptive.h"

#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::optim {

void step_in_one_pass(kernels::Rule rule, const void* step, const Tensor& parameter, ArrayRef<Tensor> state) {
  const ScalarType type = parameter.dtype();
  check<NotImplementedError>(is_floating_point(type), "optimizers step floating-point parameters, not {}",
                             legacy_name(type));
  const Tensor gradient = parameter.grad().detach().to(type).contiguous();
  check<ShapeError>(gradient.sizes() == parameter.sizes(), "the gradient's sizes {} are not the parameter's {}",
                    gradient.sizes(), parameter.sizes());
  const Tensor p = parameter.detach().contiguous();
  std::array<Tensor, 3> dense;
  std::array<void*, 3> memory{};
  for (size_t k = 0; k < state.size(); ++k) {
    dense[k] = state[k].to(type).contiguous();
    memory[k] = dense[k].data_ptr();
  }
  kernels::adaptive_step(rule, step, state.size(), type, p.data_ptr(), gradient.data_ptr(), memory.data(), p.numel());
  const auto finish = [](Tensor given, const Tensor& changed) {
    if (given.data_ptr() == changed.data_ptr())
      given.impl().version().value++;
    else
      given.copy_(changed);
  };
  finish(parameter, p);
  for (size_t k = 0; k < state.size(); ++k) finish(state[k], dense[k]);
}

void check_not_negative(const OptionMap& o, const char* name, const char* shown) {
  check<ValueError>(o[name] >= 0, "Invalid {}: {}", shown, number_repr(o[name]));
}

void check_betas(const OptionMap& o) {
  const auto [first, second] = o["betas"].pair();
  check<ValueError>(first >= 0 && first < 1, "Invalid beta parameter at index 0: {}", number_repr(first));
  check<ValueError>(second >= 0 && second < 1, "Invalid beta parameter at index 1: {}", number_repr(second));
}

}  // namespace convgrad::optim
