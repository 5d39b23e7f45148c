#pragma once
#include <convgrad/array_ref.h>

namespace convgrad::kernels {

/// to[i…] += from[i…] at every position of `sizes`, one after the other in C order: positions may share memory.
template <class T>
void add_strided(T* to, IntArrayRef to_strides, const T* from, IntArrayRef from_strides, IntArrayRef sizes);

}  // namespace convgrad::kernels
