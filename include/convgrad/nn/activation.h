#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/required.h>

namespace convgrad::nn {

/// Like torch.nn.Tanh.
class CONVGRAD_API TanhImpl : public Module {
 public:
  Tensor forward(const Tensor& x) { return x.tanh(); }
  std::string name() const override { return "Tanh"; }
};
using Tanh = ModuleHolder<TanhImpl>;

/// Like torch.nn.Sigmoid.
class CONVGRAD_API SigmoidImpl : public Module {
 public:
  Tensor forward(const Tensor& x) { return x.sigmoid(); }
  std::string name() const override { return "Sigmoid"; }
};
using Sigmoid = ModuleHolder<SigmoidImpl>;

struct ReLUOptions {
  bool inplace = false;  // writes into its input
};
/// Like torch.nn.ReLU.
class CONVGRAD_API ReLUImpl : public Module {
 public:
  using Options = ReLUOptions;
  explicit ReLUImpl(ReLUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x) { return options.inplace ? x.relu_() : x.relu(); }
  std::string name() const override { return "ReLU"; }
  std::string extra_repr() const override { return options.inplace ? "inplace=True" : ""; }

  ReLUOptions options;
};
using ReLU = ModuleHolder<ReLUImpl>;

struct SoftmaxOptions {
  Required<int64_t, struct dim> dim;
};
/// Like torch.nn.Softmax.
class CONVGRAD_API SoftmaxImpl : public Module {
 public:
  using Options = SoftmaxOptions;
  explicit SoftmaxImpl(SoftmaxOptions options) : options(options) {}
  explicit SoftmaxImpl(int64_t dim) : options{.dim = dim} {}
  Tensor forward(const Tensor& x) { return x.softmax(options.dim); }
  std::string name() const override { return "Softmax"; }
  std::string extra_repr() const override { return "dim=" + std::to_string(options.dim); }

  SoftmaxOptions options;
};
using Softmax = ModuleHolder<SoftmaxImpl>;

/// Like torch.nn.LogSoftmax.
class CONVGRAD_API LogSoftmaxImpl : public Module {
 public:
  using Options = SoftmaxOptions;
  explicit LogSoftmaxImpl(SoftmaxOptions options) : options(options) {}
  explicit LogSoftmaxImpl(int64_t dim) : options{.dim = dim} {}
  Tensor forward(const Tensor& x) { return x.log_softmax(options.dim); }
  std::string name() const override { return "LogSoftmax"; }
  std::string extra_repr() const override { return "dim=" + std::to_string(options.dim); }

  SoftmaxOptions options;
};
using LogSoftmax = ModuleHolder<LogSoftmaxImpl>;

}  // namespace convgrad::nn
