#include "convgrad/nn/embedding.h"

#include "convgrad/nn/init.h"
#include "core/check.h"
#include "core/make.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

EmbeddingOptions checked(EmbeddingOptions o) {
  const int64_t rows = o.num_embeddings;
  if (o.padding_idx) {
    check<ValueError>(*o.padding_idx == 0 || (*o.padding_idx >= -rows && *o.padding_idx < rows),
                      "Padding_idx must be within num_embeddings");
    if (*o.padding_idx < 0) *o.padding_idx += rows;
  }
  check<NotImplementedError>(!o.sparse,
                             "Embedding: sparse gradients are not implemented; sparse=False gives dense ones");
  return o;
}

}  // namespace

EmbeddingImpl::EmbeddingImpl(EmbeddingOptions o, const Tensor& table, bool freeze)
    : options(checked(o)),
      weight(register_parameter("weight",
                                table.defined() ? table.detach()
                                                : make_tensor({int64_t{o.num_embeddings}, int64_t{o.embedding_dim}},
                                                              o.dtype.value_or(get_default_dtype())),
                                !freeze)) {
  if (!table.defined()) reset_parameters();
}

void EmbeddingImpl::reset_parameters() {
  init::normal_(weight);
  if (options.padding_idx) init::zeros_(weight.detach()[*options.padding_idx]);
}

Tensor EmbeddingImpl::forward(const Tensor& indices) {
  return embedding(indices, weight,
                   {.padding_idx = options.padding_idx,
                    .max_norm = options.max_norm ? std::optional(options.max_norm->toDouble()) : std::nullopt,
                    .norm_type = options.norm_type.toDouble(),
                    .scale_grad_by_freq = options.scale_grad_by_freq});
}

std::string EmbeddingImpl::extra_repr() const {
  std::string text = fmt::format("{}, {}", int64_t{options.num_embeddings}, int64_t{options.embedding_dim});
  if (options.padding_idx) text += fmt::format(", padding_idx={}", *options.padding_idx);
  if (options.max_norm) text += ", max_norm=" + number_repr(*options.max_norm);
  if (options.norm_type.toDouble() != 2) text += ", norm_type=" + number_repr(options.norm_type);
  if (options.scale_grad_by_freq) text += ", scale_grad_by_freq=True";
  return text;
}

Embedding Embedding::from_pretrained(const Tensor& table, const EmbeddingFromPretrainedOptions& o) {
  check<ValueError>(table.dim() == 2, "Embeddings parameter is expected to be 2-dimensional");
  const EmbeddingOptions options{.num_embeddings = table.size(0),
                                 .embedding_dim = table.size(1),
                                 .padding_idx = o.padding_idx,
                                 .max_norm = o.max_norm,
                                 .norm_type = o.norm_type,
                                 .scale_grad_by_freq = o.scale_grad_by_freq,
                                 .sparse = o.sparse};
  return Embedding(options, table, o.freeze);
}

}  // namespace convgrad::nn
