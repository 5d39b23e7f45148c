#pragma once
#include <convgrad/ops/creation.h>

namespace convgrad {

/// What every creating function ends with: the new tensor requires a gradient if the options say so. Throws for a type
/// that is no float.
Tensor finished(Tensor t, const TensorOptions& options);

/// A new tensor of input's sizes and order in memory, uninitialised; options.dtype or input's.
Tensor make_like(const Tensor& input, const TensorOptions& options = {});

}  // namespace convgrad
