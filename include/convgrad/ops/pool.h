#pragma once
#include <convgrad/tensor.h>

#include <tuple>

namespace convgrad {

// Pooling over the last one, two or three dimensions of x: [C, …] or [N, C, …]. Sizes, strides and so on are one number
// for all axes, or one for each; an empty stride means the kernel's size. The output of an axis has
//
//   ⌊(input + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1
//
// positions; with ceil_mode ⌈…⌉ instead, less a last window that would begin beyond the input and its left padding.
// Padding is at most half a kernel. Errors are PyTorch's, word for word; numbers that pass an int are refused.

/// The largest element of each window; a NaN counts as larger than all, padding as −∞. The gradient goes to the element
/// chosen: the first of equals, the last NaN. Like torch.nn.functional.max_pool1d.
CONVGRAD_API Tensor max_pool1d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, IntArrayRef dilation = 1, bool ceil_mode = false);
CONVGRAD_API Tensor max_pool2d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, IntArrayRef dilation = 1, bool ceil_mode = false);
CONVGRAD_API Tensor max_pool3d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, IntArrayRef dilation = 1, bool ceil_mode = false);
/// The same, and where each was: its C-order position in the plane of its channel (int64).
CONVGRAD_API std::tuple<Tensor, Tensor> max_pool1d_with_indices(const Tensor& x, IntArrayRef kernel_size,
                                                                IntArrayRef stride = {}, IntArrayRef padding = 0,
                                                                IntArrayRef dilation = 1, bool ceil_mode = false);
CONVGRAD_API std::tuple<Tensor, Tensor> max_pool2d_with_indices(const Tensor& x, IntArrayRef kernel_size,
                                                                IntArrayRef stride = {}, IntArrayRef padding = 0,
                                                                IntArrayRef dilation = 1, bool ceil_mode = false);
CONVGRAD_API std::tuple<Tensor, Tensor> max_pool3d_with_indices(const Tensor& x, IntArrayRef kernel_size,
                                                                IntArrayRef stride = {}, IntArrayRef padding = 0,
                                                                IntArrayRef dilation = 1, bool ceil_mode = false);

/// The mean of each window. Its divisor is `divisor_override` where given (not zero); else the cells that the window
/// covers, those of the padding included if count_include_pad, but never what ceil_mode lets hang over.
/// Like torch.nn.functional.avg_pool1d.
CONVGRAD_API Tensor avg_pool1d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, bool ceil_mode = false, bool count_include_pad = true);
CONVGRAD_API Tensor avg_pool2d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, bool ceil_mode = false, bool count_include_pad = true,
                               std::optional<int64_t> divisor_override = {});
CONVGRAD_API Tensor avg_pool3d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride = {},
                               IntArrayRef padding = 0, bool ceil_mode = false, bool count_include_pad = true,
                               std::optional<int64_t> divisor_override = {});

/// Means over windows chosen so that the output has these sizes (one number: all of them): position i covers ⌊i·in/out⌋
/// to ⌈(i + 1)·in/out⌉. Like torch.nn.functional.adaptive_avg_pool1d.
CONVGRAD_API Tensor adaptive_avg_pool1d(const Tensor& x, IntArrayRef output_size);
CONVGRAD_API Tensor adaptive_avg_pool2d(const Tensor& x, IntArrayRef output_size);
CONVGRAD_API Tensor adaptive_avg_pool3d(const Tensor& x, IntArrayRef output_size);
/// Maxima over the same windows, and their positions. Like torch.nn.functional.adaptive_max_pool1d.
CONVGRAD_API std::tuple<Tensor, Tensor> adaptive_max_pool1d(const Tensor& x, IntArrayRef output_size);
CONVGRAD_API std::tuple<Tensor, Tensor> adaptive_max_pool2d(const Tensor& x, IntArrayRef output_size);
CONVGRAD_API std::tuple<Tensor, Tensor> adaptive_max_pool3d(const Tensor& x, IntArrayRef output_size);

/// (Σ xᵖ)^(1/p) over each window, p = norm_type; ±∞ take the largest or smallest |x|. As in PyTorch the sum is the mean
/// times the kernel's size. Errors: p = 0 (ValueError), those of avg_pool. Like torch.nn.functional.lp_pool1d.
CONVGRAD_API Tensor lp_pool1d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride = {},
                              bool ceil_mode = false);
CONVGRAD_API Tensor lp_pool2d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride = {},
                              bool ceil_mode = false);
CONVGRAD_API Tensor lp_pool3d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride = {},
                              bool ceil_mode = false);

/// Zeros, with x's elements where max_pool…_with_indices found them; of several for one place the last stays. An axis
/// of the output has (input − 1)·stride − 2·padding + kernel_size positions, or what output_size says, which may differ
/// from that by less than a stride; it is the spatial sizes or all of them. Errors: other sizes (ValueError), an index
/// outside the output's plane. Like torch.nn.functional.max_unpool1d.
CONVGRAD_API Tensor max_unpool1d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size,
                                 IntArrayRef stride = {}, IntArrayRef padding = 0, IntArrayRef output_size = {});
CONVGRAD_API Tensor max_unpool2d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size,
                                 IntArrayRef stride = {}, IntArrayRef padding = 0, IntArrayRef output_size = {});
CONVGRAD_API Tensor max_unpool3d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size,
                                 IntArrayRef stride = {}, IntArrayRef padding = 0, IntArrayRef output_size = {});

}  // namespace convgrad
