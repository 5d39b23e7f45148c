#include "convgrad/nn/dropout.h"

#include <cmath>

#include "convgrad/nn/functional.h"
#include "convgrad/ops/creation.h"
#include "core/check.h"
#include "core/make.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

void check_probability(double p) {
  check<ValueError>(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got {}", float_repr(p));
}

Tensor product(const Tensor& x, const Tensor& factor, bool inplace) {
  return inplace ? Tensor(x).mul_(factor) : x.mul(factor);
}

/// Ones and zeros that are yet to be drawn: one for each element, or one for each channel.
Tensor empty_mask(const Tensor& x, bool channels) {
  if (!channels) return empty_like(x);
  check(x.dim() >= 2, "Feature dropout requires at least 2 dimensions in the input");
  DimVector sizes(x.sizes().size(), 1);
  sizes[0] = x.size(0), sizes[1] = x.size(1);
  return make_tensor(sizes, x.dtype());
}

Tensor drop(const Tensor& x, double p, bool training, bool inplace, bool channels) {
  check_probability(p);
  if (p == 0 || !training || x.numel() == 0) return x;
  if (p == 1) return product(x, zeros({}, {.dtype = x.dtype()}), inplace);
  return product(x, empty_mask(x, channels).bernoulli_(1 - p).div_(1 - p), inplace);
}

/// What is dropped becomes −α·scale (the least value of selu), then all is scaled and moved so that mean 0 and
/// variance 1 stay.
Tensor alpha_drop(const Tensor& x, const functional::AlphaDropoutFuncOptions& o, bool channels) {
  check_probability(o.p);
  if (o.p == 0 || !o.training || x.numel() == 0) return x;
  if (o.p == 1) return product(x, zeros({}, {.dtype = x.dtype()}), o.inplace);
  Tensor mask = empty_mask(x, channels).bernoulli_(1 - o.p);
  constexpr double alpha = 1.7580993408473766;
  const double a = 1 / std::sqrt((alpha * alpha * o.p + 1) * (1 - o.p));
  const Tensor b = mask.add(-1).mul_(alpha * a).add_(alpha * a * o.p);
  mask.mul_(a);
  const Tensor y = product(x, mask, o.inplace);
  return o.inplace ? Tensor(y).add_(b) : y.add(b);
}

/// f(x with a batch of one in front) without it again, unless x has a batch.
template <class F>
Tensor with_batch(const Tensor& x, bool has_batch, F f) {
  return has_batch ? f(x) : f(x.unsqueeze(0)).squeeze(0);
}

}  // namespace

Tensor functional::dropout(const Tensor& x, const DropoutFuncOptions& o) {
  return drop(x, o.p, o.training, o.inplace, false);
}

Tensor functional::dropout1d(const Tensor& x, const DropoutFuncOptions& o) {
  check_probability(o.p);
  check(x.dim() == 2 || x.dim() == 3,
        "dropout1d: Expected 2D or 3D input, but received a {}D input. Note that dropout1d exists to provide "
        "channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension "
        "(i.e. 2D or 3D inputs).",
        x.dim());
  return with_batch(x, x.dim() == 3, [&](const Tensor& t) { return drop(t, o.p, o.training, o.inplace, true); });
}
Tensor functional::dropout2d(const Tensor& x, const DropoutFuncOptions& o) {
  return drop(x, o.p, o.training, o.inplace, true);
}
Tensor functional::dropout3d(const Tensor& x, const DropoutFuncOptions& o) {
  return with_batch(x, x.dim() == 5, [&](const Tensor& t) { return drop(t, o.p, o.training, o.inplace, true); });
}
Tensor functional::alpha_dropout(const Tensor& x, const AlphaDropoutFuncOptions& o) { return alpha_drop(x, o, false); }
Tensor functional::feature_alpha_dropout(const Tensor& x, const AlphaDropoutFuncOptions& o) {
  return alpha_drop(x, o, true);
}

DropoutBaseImpl::DropoutBaseImpl(DropoutOptions o) : options(o) { check_probability(options.p); }

std::string DropoutBaseImpl::extra_repr() const {
  return fmt::format("p={}, inplace={}", float_repr(options.p), bool_repr(options.inplace));
}

Tensor DropoutImpl::forward(const Tensor& x) {
  return functional::dropout(x, {.p = options.p, .training = is_training(), .inplace = options.inplace});
}

template <size_t D>
Tensor ChannelDropoutImpl<D>::forward(const Tensor& x) {
  constexpr auto function = D == 1 ? functional::dropout1d : D == 2 ? functional::dropout2d : functional::dropout3d;
  return function(x, {.p = options.p, .training = is_training(), .inplace = options.inplace});
}
template class ChannelDropoutImpl<1>;
template class ChannelDropoutImpl<2>;
template class ChannelDropoutImpl<3>;

Tensor AlphaDropoutImpl::forward(const Tensor& x) {
  return functional::alpha_dropout(x, {.p = options.p, .training = is_training()});
}
Tensor FeatureAlphaDropoutImpl::forward(const Tensor& x) {
  return functional::feature_alpha_dropout(x, {.p = options.p, .training = is_training()});
}

}  // namespace convgrad::nn
