#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// to[r·to_stride + c] = from[c·from_stride + r] for r < rows, c < columns; elements of four bytes of any type, strides
/// in elements.
void transpose_words(float* to, int64_t to_stride, const float* from, int64_t from_stride, int64_t rows,
                     int64_t columns);

}  // namespace convgrad::kernels
