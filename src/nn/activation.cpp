#include "convgrad/nn/activation.h"

#include "convgrad/ops/creation.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

const char* inplace_repr(bool inplace) { return inplace ? ", inplace=True" : ""; }

}  // namespace

Tensor LeakyReLUImpl::forward(Tensor x) {
  return options.inplace ? leaky_relu_(x, options.negative_slope.toDouble())
                         : leaky_relu(x, options.negative_slope.toDouble());
}
std::string LeakyReLUImpl::extra_repr() const {
  return "negative_slope=" + number_repr(options.negative_slope) + inplace_repr(options.inplace);
}

PReLUImpl::PReLUImpl(PReLUOptions o)
    : options(o),
      weight(register_parameter("weight",
                                full({o.num_parameters}, o.init, {.dtype = o.dtype.value_or(get_default_dtype())}))) {}
Tensor PReLUImpl::forward(const Tensor& x) { return prelu(x, weight); }
std::string PReLUImpl::extra_repr() const { return fmt::format("num_parameters={}", options.num_parameters); }

Tensor RReLUImpl::forward(Tensor x) {
  const double low = options.lower.toDouble(), high = options.upper.toDouble();
  return options.inplace ? rrelu_(x, low, high, is_training()) : rrelu(x, low, high, is_training());
}
std::string RReLUImpl::extra_repr() const {
  return fmt::format("lower={}, upper={}{}", number_repr(options.lower), number_repr(options.upper),
                     inplace_repr(options.inplace));
}

Tensor ELUImpl::forward(Tensor x) {
  return options.inplace ? elu_(x, options.alpha.toDouble()) : elu(x, options.alpha.toDouble());
}
std::string ELUImpl::extra_repr() const {
  return "alpha=" + number_repr(options.alpha) + inplace_repr(options.inplace);
}

Tensor SELUImpl::forward(Tensor x) { return options.inplace ? selu_(x) : selu(x); }
std::string SELUImpl::extra_repr() const { return options.inplace ? "inplace=True" : ""; }

Tensor CELUImpl::forward(Tensor x) {
  return options.inplace ? celu_(x, options.alpha.toDouble()) : celu(x, options.alpha.toDouble());
}
std::string CELUImpl::extra_repr() const {
  return "alpha=" + number_repr(options.alpha) + inplace_repr(options.inplace);
}

Tensor GELUImpl::forward(const Tensor& x) { return gelu(x, options.approximate); }
std::string GELUImpl::extra_repr() const { return "approximate='" + options.approximate + "'"; }

Tensor SiLUImpl::forward(Tensor x) { return options.inplace ? silu_(x) : silu(x); }
std::string SiLUImpl::extra_repr() const { return options.inplace ? "inplace=True" : ""; }

Tensor MishImpl::forward(Tensor x) { return options.inplace ? mish_(x) : mish(x); }
std::string MishImpl::extra_repr() const { return options.inplace ? "inplace=True" : ""; }

Tensor SoftplusImpl::forward(const Tensor& x) {
  return softplus(x, options.beta.toDouble(), options.threshold.toDouble());
}
std::string SoftplusImpl::extra_repr() const {
  return fmt::format("beta={}, threshold={}", number_repr(options.beta), number_repr(options.threshold));
}

Tensor LogSigmoidImpl::forward(const Tensor& x) { return logsigmoid(x); }

Tensor SoftsignImpl::forward(const Tensor& x) { return softsign(x); }

Tensor TanhshrinkImpl::forward(const Tensor& x) { return tanhshrink(x); }

Tensor SoftshrinkImpl::forward(const Tensor& x) { return softshrink(x, options.lambda.toDouble()); }
std::string SoftshrinkImpl::extra_repr() const { return number_repr(options.lambda); }

Tensor HardshrinkImpl::forward(const Tensor& x) { return hardshrink(x, options.lambda.toDouble()); }
std::string HardshrinkImpl::extra_repr() const { return number_repr(options.lambda); }

HardtanhImpl::HardtanhImpl(HardtanhOptions o) : options(o) {
  check(o.max_val.toDouble() > o.min_val.toDouble(), "max_val ({}) must be greater than min_val ({})",
        number_repr(o.max_val), number_repr(o.min_val));
}
Tensor HardtanhImpl::forward(Tensor x) {
  return options.inplace ? hardtanh_(x, options.min_val, options.max_val)
                         : hardtanh(x, options.min_val, options.max_val);
}
std::string HardtanhImpl::extra_repr() const {
  return fmt::format("min_val={}, max_val={}{}", number_repr(options.min_val), number_repr(options.max_val),
                     inplace_repr(options.inplace));
}

Tensor ReLU6Impl::forward(Tensor x) { return options.inplace ? relu6_(x) : relu6(x); }
std::string ReLU6Impl::extra_repr() const { return options.inplace ? "inplace=True" : ""; }

Tensor HardsigmoidImpl::forward(Tensor x) { return options.inplace ? hardsigmoid_(x) : hardsigmoid(x); }

Tensor HardswishImpl::forward(Tensor x) { return options.inplace ? hardswish_(x) : hardswish(x); }

Tensor ThresholdImpl::forward(Tensor x) {
  return options.inplace ? convgrad::threshold_(x, options.threshold, options.value)
                         : convgrad::threshold(x, options.threshold, options.value);
}
std::string ThresholdImpl::extra_repr() const {
  return fmt::format("threshold={}, value={}{}", number_repr(options.threshold), number_repr(options.value),
                     inplace_repr(options.inplace));
}

Tensor GLUImpl::forward(const Tensor& x) { return glu(x, options.dim); }
std::string GLUImpl::extra_repr() const { return fmt::format("dim={}", options.dim); }

Tensor SoftminImpl::forward(const Tensor& x) { return softmin(x, options.dim); }
std::string SoftminImpl::extra_repr() const { return fmt::format("dim={}", int64_t{options.dim}); }

Tensor Softmax2dImpl::forward(const Tensor& x) {
  check<ValueError>(x.dim() == 3 || x.dim() == 4, "Softmax2d: expected input to be 3D or 4D, got {}D instead", x.dim());
  return x.softmax(-3);
}

}  // namespace convgrad::nn
