#pragma once
#include <convgrad/ops/activation.h>
#include <convgrad/ops/conv.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/pad.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/view.h>

/// The functions behind the modules, under LibTorch's names; each is documented in its family's header under ops/.
namespace convgrad::nn::functional {

using convgrad::conv1d;
using convgrad::conv2d;
using convgrad::conv3d;
using convgrad::conv_transpose1d;
using convgrad::conv_transpose2d;
using convgrad::conv_transpose3d;
using convgrad::cross_entropy;
using convgrad::flatten;
using convgrad::l1_loss;
using convgrad::linear;
using convgrad::log_softmax;
using convgrad::mse_loss;
using convgrad::nll_loss;
using convgrad::pad;
using convgrad::relu;
using convgrad::sigmoid;
using convgrad::softmax;
using convgrad::tanh;

struct DropoutFuncOptions {
  double p = 0.5;        // the probability of being set to zero
  bool training = true;  // false: the input is returned as it is
  bool inplace = false;  // writes into the input
};
/// Each element zero with probability p, else divided by 1 − p; the default generator's numbers are PyTorch's.
/// ValueError unless 0 ≤ p ≤ 1. Like torch.nn.functional.dropout.
CONVGRAD_API Tensor dropout(const Tensor& x, const DropoutFuncOptions& options = {});

}  // namespace convgrad::nn::functional
