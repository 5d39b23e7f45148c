#pragma once
#include <convgrad/detail/dim_vector.h>

#include <vector>

namespace convgrad::kernels {

/// An array whose dimensions are rearranged each on its own (padded, reversed, rotated, repeated): for each dimension
/// the position of the input that each position of the output shows, −1 for none.
struct AxisMaps {
  DimVector input, output;                    // sizes
  std::vector<std::vector<int64_t>> sources;  // empty: the dimension is as it was
};

/// out[i, j, …] = x[sources[0][i], sources[1][j], …], or what `value` points to where there is no source. out is
/// contiguous; at least one dimension.
void remap(void* out, const void* x, IntArrayRef x_strides, const AxisMaps& maps, const void* value, int64_t bytes);

/// dx += what came of each element, in the order of the output whatever the number of threads. Both are contiguous.
template <class T>
void remap_backward(T* dx, const T* dy, const AxisMaps& maps);

}  // namespace convgrad::kernels
