#pragma once
#include <convgrad/autograd/node.h>

namespace convgrad::autograd {

/// A tensor kept for backward: notices changes in place, and does not keep its own node alive when it is an output.
class CONVGRAD_API SavedTensor {
 public:
  SavedTensor() = default;
  explicit SavedTensor(const Tensor& tensor);

  /// Turns into an output of the node that saves it: no cycle of owners.
  void mark_output(uint32_t output_nr);
  bool refers_to(const Tensor& tensor) const { return data_.defined() && data_.is_same(tensor); }
  /// The tensor with its history; `owner` is the node that saved it. Throws when it was changed since (PyTorch's
  /// words).
  Tensor unpack(Node* owner) const;
  void reset() { *this = SavedTensor(); }

 private:
  Tensor data_;  // an output is kept without its history: its node would own itself
  uint32_t version_ = 0, output_nr_ = 0;
  bool is_output_ = false;
};

}  // namespace convgrad::autograd
