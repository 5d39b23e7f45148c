#include "kernels/transpose.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/transpose.cpp"
#include "hwy/foreach_target.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

void transpose_tile(float* to, int64_t to_stride, const float* from, int64_t from_stride, int64_t rows,
                    int64_t columns) {
  transpose(to, to_stride, from, from_stride, columns, rows);
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(transpose_tile);

void transpose_words(float* to, int64_t to_stride, const float* from, int64_t from_stride, int64_t rows,
                     int64_t columns) {
  HWY_DYNAMIC_DISPATCH(transpose_tile)(to, to_stride, from, from_stride, rows, columns);
}

}  // namespace convgrad::kernels
#endif  // HWY_ONCE
