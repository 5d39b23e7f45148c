// Loops over plain functions of elements, compiled once for each instruction set. Per-target include guard.
#if defined(CONVGRAD_ELEMENTWISE_MAP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_ELEMENTWISE_MAP_INL_H
#undef CONVGRAD_ELEMENTWISE_MAP_INL_H
#else
#define CONVGRAD_ELEMENTWISE_MAP_INL_H
#endif

#include <cstring>
#include <type_traits>
#include <utility>

#include "hwy/highway.h"
#include "kernels/elementwise/elementwise.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

/// out[i] = F()(in[0][i], …), a block at a time through local arrays: so the compiler need not fear that out overlaps
/// the inputs, and vectorises.
template <class F, class T, class Out, size_t... I>
void map_elements(void* out, const void* const* in, int64_t n, std::index_sequence<I...>) {
  constexpr int64_t kBlock = 64;
  auto* to = static_cast<Out*>(out);
  int64_t i = 0;
  for (; i + kBlock <= n; i += kBlock) {
    T x[sizeof...(I)][kBlock];
    Out y[kBlock];
    (std::memcpy(x[I], static_cast<const T*>(in[I]) + i, sizeof x[I]), ...);
    for (int64_t j = 0; j < kBlock; ++j) y[j] = F()(x[I][j]...);
    std::memcpy(to + i, y, sizeof y);
  }
  for (; i < n; ++i) to[i] = F()(static_cast<const T*>(in[I])[i]...);
}

template <class F, class T, int kInputs, class Out>
void map_loop(void* out, const void* const* in, int64_t n) {
  map_elements<F, T, Out>(out, in, n, std::make_index_sequence<kInputs>());
}

/// The loop of F, a function object of kInputs elements.
template <class F, int kInputs, class T, class Out = T>
constexpr Loop map() {
  return map_loop<F, T, kInputs, Out>;
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
