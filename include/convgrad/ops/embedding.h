#pragma once
#include <convgrad/tensor.h>

#include <optional>

namespace convgrad {

struct EmbeddingFuncOptions {
  std::optional<int64_t> padding_idx{};  // this row gets no gradient; negative: from the end
  std::optional<double> max_norm{};      // rows that are looked up and longer are first shortened to it, in place
  double norm_type = 2;                  // the order of that norm
  bool scale_grad_by_freq = false;       // a row's gradient is divided by how often it was looked up
  bool sparse = false;                   // not supported
};
/// weight[indices]: the rows (indices…, D) of a table (V, D). indices: int64 or int32, in [0, V). Errors: IndexError
/// for another index; a padding_idx that is no row (ValueError); sparse (NotImplementedError). Like
/// torch.nn.functional.embedding.
CONVGRAD_API Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& options = {});

/// int64 of (indices…, num_classes): 1 at the class, else 0; num_classes −1: the largest class + 1. Errors: classes
/// outside, another type than int64. Like torch.nn.functional.one_hot.
CONVGRAD_API Tensor one_hot(const Tensor& indices, int64_t num_classes = -1);

}  // namespace convgrad
