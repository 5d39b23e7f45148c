#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

namespace convgrad {

/// Options of unfold and fold; the blocks slide as the windows of a convolution do.
struct FoldOptions {
  detail::ByNameOnly by_name_only = detail::ByNameOnly();
  AxisValues dilation = 1;
  AxisValues padding = 0;
  AxisValues stride = 1;
};

/// Cuts sliding blocks out of a picture and lays each out as a column (im2col).
///
///   (N, C, H, W) → (N, C·kh·kw, L), or (C, H, W) → (C·kh·kw, L), L the number of blocks
///
/// matmul(weight.flatten(1), unfold(x, kernel)) is the convolution. float32, float64 and bool; any strides.
/// Errors: ShapeError where no block fits, Error for options out of range. Like torch.nn.functional.unfold.
CONVGRAD_API Tensor unfold(const Tensor& x, const AxisValues& kernel_size, const FoldOptions& options = {});

/// Puts columns back where unfold took them from a picture of output_size, and adds up what overlaps (col2im): the
/// adjoint of unfold. (N, C·kh·kw, L) → (N, C, H, W), or without N. Like torch.nn.functional.fold.
CONVGRAD_API Tensor fold(const Tensor& x, const AxisValues& output_size, const AxisValues& kernel_size,
                         const FoldOptions& options = {});

}  // namespace convgrad
