#pragma once
#include <convgrad/tensor.h>

#include <vector>

namespace convgrad {

/// Σ a·b / (max(‖a‖, eps) · max(‖b‖, eps)) along a dimension; broadcast. Errors: integers. Like
/// torch.nn.functional.cosine_similarity.
CONVGRAD_API Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim = 1, double eps = 1e-8);

/// The norm of order p of a − b + eps along the last dimension; broadcast. Like torch.nn.functional.pairwise_distance.
CONVGRAD_API Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p = 2, double eps = 1e-6,
                                      bool keepdim = false);

/// x / max(‖x‖, eps), the norm of order p along these dimensions. Like torch.nn.functional.normalize.
CONVGRAD_API Tensor normalize(const Tensor& x, double p = 2, IntArrayRef dims = 1, double eps = 1e-12);

/// y[…, o] = Σ a[…, i]·weight[o, i, j]·b[…, j] + bias[o]; an undefined bias is none. Errors: sizes that do not match,
/// types that differ. Like torch.nn.functional.bilinear.
CONVGRAD_API Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const Tensor& bias = {});

}  // namespace convgrad
