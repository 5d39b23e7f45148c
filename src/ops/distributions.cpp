#include "convgrad/distributions.h"

#include <cmath>
#include <numbers>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/print.h"

namespace convgrad::distributions {
namespace {

/// "(2,)"
std::string shape_text(const Tensor& t) {
  return fmt::format("({}{})", fmt::join(t.sizes().begin(), t.sizes().end(), ", "), t.dim() == 1 ? "," : "");
}

}  // namespace

Tensor Parameter::tensor_beside(const Parameter& other) const {
  if (tensor_.defined()) return tensor_;
  return scalar_tensor(number_, {.dtype = other.tensor_.defined() ? other.tensor_.dtype() : get_default_dtype()});
}

// ---- Distribution

Distribution::Distribution(Names names, const Parameter& first, const Parameter& second, bool validate_args)
    : names_(names), validates_(validate_args) {
  const Tensor a = first.tensor_beside(second), b = second.tensor_beside(first);
  const DimVector shape = broadcast_shapes(a.sizes(), b.sizes());
  first_ = a.expand(shape);
  second_ = b.expand(shape);
}
Distribution::~Distribution() = default;

Tensor Distribution::sample(IntArrayRef sample_shape, Generator* generator) const {
  const NoGradGuard guard;
  return rsample(sample_shape, generator);
}

std::string Distribution::str() const {
  const auto shown = [](const Tensor& t) { return t.numel() == 1 ? format_text(t) : size_repr(t.sizes()); };
  return fmt::format("{}({}: {}, {}: {})", names_.distribution, names_.first, shown(first_), names_.second,
                     shown(second_));
}

std::vector<int64_t> Distribution::extended_shape(IntArrayRef sample_shape) const {
  std::vector<int64_t> shape = sample_shape.vec();
  shape.insert(shape.end(), batch_shape().begin(), batch_shape().end());
  return shape;
}

void Distribution::check_parameter(const Tensor& valid, const char* name, const Tensor& parameter,
                                   const std::function<std::string()>& constraint) const {
  if (valid.all().item<bool>()) return;
  throw ValueError(ErrorDetails{
      .op = names_.distribution,
      .argument = name,
      .what = fmt::format("Expected parameter {} (Tensor of shape {}) of distribution {} to satisfy the constraint {}, "
                          "but found invalid values:\n{}",
                          name, shape_text(parameter), str(), constraint(), format_text(parameter))});
}

void Distribution::check_broadcastable(const Tensor& value) const {
  const IntArrayRef actual = value.sizes(), expected = batch_shape();
  for (size_t i = 1; i <= std::min(actual.size(), expected.size()); ++i) {
    const int64_t a = actual[actual.size() - i], b = expected[expected.size() - i];
    check<ValueError>(a == b || a == 1 || b == 1, "Value is not broadcastable with batch_shape+event_shape: {} vs {}.",
                      size_repr(actual), size_repr(expected));
  }
}

void Distribution::check_value(const Tensor& valid, const Tensor& value,
                               const std::function<std::string()>& support) const {
  if (valid.all().item<bool>()) return;
  throw ValueError(ErrorDetails{
      .op = names_.distribution,
      .argument = "value",
      .what = fmt::format("Expected value argument (Tensor of shape {}) to be within the support ({}) of the "
                          "distribution {}, but found invalid values:\n{}",
                          shape_text(value), support(), str(), format_text(value))});
}

// ---- Normal

Normal::Normal(const Parameter& loc, const Parameter& scale, bool validate_args)
    : Distribution({"Normal", "loc", "scale"}, loc, scale, validate_args) {
  if (!validates()) return;
  const NoGradGuard guard;
  check_parameter(this->loc() == this->loc(), "loc", this->loc(), [] { return "Real()"; });
  check_parameter(this->scale() > 0, "scale", this->scale(), [] { return "GreaterThan(lower_bound=0.0)"; });
}

void Normal::validate(const Tensor& value) const {
  if (!validates()) return;
  const NoGradGuard guard;
  check_broadcastable(value);
  check_value(value == value, value, [] { return "Real()"; });
}

Tensor Normal::sample(IntArrayRef sample_shape, Generator* generator) const {
  const NoGradGuard guard;
  const auto shape = extended_shape(sample_shape);
  return normal(loc().expand(shape), scale().expand(shape), generator);
}

Tensor Normal::rsample(IntArrayRef sample_shape, Generator* generator) const {
  const Tensor noise = randn(extended_shape(sample_shape), {.dtype = loc().dtype()}, generator);
  return loc() + noise * scale();
}

Tensor Normal::log_prob(const Tensor& value) const {
  validate(value);
  const double log_root = std::log(std::sqrt(2 * std::numbers::pi));
  return -(value - loc()).pow(2) / (2 * scale().pow(2)) - scale().log() - log_root;
}

Tensor Normal::cdf(const Tensor& value) const {
  validate(value);
  return 0.5 * (1 + ((value - loc()) * scale().reciprocal() / std::numbers::sqrt2).erf());
}

Tensor Normal::entropy() const { return 0.5 + 0.5 * std::log(2 * std::numbers::pi) + scale().log(); }
Tensor Normal::variance() const { return scale().pow(2); }

// ---- Uniform

Uniform::Uniform(const Parameter& low, const Parameter& high, bool validate_args)
    : Distribution({"Uniform", "low", "high"}, low, high, validate_args) {
  if (!validates()) return;
  const NoGradGuard guard;
  const Tensor valid = this->low() < this->high();
  check_parameter(valid, "low", this->low(), [&] { return "LessThan(upper_bound=" + format_text(this->high()) + ")"; });
}

void Uniform::validate(const Tensor& value) const {
  if (!validates()) return;
  const NoGradGuard guard;
  check_broadcastable(value);
  check_value(low().le(value).logical_and(value.le(high())), value, [&] {
    return "Interval(lower_bound=" + format_text(low()) + ", upper_bound=" + format_text(high()) + ")";
  });
}

Tensor Uniform::rsample(IntArrayRef sample_shape, Generator* generator) const {
  const Tensor unit = rand(extended_shape(sample_shape), {.dtype = low().dtype()}, generator);
  return low() + unit * (high() - low());
}

Tensor Uniform::log_prob(const Tensor& value) const {
  validate(value);
  const Tensor inside = low().le(value).type_as(low()).mul(high().gt(value).type_as(low()));
  return inside.log() - (high() - low()).log();
}

Tensor Uniform::cdf(const Tensor& value) const {
  validate(value);
  const Tensor part = (value - low()) / (high() - low());
  return part.masked_fill(part < 0, 0).masked_fill(part > 1, 1);  // outside [low, high), where not validated
}

Tensor Uniform::entropy() const { return (high() - low()).log(); }
Tensor Uniform::mean() const { return (high() + low()) / 2; }
Tensor Uniform::mode() const { return NAN * high(); }
Tensor Uniform::stddev() const { return (high() - low()) / std::sqrt(12.0); }
Tensor Uniform::variance() const { return (high() - low()).pow(2) / 12; }

}  // namespace convgrad::distributions
