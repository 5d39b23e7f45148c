#include "kernels/index.h"

namespace convgrad::kernels {

template <class T>
void add_strided(T* to, IntArrayRef to_strides, const T* from, IntArrayRef from_strides, IntArrayRef sizes) {
  if (sizes.empty()) {
    *to += *from;
    return;
  }
  const size_t inner = sizes.size() - 1;
  if (inner == 0) {
    for (int64_t i = 0; i < sizes[0]; ++i) to[i * to_strides[0]] += from[i * from_strides[0]];
    return;
  }
  for (int64_t i = 0; i < sizes[0]; ++i)
    add_strided(to + i * to_strides[0], to_strides.slice(1, inner), from + i * from_strides[0],
                from_strides.slice(1, inner), sizes.slice(1, inner));
}
template void add_strided(float*, IntArrayRef, const float*, IntArrayRef, IntArrayRef);
template void add_strided(double*, IntArrayRef, const double*, IntArrayRef, IntArrayRef);

}  // namespace convgrad::kernels
