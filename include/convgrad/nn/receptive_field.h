#pragma once
#include <convgrad/nn/sequential.h>

namespace convgrad::nn {

/// What one output cell sees along one axis: output o sees the `size` input cells from start + o·jump on. Cells outside
/// the input are padding.
struct ReceptiveFieldAxis {
  int64_t size = 1, jump = 1, start = 0;
  friend bool operator==(const ReceptiveFieldAxis&, const ReceptiveFieldAxis&) = default;
};

struct CONVGRAD_API ReceptiveField {
  struct Step {
    std::string name{}, layer{};  // "0", "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))"
    std::vector<ReceptiveFieldAxis> axes{};
    bool whole = false;
  };
  std::vector<ReceptiveFieldAxis> axes{};  // first to last; empty where no layer has spatial axes
  bool whole = false;                      // behind a Flatten or Linear: every output sees the whole input
  std::vector<Step> steps{};               // after each layer
  /// In words, layer by layer.
  std::string str() const;
};
CONVGRAD_API std::ostream& operator<<(std::ostream& out, const ReceptiveField& field);

/// Which cells of the input a cell of the output depends on, through convolutions, poolings and layers that treat each
/// cell by itself, Sequentials inside Sequentials included:
///   start ← start − padding·jump,  size ← size + (kernel − 1)·dilation·jump,  jump ← jump·stride.
/// A dilated kernel's holes count as seen. NotImplementedError for layers it does not know, and for those whose windows
/// differ from cell to cell: transposed convolutions with a stride, "same" padding with a stride.
CONVGRAD_API ReceptiveField receptive_field(const Sequential& net);

}  // namespace convgrad::nn
