#pragma once
#include <convgrad/ops/activation.h>
#include <convgrad/ops/conv.h>
#include <convgrad/ops/distance.h>
#include <convgrad/ops/embedding.h>
#include <convgrad/ops/fold.h>
#include <convgrad/ops/interpolate.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/norm.h>
#include <convgrad/ops/pad.h>
#include <convgrad/ops/pixel.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/pool.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/view.h>

/// The functions behind the modules, under LibTorch's names; each is documented in its family's header under ops/.
namespace convgrad::nn::functional {

using convgrad::adaptive_avg_pool1d;
using convgrad::adaptive_avg_pool2d;
using convgrad::adaptive_avg_pool3d;
using convgrad::adaptive_max_pool1d;
using convgrad::adaptive_max_pool2d;
using convgrad::adaptive_max_pool3d;
using convgrad::avg_pool1d;
using convgrad::avg_pool2d;
using convgrad::avg_pool3d;
using convgrad::batch_norm;
using convgrad::bilinear;
using convgrad::binary_cross_entropy;
using convgrad::binary_cross_entropy_with_logits;
using convgrad::celu;
using convgrad::celu_;
using convgrad::channel_shuffle;
using convgrad::conv1d;
using convgrad::conv2d;
using convgrad::conv3d;
using convgrad::conv_transpose1d;
using convgrad::conv_transpose2d;
using convgrad::conv_transpose3d;
using convgrad::cosine_embedding_loss;
using convgrad::cosine_similarity;
using convgrad::cross_entropy;
using convgrad::ctc_loss;
using convgrad::elu;
using convgrad::elu_;
using convgrad::embedding;
using convgrad::flatten;
using convgrad::fold;
using convgrad::gaussian_nll_loss;
using convgrad::gelu;
using convgrad::glu;
using convgrad::group_norm;
using convgrad::hardshrink;
using convgrad::hardsigmoid;
using convgrad::hardsigmoid_;
using convgrad::hardswish;
using convgrad::hardswish_;
using convgrad::hardtanh;
using convgrad::hardtanh_;
using convgrad::hinge_embedding_loss;
using convgrad::huber_loss;
using convgrad::instance_norm;
using convgrad::interpolate;
using convgrad::kl_div;
using convgrad::l1_loss;
using convgrad::layer_norm;
using convgrad::leaky_relu;
using convgrad::leaky_relu_;
using convgrad::linear;
using convgrad::local_response_norm;
using convgrad::log_softmax;
using convgrad::logsigmoid;
using convgrad::lp_pool1d;
using convgrad::lp_pool2d;
using convgrad::lp_pool3d;
using convgrad::margin_ranking_loss;
using convgrad::max_pool1d;
using convgrad::max_pool1d_with_indices;
using convgrad::max_pool2d;
using convgrad::max_pool2d_with_indices;
using convgrad::max_pool3d;
using convgrad::max_pool3d_with_indices;
using convgrad::max_unpool1d;
using convgrad::max_unpool2d;
using convgrad::max_unpool3d;
using convgrad::mish;
using convgrad::mish_;
using convgrad::mse_loss;
using convgrad::multi_margin_loss;
using convgrad::multilabel_margin_loss;
using convgrad::multilabel_soft_margin_loss;
using convgrad::nll_loss;
using convgrad::normalize;
using convgrad::one_hot;
using convgrad::pad;
using convgrad::pairwise_distance;
using convgrad::pixel_shuffle;
using convgrad::pixel_unshuffle;
using convgrad::poisson_nll_loss;
using convgrad::prelu;
using convgrad::relu;
using convgrad::relu6;
using convgrad::relu6_;
using convgrad::rrelu;
using convgrad::rrelu_;
using convgrad::selu;
using convgrad::selu_;
using convgrad::sigmoid;
using convgrad::silu;
using convgrad::silu_;
using convgrad::smooth_l1_loss;
using convgrad::soft_margin_loss;
using convgrad::softmax;
using convgrad::softmin;
using convgrad::softplus;
using convgrad::softshrink;
using convgrad::softsign;
using convgrad::tanh;
using convgrad::tanhshrink;
using convgrad::threshold;
using convgrad::threshold_;
using convgrad::triplet_margin_loss;
using convgrad::unfold;

struct DropoutFuncOptions {
  double p = 0.5;        // the probability of being set to zero
  bool training = true;  // false: the input is returned as it is
  bool inplace = false;  // writes into the input
};
/// Each element zero with probability p, else divided by 1 − p; the default generator's numbers are PyTorch's.
/// ValueError unless 0 ≤ p ≤ 1. Like torch.nn.functional.dropout.
CONVGRAD_API Tensor dropout(const Tensor& x, const DropoutFuncOptions& options = {});
/// The same for whole channels: of (C, L) or (N, C, L); of (N, C, …), a batch always; of (C, D, H, W) or (N, C, D, H,
/// W). Like torch.nn.functional.dropout1d, dropout2d and dropout3d.
CONVGRAD_API Tensor dropout1d(const Tensor& x, const DropoutFuncOptions& options = {});
CONVGRAD_API Tensor dropout2d(const Tensor& x, const DropoutFuncOptions& options = {});
CONVGRAD_API Tensor dropout3d(const Tensor& x, const DropoutFuncOptions& options = {});

struct AlphaDropoutFuncOptions {
  double p = 0.5;
  bool training = false;
  bool inplace = false;
};
/// Elements that are dropped take the value to which selu tends at −∞; then all are scaled and moved so that a mean of
/// zero and a variance of one stay. feature_alpha_dropout drops whole channels of (N, C, …).
/// Like torch.nn.functional.alpha_dropout and feature_alpha_dropout.
CONVGRAD_API Tensor alpha_dropout(const Tensor& x, const AlphaDropoutFuncOptions& options = {});
CONVGRAD_API Tensor feature_alpha_dropout(const Tensor& x, const AlphaDropoutFuncOptions& options = {});

}  // namespace convgrad::nn::functional
