#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

#include "ops/conv_axes.h"

namespace convgrad::ops {

/// A convolution in either direction, as its user asked for it; refers to the options.
struct ConvCall {
  const char* op;  // "conv2d"
  size_t rank;     // spatial axes
  bool transposed;
  const AxisValues &stride, &padding, &dilation;
  const AxisValues& padding_high;    // empty: as padding
  const AxisValues* output_padding;  // null: none
  IntArrayRef output_size;           // empty: not given
  ConvPadding::Kind padding_kind;
  PaddingMode padding_mode;
  int64_t groups;
  size_t input_dims;  // of the input as the user gave it, with or without batch

  ConvCall(const char* op, size_t rank, const ConvOptions& options);
  ConvCall(const char* op, size_t rank, const ConvTransposeOptions& options);
};

/// x with a batch dimension, and whether it had one; throws unless it has rank + 1 or rank + 2 dimensions.
Tensor with_batch(ConvCall& call, const Tensor& x);

/// Throws for options of a wrong count for this many axes, or out of range whatever the sizes.
void check_options(const ConvCall& call, size_t axes);
/// The axes for these spatial sizes, once the options are checked; windows may still not fit.
ConvAxes resolve(const ConvCall& call, IntArrayRef input_size, IntArrayRef kernel_size);

}  // namespace convgrad::ops
