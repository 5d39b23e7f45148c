#include "autograd/in_place.h"

#include "autograd/meta.h"
#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {

/// The same elements elsewhere, at the same place of the graph.
Tensor stand_in(const Tensor& self) {
  NoGradGuard guard;
  Tensor copy = self.clone();
  if (!self.requires_grad()) return copy;
  AutogradMeta& meta = materialize_meta(copy);
  meta.grad_fn = self.grad_fn();
  meta.output_nr = static_cast<uint32_t>(self.output_nr());
  return copy;
}

/// Whether a result of type `from` may be written into a tensor of type `to`.
bool can_store(ScalarType from, ScalarType to) {
  if (is_floating_point(from)) return is_floating_point(to);
  return from == kBool || to != kBool;
}

}  // namespace

Tensor& change_in_place(Tensor& self, const std::function<Tensor(const Tensor&)>& f) {
  const bool recording = GradMode::is_enabled();
  detail_function::check_in_place(self, recording && self.requires_grad(), false);
  const Tensor result = f(stand_in(self));
  check(result.sizes() == self.sizes(), "output with shape {} doesn't match the broadcast shape {}", self.sizes(),
        result.sizes());
  check(can_store(result.dtype(), self.dtype()), "result type {} can't be cast to the desired output type {}",
        legacy_name(result.dtype()), legacy_name(self.dtype()));
  if (!recording || !result.requires_grad()) {
    NoGradGuard guard;
    self.copy_(result);
    return self;
  }
  if (self.impl().base || result.dtype() != self.dtype()) return self.copy_(result);
  detail_function::check_in_place(self, true, false);
  {
    NoGradGuard guard;
    Tensor memory = make_alias(self);
    memory.copy_(result);
  }
  AutogradMeta& meta = materialize_meta(self);
  meta.grad_fn = result.grad_fn();
  meta.output_nr = static_cast<uint32_t>(result.output_nr());
  self.impl().view_version = self._version();
  retain_anew(self);
  return self;
}

}  // namespace convgrad::autograd
