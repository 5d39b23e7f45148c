#pragma once
#include <convgrad/nn/module_holder.h>

namespace convgrad::nn {

struct DropoutOptions {
  double p = 0.5;        // the probability of being set to zero
  bool inplace = false;  // writes into its input
};

/// What the dropouts share. ValueError unless 0 ≤ p ≤ 1.
class CONVGRAD_API DropoutBaseImpl : public Module {
 public:
  using Options = DropoutOptions;
  std::string extra_repr() const override;

  DropoutOptions options;

 protected:
  explicit DropoutBaseImpl(DropoutOptions options);
};

/// While training: each element becomes zero with probability p, the others are divided by 1 − p; the default
/// generator's bernoulli_(1 − p), so the same elements as PyTorch's for the same seed. In evaluation: the input.
/// Like torch.nn.Dropout.
class CONVGRAD_API DropoutImpl : public DropoutBaseImpl {
 public:
  explicit DropoutImpl(DropoutOptions options = {}) : DropoutBaseImpl(options) {}
  explicit DropoutImpl(double p) : DropoutImpl(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Dropout"; }
};
using Dropout = ModuleHolder<DropoutImpl>;

/// The same for whole channels: functional::dropout1d, dropout2d, dropout3d. Like torch.nn.Dropout1d, Dropout2d and
/// Dropout3d.
template <size_t D>
class CONVGRAD_API ChannelDropoutImpl : public DropoutBaseImpl {
 public:
  explicit ChannelDropoutImpl(DropoutOptions options = {}) : DropoutBaseImpl(options) {}
  explicit ChannelDropoutImpl(double p) : ChannelDropoutImpl(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Dropout" + std::to_string(D) + "d"; }
};
extern template class ChannelDropoutImpl<1>;
extern template class ChannelDropoutImpl<2>;
extern template class ChannelDropoutImpl<3>;
using Dropout1d = ModuleHolder<ChannelDropoutImpl<1>>;
using Dropout2d = ModuleHolder<ChannelDropoutImpl<2>>;
using Dropout3d = ModuleHolder<ChannelDropoutImpl<3>>;

/// Dropout that keeps mean and variance of a self-normalising net: functional::alpha_dropout. As in PyTorch, `inplace`
/// is printed and has no effect. Like torch.nn.AlphaDropout.
class CONVGRAD_API AlphaDropoutImpl : public DropoutBaseImpl {
 public:
  explicit AlphaDropoutImpl(DropoutOptions options = {}) : DropoutBaseImpl(options) {}
  explicit AlphaDropoutImpl(double p) : AlphaDropoutImpl(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "AlphaDropout"; }
};
using AlphaDropout = ModuleHolder<AlphaDropoutImpl>;

/// The same for whole channels. Like torch.nn.FeatureAlphaDropout.
class CONVGRAD_API FeatureAlphaDropoutImpl : public DropoutBaseImpl {
 public:
  explicit FeatureAlphaDropoutImpl(DropoutOptions options = {}) : DropoutBaseImpl(options) {}
  explicit FeatureAlphaDropoutImpl(double p) : FeatureAlphaDropoutImpl(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "FeatureAlphaDropout"; }
};
using FeatureAlphaDropout = ModuleHolder<FeatureAlphaDropoutImpl>;

}  // namespace convgrad::nn
