#pragma once
#include <convgrad/tensor.h>

#include <vector>

namespace convgrad::nn::utils {

/// Scales the gradients of all parameters together so that their norm of order norm_type (that of the list of their
/// norms; infinity and 0 are allowed) is at most max_norm; returns the norm before: Σ over no gradient is 0. With
/// error_if_nonfinite: Error where it is no number or infinite, and nothing is changed. Between backward and step:
///
///   loss.backward();
///   nn::utils::clip_grad_norm_(net->parameters(), 1.0);
///   optimizer.step();
///
/// Like torch.nn.utils.clip_grad_norm_.
CONVGRAD_API Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type = 2,
                                    bool error_if_nonfinite = false);

/// Clamps every element of the gradients to [−clip_value, clip_value]. Like torch.nn.utils.clip_grad_value_.
CONVGRAD_API void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value);

/// The norm of order norm_type of several tensors as of one vector, as clip_grad_norm_ takes it.
/// Like torch.nn.utils.get_total_norm.
CONVGRAD_API Tensor get_total_norm(const std::vector<Tensor>& tensors, double norm_type = 2,
                                   bool error_if_nonfinite = false);

}  // namespace convgrad::nn::utils
