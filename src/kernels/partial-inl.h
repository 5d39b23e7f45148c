// The ends of arrays that fill no vector. Included once for each instruction set, in its namespace.
#if defined(CONVGRAD_PARTIAL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_PARTIAL_INL_H
#undef CONVGRAD_PARTIAL_INL_H
#else
#define CONVGRAD_PARTIAL_INL_H
#endif

#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// The first `count` elements at p and zeros; nothing behind them is touched. Any count above zero.
template <class D, class T = hwy::HWY_NAMESPACE::TFromD<D>>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load_partial(D d, const T* p, int64_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
  if (count >= static_cast<int64_t>(hn::MaxLanes(d))) return hn::LoadU(d, p);
#if HWY_TARGET <= HWY_AVX2  // its masked loads do not fault; older sets read whole vectors
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, p);
#else
  HWY_ALIGN T lanes[hn::MaxLanes(d)] = {};
  for (int64_t i = 0; i < count; ++i) lanes[i] = p[i];
  return hn::Load(d, lanes);
#endif
}

/// Writes the first `count` lanes and nothing else.
template <class D, class T = hwy::HWY_NAMESPACE::TFromD<D>>
HWY_INLINE void store_partial(hwy::HWY_NAMESPACE::Vec<D> v, D d, T* p, int64_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
  if (count >= static_cast<int64_t>(hn::MaxLanes(d))) return hn::StoreU(v, d, p);
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(count)), d, p);
#else
  HWY_ALIGN T lanes[hn::MaxLanes(d)];
  hn::Store(v, d, lanes);
  for (int64_t i = 0; i < count; ++i) p[i] = lanes[i];
#endif
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // toggle
