#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/activation.h>
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

// The functions of ops/activation.h as modules; with inplace they write into their input.

struct LeakyReLUOptions {
  Scalar negative_slope = 0.01;
  bool inplace = false;
};
/// leaky_relu. Like torch.nn.LeakyReLU.
class CONVGRAD_API LeakyReLUImpl : public Module {
 public:
  using Options = LeakyReLUOptions;
  explicit LeakyReLUImpl(LeakyReLUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "LeakyReLU"; }
  std::string extra_repr() const override;

  LeakyReLUOptions options;
};
using LeakyReLU = ModuleHolder<LeakyReLUImpl>;

struct PReLUOptions {
  int64_t num_parameters = 1;
  double init = 0.25;
  std::optional<ScalarType> dtype{};  // default: get_default_dtype()
};
/// leaky_relu with slopes that are learned, one for all or one for each channel: parameter "weight".
/// Like torch.nn.PReLU.
class CONVGRAD_API PReLUImpl : public Module {
 public:
  using Options = PReLUOptions;
  explicit PReLUImpl(PReLUOptions options = {});
  explicit PReLUImpl(int64_t num_parameters) : PReLUImpl(PReLUOptions{.num_parameters = num_parameters}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "PReLU"; }
  std::string extra_repr() const override;

  PReLUOptions options;
  Tensor& weight;
};
using PReLU = ModuleHolder<PReLUImpl>;

struct RReLUOptions {
  Scalar lower = 1.0 / 8;
  Scalar upper = 1.0 / 3;
  bool inplace = false;
};
/// rrelu: slopes drawn while training, their mean in evaluation. Like torch.nn.RReLU.
class CONVGRAD_API RReLUImpl : public Module {
 public:
  using Options = RReLUOptions;
  explicit RReLUImpl(RReLUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "RReLU"; }
  std::string extra_repr() const override;

  RReLUOptions options;
};
using RReLU = ModuleHolder<RReLUImpl>;

struct ELUOptions {
  Scalar alpha = 1.0;
  bool inplace = false;
};
/// elu. Like torch.nn.ELU.
class CONVGRAD_API ELUImpl : public Module {
 public:
  using Options = ELUOptions;
  explicit ELUImpl(ELUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "ELU"; }
  std::string extra_repr() const override;

  ELUOptions options;
};
using ELU = ModuleHolder<ELUImpl>;

using SELUOptions = ReLUOptions;
/// selu. Like torch.nn.SELU.
class CONVGRAD_API SELUImpl : public Module {
 public:
  using Options = SELUOptions;
  explicit SELUImpl(SELUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "SELU"; }
  std::string extra_repr() const override;

  SELUOptions options;
};
using SELU = ModuleHolder<SELUImpl>;

struct CELUOptions {
  Scalar alpha = 1.0;
  bool inplace = false;
};
/// celu. Like torch.nn.CELU.
class CONVGRAD_API CELUImpl : public Module {
 public:
  using Options = CELUOptions;
  explicit CELUImpl(CELUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "CELU"; }
  std::string extra_repr() const override;

  CELUOptions options;
};
using CELU = ModuleHolder<CELUImpl>;

struct GELUOptions {
  std::string approximate = "none";  // or "tanh"
};
/// gelu. Like torch.nn.GELU.
class CONVGRAD_API GELUImpl : public Module {
 public:
  using Options = GELUOptions;
  explicit GELUImpl(GELUOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "GELU"; }
  std::string extra_repr() const override;

  GELUOptions options;
};
using GELU = ModuleHolder<GELUImpl>;

using SiLUOptions = ReLUOptions;
/// silu. Like torch.nn.SiLU.
class CONVGRAD_API SiLUImpl : public Module {
 public:
  using Options = SiLUOptions;
  explicit SiLUImpl(SiLUOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "SiLU"; }
  std::string extra_repr() const override;

  SiLUOptions options;
};
using SiLU = ModuleHolder<SiLUImpl>;

using MishOptions = ReLUOptions;
/// mish. Like torch.nn.Mish.
class CONVGRAD_API MishImpl : public Module {
 public:
  using Options = MishOptions;
  explicit MishImpl(MishOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "Mish"; }
  std::string extra_repr() const override;

  MishOptions options;
};
using Mish = ModuleHolder<MishImpl>;

struct SoftplusOptions {
  Scalar beta = 1.0;
  Scalar threshold = 20.0;
};
/// softplus. Like torch.nn.Softplus.
class CONVGRAD_API SoftplusImpl : public Module {
 public:
  using Options = SoftplusOptions;
  explicit SoftplusImpl(SoftplusOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Softplus"; }
  std::string extra_repr() const override;

  SoftplusOptions options;
};
using Softplus = ModuleHolder<SoftplusImpl>;

/// logsigmoid. Like torch.nn.LogSigmoid.
class CONVGRAD_API LogSigmoidImpl : public Module {
 public:
  Tensor forward(const Tensor& x);
  std::string name() const override { return "LogSigmoid"; }
};
using LogSigmoid = ModuleHolder<LogSigmoidImpl>;

/// softsign. Like torch.nn.Softsign.
class CONVGRAD_API SoftsignImpl : public Module {
 public:
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Softsign"; }
};
using Softsign = ModuleHolder<SoftsignImpl>;

/// tanhshrink. Like torch.nn.Tanhshrink.
class CONVGRAD_API TanhshrinkImpl : public Module {
 public:
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Tanhshrink"; }
};
using Tanhshrink = ModuleHolder<TanhshrinkImpl>;

struct SoftshrinkOptions {
  Scalar lambda = 0.5;
};
/// softshrink. Like torch.nn.Softshrink.
class CONVGRAD_API SoftshrinkImpl : public Module {
 public:
  using Options = SoftshrinkOptions;
  explicit SoftshrinkImpl(SoftshrinkOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Softshrink"; }
  std::string extra_repr() const override;

  SoftshrinkOptions options;
};
using Softshrink = ModuleHolder<SoftshrinkImpl>;

struct HardshrinkOptions {
  Scalar lambda = 0.5;
};
/// hardshrink. Like torch.nn.Hardshrink.
class CONVGRAD_API HardshrinkImpl : public Module {
 public:
  using Options = HardshrinkOptions;
  explicit HardshrinkImpl(HardshrinkOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Hardshrink"; }
  std::string extra_repr() const override;

  HardshrinkOptions options;
};
using Hardshrink = ModuleHolder<HardshrinkImpl>;

struct HardtanhOptions {
  Scalar min_val = -1.0;
  Scalar max_val = 1.0;
  bool inplace = false;
};
/// hardtanh. Error unless max_val > min_val. Like torch.nn.Hardtanh.
class CONVGRAD_API HardtanhImpl : public Module {
 public:
  using Options = HardtanhOptions;
  explicit HardtanhImpl(HardtanhOptions options = {});
  Tensor forward(Tensor x);
  std::string name() const override { return "Hardtanh"; }
  std::string extra_repr() const override;

  HardtanhOptions options;
};
using Hardtanh = ModuleHolder<HardtanhImpl>;

using ReLU6Options = ReLUOptions;
/// relu6. Like torch.nn.ReLU6.
class CONVGRAD_API ReLU6Impl : public Module {
 public:
  using Options = ReLU6Options;
  explicit ReLU6Impl(ReLU6Options options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "ReLU6"; }
  std::string extra_repr() const override;

  ReLU6Options options;
};
using ReLU6 = ModuleHolder<ReLU6Impl>;

using HardsigmoidOptions = ReLUOptions;
/// hardsigmoid. Like torch.nn.Hardsigmoid.
class CONVGRAD_API HardsigmoidImpl : public Module {
 public:
  using Options = HardsigmoidOptions;
  explicit HardsigmoidImpl(HardsigmoidOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "Hardsigmoid"; }

  HardsigmoidOptions options;
};
using Hardsigmoid = ModuleHolder<HardsigmoidImpl>;

using HardswishOptions = ReLUOptions;
/// hardswish. Like torch.nn.Hardswish.
class CONVGRAD_API HardswishImpl : public Module {
 public:
  using Options = HardswishOptions;
  explicit HardswishImpl(HardswishOptions options = {}) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "Hardswish"; }

  HardswishOptions options;
};
using Hardswish = ModuleHolder<HardswishImpl>;

struct ThresholdOptions {
  Required<Scalar, struct threshold_option> threshold;
  Required<Scalar, struct value_option> value;
  bool inplace = false;
};
/// threshold. Like torch.nn.Threshold.
class CONVGRAD_API ThresholdImpl : public Module {
 public:
  using Options = ThresholdOptions;
  explicit ThresholdImpl(ThresholdOptions options) : options(options) {}
  Tensor forward(Tensor x);
  std::string name() const override { return "Threshold"; }
  std::string extra_repr() const override;

  ThresholdOptions options;
};
using Threshold = ModuleHolder<ThresholdImpl>;

struct GLUOptions {
  int64_t dim = -1;
};
/// glu. Like torch.nn.GLU.
class CONVGRAD_API GLUImpl : public Module {
 public:
  using Options = GLUOptions;
  explicit GLUImpl(GLUOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "GLU"; }
  std::string extra_repr() const override;

  GLUOptions options;
};
using GLU = ModuleHolder<GLUImpl>;

using SoftminOptions = SoftmaxOptions;
/// softmin. Like torch.nn.Softmin.
class CONVGRAD_API SoftminImpl : public Module {
 public:
  using Options = SoftminOptions;
  explicit SoftminImpl(SoftminOptions options) : options(options) {}
  explicit SoftminImpl(int64_t dim) : options{.dim = dim} {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Softmin"; }
  std::string extra_repr() const override;

  SoftminOptions options;
};
using Softmin = ModuleHolder<SoftminImpl>;

/// softmax over the channels of (C, H, W) or (N, C, H, W). Errors: another number of dimensions. Like
/// torch.nn.Softmax2d.
class CONVGRAD_API Softmax2dImpl : public Module {
 public:
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Softmax2d"; }
};
using Softmax2d = ModuleHolder<Softmax2dImpl>;

}  // namespace convgrad::nn
