#pragma once
#include <convgrad/tensor.h>

#include <functional>
#include <string>
#include <vector>

namespace convgrad::distributions {

/// A parameter of a distribution: a tensor, or a number for all elements.
class CONVGRAD_API Parameter {
 public:
  Parameter(Tensor values) : tensor_(std::move(values)) {}  // NOLINT: tensors and numbers convert
  Parameter(double number) : number_(number) {}             // NOLINT
  /// The tensor; a number becomes a 0-d tensor of the other parameter's dtype, or the default one.
  Tensor tensor_beside(const Parameter& other) const;

 private:
  Tensor tensor_{};
  double number_ = 0;
};

/// What the distributions have in common. Values are drawn from a generator (nullptr: the default one); a batch of
/// distributions has its parameters' shape, and a sample of `sample_shape` has sample_shape + batch_shape.
/// Like torch.distributions.Distribution.
class CONVGRAD_API Distribution {
 public:
  virtual ~Distribution();

  IntArrayRef batch_shape() const { return first_.sizes(); }
  /// Values that no gradient flows through.
  virtual Tensor sample(IntArrayRef sample_shape = {}, Generator* generator = nullptr) const;
  /// Values made of the parameters, so that gradients reach these.
  virtual Tensor rsample(IntArrayRef sample_shape = {}, Generator* generator = nullptr) const = 0;
  /// Logarithm of the density at `value`, which is broadcast. ValueError outside the support. Differentiable.
  virtual Tensor log_prob(const Tensor& value) const = 0;
  /// Probability of values up to `value`. ValueError outside the support. Differentiable.
  virtual Tensor cdf(const Tensor& value) const = 0;
  virtual Tensor entropy() const = 0;
  virtual Tensor mean() const = 0;
  virtual Tensor mode() const = 0;
  virtual Tensor stddev() const = 0;
  virtual Tensor variance() const = 0;
  /// "Normal(loc: torch.Size([2]), scale: torch.Size([2]))"
  std::string str() const;

 protected:
  struct Names {
    const char *distribution, *first, *second;
  };
  /// Broadcasts the two parameters.
  Distribution(Names names, const Parameter& first, const Parameter& second, bool validate_args);

  const Tensor& first() const { return first_; }
  const Tensor& second() const { return second_; }
  bool validates() const { return validates_; }
  std::vector<int64_t> extended_shape(IntArrayRef sample_shape) const;
  // Throw PyTorch's ValueError unless all of `valid` is true; the texts are made only then.
  void check_parameter(const Tensor& valid, const char* name, const Tensor& parameter,
                       const std::function<std::string()>& constraint) const;
  void check_broadcastable(const Tensor& value) const;
  void check_value(const Tensor& valid, const Tensor& value, const std::function<std::string()>& support) const;

 private:
  Names names_;
  Tensor first_, second_;
  bool validates_;
};

/// Normal: density exp(−½((x − loc) / scale)²) / (scale · √(2π)), scale > 0. Like torch.distributions.Normal.
class CONVGRAD_API Normal : public Distribution {
 public:
  /// ValueError where loc is NaN or scale is not positive, unless validate_args is false.
  Normal(const Parameter& loc, const Parameter& scale, bool validate_args = true);

  const Tensor& loc() const { return first(); }
  const Tensor& scale() const { return second(); }
  Tensor sample(IntArrayRef sample_shape = {}, Generator* generator = nullptr) const override;
  Tensor rsample(IntArrayRef sample_shape = {}, Generator* generator = nullptr) const override;
  Tensor log_prob(const Tensor& value) const override;
  Tensor cdf(const Tensor& value) const override;
  Tensor entropy() const override;
  Tensor mean() const override { return loc(); }
  Tensor mode() const override { return loc(); }
  Tensor stddev() const override { return scale(); }
  Tensor variance() const override;

 private:
  void validate(const Tensor& value) const;
};

/// Uniform on [low, high): density 1 / (high − low), low < high. Like torch.distributions.Uniform.
class CONVGRAD_API Uniform : public Distribution {
 public:
  /// ValueError where low is not under high, unless validate_args is false.
  Uniform(const Parameter& low, const Parameter& high, bool validate_args = true);

  const Tensor& low() const { return first(); }
  const Tensor& high() const { return second(); }
  Tensor rsample(IntArrayRef sample_shape = {}, Generator* generator = nullptr) const override;
  Tensor log_prob(const Tensor& value) const override;
  Tensor cdf(const Tensor& value) const override;
  Tensor entropy() const override;
  Tensor mean() const override;
  Tensor mode() const override;  // NaN: no value is likelier than the others
  Tensor stddev() const override;
  Tensor variance() const override;

 private:
  void validate(const Tensor& value) const;
};

}  // namespace convgrad::distributions
