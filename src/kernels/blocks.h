#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels {

/// Sliding blocks of pictures [N, C, H, W], laid out as columns [N, C·kh·kw, H'·W'].
struct BlockProblem {
  int64_t batch = 1, channels = 1;
  std::array<ConvAxis, 2> axes{};  // height, width
  std::array<int64_t, 4> image_strides{};
  std::array<int64_t, 3> column_strides{};
};

/// Copies the blocks into columns; cells of the padding become zero.
template <class T>
void unfold_blocks(const BlockProblem& p, const T* image, T* columns);
/// Adds the columns up where the blocks came from; every cell of the picture is written.
template <class T>
void fold_blocks(const BlockProblem& p, const T* columns, T* image);

}  // namespace convgrad::kernels
