#include "convgrad/nn/linear.h"

#include <cmath>

#include "convgrad/nn/init.h"
#include "convgrad/ops/distance.h"
#include "convgrad/ops/linalg.h"
#include "core/check.h"
#include "core/make.h"
#include "core/python_text.h"

namespace convgrad::nn {

LinearImpl::LinearImpl(LinearOptions o, bool in_features_known)
    : options(o),
      weight(register_parameter("weight", make_tensor({0}, o.dtype.value_or(get_default_dtype())))),
      bias(register_parameter("bias", o.bias ? make_tensor({0}, weight.dtype()) : Tensor())) {
  if (!in_features_known) return;
  materialize(options.in_features);
  reset_parameters();
}

void LinearImpl::materialize(int64_t in_features) {
  options.in_features = in_features;
  weight.set_data(make_tensor({int64_t{options.out_features}, in_features}, weight.dtype()));
  if (bias.defined()) bias.set_data(make_tensor({int64_t{options.out_features}}, bias.dtype()));
}

void LinearImpl::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const int64_t fan_in = options.in_features;
  const double bound = fan_in > 0 ? 1 / std::sqrt(static_cast<double>(fan_in)) : 0;
  init::uniform_(bias, 0 - bound, bound);  // never −0
}

int64_t LinearImpl::inputs_of(const Tensor& x) const {
  check<ShapeError>(x.dim() >= 1, "{} needs an input of at least one dimension", name());
  return x.size(-1);
}

Tensor LinearImpl::forward(const Tensor& x) { return linear(x, weight, bias); }

std::string LinearImpl::extra_repr() const {
  return fmt::format("in_features={}, out_features={}, bias={}", int64_t{options.in_features},
                     int64_t{options.out_features}, bool_repr(bias.defined()));
}

BilinearImpl::BilinearImpl(BilinearOptions o)
    : options(o),
      weight(register_parameter("weight",
                                make_tensor({int64_t{o.out_features}, int64_t{o.in1_features}, int64_t{o.in2_features}},
                                            o.dtype.value_or(get_default_dtype())))),
      bias(register_parameter("bias", o.bias ? make_tensor({int64_t{o.out_features}}, weight.dtype()) : Tensor())) {
  reset_parameters();
}

void BilinearImpl::reset_parameters() {
  const int64_t inputs = options.in1_features;
  check<ValueError>(inputs > 0, "in1_features must be > 0, but got (in1_features={})", inputs);
  const double bound = 1 / std::sqrt(static_cast<double>(inputs));
  init::uniform_(weight, -bound, bound);
  if (bias.defined()) init::uniform_(bias, -bound, bound);
}

Tensor BilinearImpl::forward(const Tensor& a, const Tensor& b) { return bilinear(a, b, weight, bias); }

std::string BilinearImpl::extra_repr() const {
  return fmt::format("in1_features={}, in2_features={}, out_features={}, bias={}", int64_t{options.in1_features},
                     int64_t{options.in2_features}, int64_t{options.out_features}, bool_repr(bias.defined()));
}

}  // namespace convgrad::nn
