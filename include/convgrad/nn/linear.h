#pragma once
#include <convgrad/nn/lazy.h>
#include <convgrad/required.h>

#include <optional>

namespace convgrad::nn {

struct LinearOptions {
  Required<int64_t, struct in_features> in_features;
  Required<int64_t, struct out_features> out_features;
  bool bias = true;
  std::optional<ScalarType> dtype{};  // default: get_default_dtype()
};

/// y = x·weightᵀ + bias; x: (…, in_features), weight: (out_features, in_features), bias: (out_features), undefined
/// where .bias = false. Both drawn from U(−b, b), b = 1/√in_features, the weight first. Like torch.nn.Linear.
class CONVGRAD_API LinearImpl : public Module {
 public:
  using Options = LinearOptions;
  explicit LinearImpl(LinearOptions options, bool in_features_known = true);
  LinearImpl(int64_t in_features, int64_t out_features)
      : LinearImpl({.in_features = in_features, .out_features = out_features}) {}

  Tensor forward(const Tensor& x);
  /// Draws new initial values.
  void reset_parameters();
  std::string name() const override { return "Linear"; }
  std::string extra_repr() const override;

  LinearOptions options;
  Tensor& weight;
  Tensor& bias;

 protected:
  // What LazyImpl asks for.
  int64_t inputs_of(const Tensor& x) const;
  int64_t inputs_of_weight(const Tensor& saved) const { return saved.size(1); }
  static constexpr int64_t weight_dims() { return 2; }
  void materialize(int64_t in_features);
};
using Linear = ModuleHolder<LinearImpl>;

/// All but in_features, which the first input tells.
struct LazyLinearOptions {
  Required<int64_t, struct out_features> out_features;
  bool bias = true;
  std::optional<ScalarType> dtype{};

  operator LinearOptions() const {  // NOLINT
    return {.in_features = 0, .out_features = out_features, .bias = bias, .dtype = dtype};
  }
};
/// Like torch.nn.LazyLinear.
using LazyLinear = ModuleHolder<LazyImpl<LinearImpl, LazyLinearOptions>>;

struct BilinearOptions {
  Required<int64_t, struct in1_features> in1_features;
  Required<int64_t, struct in2_features> in2_features;
  Required<int64_t, struct out_features> out_features;
  bool bias = true;
  std::optional<ScalarType> dtype{};
};
/// bilinear of (a, b) with weight (out_features, in1_features, in2_features) and bias (out_features), both drawn from
/// U(−b, b), b = 1/√in1_features. ValueError for in1_features below one. Like torch.nn.Bilinear.
class CONVGRAD_API BilinearImpl : public Module {
 public:
  using Options = BilinearOptions;
  explicit BilinearImpl(BilinearOptions options);
  BilinearImpl(int64_t in1_features, int64_t in2_features, int64_t out_features)
      : BilinearImpl(
            Options{.in1_features = in1_features, .in2_features = in2_features, .out_features = out_features}) {}

  Tensor forward(const Tensor& a, const Tensor& b);
  /// Draws new initial values.
  void reset_parameters();
  std::string name() const override { return "Bilinear"; }
  std::string extra_repr() const override;

  BilinearOptions options;
  Tensor& weight;
  Tensor& bias;
};
using Bilinear = ModuleHolder<BilinearImpl>;

}  // namespace convgrad::nn
