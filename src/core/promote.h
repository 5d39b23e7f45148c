#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// What an element-wise operation reads: a tensor, or one number for all positions. Does not own.
struct Operand {
  Operand(const Tensor& t) : tensor(&t.impl()) {}  // NOLINT: Error for an undefined tensor
  Operand(Scalar n = 0) : number(n) {}             // NOLINT
  /// The number where the tensor is undefined.
  Operand(const Tensor& t, Scalar n) : tensor(t.defined() ? &t.impl() : nullptr), number(n) {}
  bool is_number() const { return tensor == nullptr; }
  ScalarType dtype() const { return tensor ? tensor->dtype : number.type(); }

  const detail::TensorImpl* tensor = nullptr;
  Scalar number;
};

/// The type that the operands meet in, by PyTorch's rules: tensors of one or more dimensions count first, 0-d tensors
/// only where their kind (bool < integer < float) is higher, plain numbers likewise after those. Like
/// torch.result_type.
ScalarType result_type(ArrayRef<Operand> operands);

/// Whether a result of type `from` may be written into a tensor of type `to`: the kind must not fall. Like
/// torch.can_cast.
bool can_cast(ScalarType from, ScalarType to);

}  // namespace convgrad
