#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/embedding.h>
#include <convgrad/required.h>

namespace convgrad::nn {

struct EmbeddingOptions {
  Required<int64_t, struct num_embeddings> num_embeddings;
  Required<int64_t, struct embedding_dim> embedding_dim;
  std::optional<int64_t> padding_idx{};  // a row of zeros that is not trained; negative: from the end
  std::optional<Scalar> max_norm{};      // rows that are looked up are shortened to it
  Scalar norm_type = 2.0;                // the order of that norm
  bool scale_grad_by_freq = false;       // a row's gradient is divided by how often it was looked up
  bool sparse = false;                   // not supported
  std::optional<ScalarType> dtype{};
};
struct EmbeddingFromPretrainedOptions {
  bool freeze = true;  // the table is not trained
  std::optional<int64_t> padding_idx{};
  std::optional<Scalar> max_norm{};
  Scalar norm_type = 2.0;
  bool scale_grad_by_freq = false;
  bool sparse = false;
};
/// embedding of the indices given, with weight of (num_embeddings, embedding_dim) drawn from N(0, 1). Errors: a
/// padding_idx that is no row (ValueError); sparse (NotImplementedError). Like torch.nn.Embedding.
class CONVGRAD_API EmbeddingImpl : public Module {
 public:
  using Options = EmbeddingOptions;
  /// Without a table: a new one.
  explicit EmbeddingImpl(EmbeddingOptions options, const Tensor& table = {}, bool freeze = false);
  EmbeddingImpl(int64_t num_embeddings, int64_t embedding_dim)
      : EmbeddingImpl(Options{.num_embeddings = num_embeddings, .embedding_dim = embedding_dim}) {}

  Tensor forward(const Tensor& indices);
  /// Draws new initial values.
  void reset_parameters();
  std::string name() const override { return "Embedding"; }
  std::string extra_repr() const override;

  EmbeddingOptions options;
  Tensor& weight;
};

/// Embedding(…), or Embedding::from_pretrained(table) of a table (V, D), which it shares.
class Embedding : public ModuleHolder<EmbeddingImpl> {
 public:
  using ModuleHolder<EmbeddingImpl>::ModuleHolder;
  static CONVGRAD_API Embedding from_pretrained(const Tensor& table,
                                                const EmbeddingFromPretrainedOptions& options = {});
};

}  // namespace convgrad::nn
