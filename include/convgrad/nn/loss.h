#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/loss.h>

namespace convgrad::nn {

/// cross_entropy of (x, target) as a module; the weight is a buffer. Like torch.nn.CrossEntropyLoss.
class CONVGRAD_API CrossEntropyLossImpl : public Module {
 public:
  using Options = CrossEntropyLossOptions;
  explicit CrossEntropyLossImpl(CrossEntropyLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "CrossEntropyLoss"; }

  CrossEntropyLossOptions options;
  Tensor& weight;
};
using CrossEntropyLoss = ModuleHolder<CrossEntropyLossImpl>;

/// Like torch.nn.NLLLoss.
class CONVGRAD_API NLLLossImpl : public Module {
 public:
  using Options = NLLLossOptions;
  explicit NLLLossImpl(NLLLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "NLLLoss"; }

  NLLLossOptions options;
  Tensor& weight;
};
using NLLLoss = ModuleHolder<NLLLossImpl>;

struct MSELossOptions {
  Reduction reduction = Reduction::Mean;
};
/// Like torch.nn.MSELoss.
class CONVGRAD_API MSELossImpl : public Module {
 public:
  using Options = MSELossOptions;
  explicit MSELossImpl(MSELossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target) { return mse_loss(x, target, options.reduction); }
  std::string name() const override { return "MSELoss"; }

  MSELossOptions options;
};
using MSELoss = ModuleHolder<MSELossImpl>;

// The functions of ops/loss.h as modules; weights are buffers.

/// Like torch.nn.L1Loss.
class CONVGRAD_API L1LossImpl : public Module {
 public:
  using Options = MSELossOptions;
  explicit L1LossImpl(MSELossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "L1Loss"; }

  MSELossOptions options;
};
using L1Loss = ModuleHolder<L1LossImpl>;

/// Like torch.nn.SmoothL1Loss.
class CONVGRAD_API SmoothL1LossImpl : public Module {
 public:
  using Options = SmoothL1LossOptions;
  explicit SmoothL1LossImpl(SmoothL1LossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "SmoothL1Loss"; }

  SmoothL1LossOptions options;
};
using SmoothL1Loss = ModuleHolder<SmoothL1LossImpl>;

/// Like torch.nn.HuberLoss.
class CONVGRAD_API HuberLossImpl : public Module {
 public:
  using Options = HuberLossOptions;
  explicit HuberLossImpl(HuberLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "HuberLoss"; }

  HuberLossOptions options;
};
using HuberLoss = ModuleHolder<HuberLossImpl>;

/// Like torch.nn.BCELoss.
class CONVGRAD_API BCELossImpl : public Module {
 public:
  using Options = BCELossOptions;
  explicit BCELossImpl(BCELossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "BCELoss"; }

  BCELossOptions options;
  Tensor& weight;
};
using BCELoss = ModuleHolder<BCELossImpl>;

/// Like torch.nn.BCEWithLogitsLoss.
class CONVGRAD_API BCEWithLogitsLossImpl : public Module {
 public:
  using Options = BCEWithLogitsLossOptions;
  explicit BCEWithLogitsLossImpl(BCEWithLogitsLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "BCEWithLogitsLoss"; }

  BCEWithLogitsLossOptions options;
  Tensor& weight;
  Tensor& pos_weight;
};
using BCEWithLogitsLoss = ModuleHolder<BCEWithLogitsLossImpl>;

/// Like torch.nn.SoftMarginLoss.
class CONVGRAD_API SoftMarginLossImpl : public Module {
 public:
  using Options = MSELossOptions;
  explicit SoftMarginLossImpl(MSELossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "SoftMarginLoss"; }

  MSELossOptions options;
};
using SoftMarginLoss = ModuleHolder<SoftMarginLossImpl>;

/// Like torch.nn.KLDivLoss.
class CONVGRAD_API KLDivLossImpl : public Module {
 public:
  using Options = KLDivLossOptions;
  explicit KLDivLossImpl(KLDivLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "KLDivLoss"; }

  KLDivLossOptions options;
};
using KLDivLoss = ModuleHolder<KLDivLossImpl>;

/// Like torch.nn.PoissonNLLLoss.
class CONVGRAD_API PoissonNLLLossImpl : public Module {
 public:
  using Options = PoissonNLLLossOptions;
  explicit PoissonNLLLossImpl(PoissonNLLLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "PoissonNLLLoss"; }

  PoissonNLLLossOptions options;
};
using PoissonNLLLoss = ModuleHolder<PoissonNLLLossImpl>;

/// Like torch.nn.GaussianNLLLoss.
class CONVGRAD_API GaussianNLLLossImpl : public Module {
 public:
  using Options = GaussianNLLLossOptions;
  explicit GaussianNLLLossImpl(GaussianNLLLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target, const Tensor& variance);
  std::string name() const override { return "GaussianNLLLoss"; }

  GaussianNLLLossOptions options;
};
using GaussianNLLLoss = ModuleHolder<GaussianNLLLossImpl>;

/// Like torch.nn.HingeEmbeddingLoss.
class CONVGRAD_API HingeEmbeddingLossImpl : public Module {
 public:
  using Options = HingeEmbeddingLossOptions;
  explicit HingeEmbeddingLossImpl(HingeEmbeddingLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "HingeEmbeddingLoss"; }

  HingeEmbeddingLossOptions options;
};
using HingeEmbeddingLoss = ModuleHolder<HingeEmbeddingLossImpl>;

/// Like torch.nn.CosineEmbeddingLoss.
class CONVGRAD_API CosineEmbeddingLossImpl : public Module {
 public:
  using Options = CosineEmbeddingLossOptions;
  explicit CosineEmbeddingLossImpl(CosineEmbeddingLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& a, const Tensor& b, const Tensor& target);
  std::string name() const override { return "CosineEmbeddingLoss"; }

  CosineEmbeddingLossOptions options;
};
using CosineEmbeddingLoss = ModuleHolder<CosineEmbeddingLossImpl>;

/// Like torch.nn.MarginRankingLoss.
class CONVGRAD_API MarginRankingLossImpl : public Module {
 public:
  using Options = MarginRankingLossOptions;
  explicit MarginRankingLossImpl(MarginRankingLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& a, const Tensor& b, const Tensor& target);
  std::string name() const override { return "MarginRankingLoss"; }

  MarginRankingLossOptions options;
};
using MarginRankingLoss = ModuleHolder<MarginRankingLossImpl>;

/// Like torch.nn.TripletMarginLoss.
class CONVGRAD_API TripletMarginLossImpl : public Module {
 public:
  using Options = TripletMarginLossOptions;
  explicit TripletMarginLossImpl(TripletMarginLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& anchor, const Tensor& positive, const Tensor& negative);
  std::string name() const override { return "TripletMarginLoss"; }

  TripletMarginLossOptions options;
};
using TripletMarginLoss = ModuleHolder<TripletMarginLossImpl>;

/// Like torch.nn.MultiMarginLoss.
class CONVGRAD_API MultiMarginLossImpl : public Module {
 public:
  using Options = MultiMarginLossOptions;
  explicit MultiMarginLossImpl(MultiMarginLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "MultiMarginLoss"; }

  MultiMarginLossOptions options;
  Tensor& weight;
};
using MultiMarginLoss = ModuleHolder<MultiMarginLossImpl>;

/// Like torch.nn.MultiLabelMarginLoss.
class CONVGRAD_API MultiLabelMarginLossImpl : public Module {
 public:
  using Options = MSELossOptions;
  explicit MultiLabelMarginLossImpl(MSELossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "MultiLabelMarginLoss"; }

  MSELossOptions options;
};
using MultiLabelMarginLoss = ModuleHolder<MultiLabelMarginLossImpl>;

/// Like torch.nn.MultiLabelSoftMarginLoss.
class CONVGRAD_API MultiLabelSoftMarginLossImpl : public Module {
 public:
  using Options = MultiLabelSoftMarginLossOptions;
  explicit MultiLabelSoftMarginLossImpl(MultiLabelSoftMarginLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "MultiLabelSoftMarginLoss"; }

  MultiLabelSoftMarginLossOptions options;
  Tensor& weight;
};
using MultiLabelSoftMarginLoss = ModuleHolder<MultiLabelSoftMarginLossImpl>;

/// ctc_loss as a module. Like torch.nn.CTCLoss.
class CONVGRAD_API CTCLossImpl : public Module {
 public:
  using Options = CTCLossOptions;
  explicit CTCLossImpl(CTCLossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& log_probs, const Tensor& targets, IntArrayRef input_lengths, IntArrayRef target_lengths);
  std::string name() const override { return "CTCLoss"; }

  CTCLossOptions options;
};
using CTCLoss = ModuleHolder<CTCLossImpl>;

}  // namespace convgrad::nn
