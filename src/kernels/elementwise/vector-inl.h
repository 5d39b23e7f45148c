// Loops over functions of whole vectors. Per-target include guard.
#if defined(CONVGRAD_ELEMENTWISE_VECTOR_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_ELEMENTWISE_VECTOR_INL_H
#undef CONVGRAD_ELEMENTWISE_VECTOR_INL_H
#else
#define CONVGRAD_ELEMENTWISE_VECTOR_INL_H
#endif

#include <cstring>
#include <type_traits>
#include <utility>

#include "hwy/highway.h"
#include "kernels/elementwise/elementwise.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// The first n lanes from memory, zeros behind them; reads nothing beyond.
template <class D>
HWY_INLINE hn::Vec<D> load_part(D d, const hn::TFromD<D>* from, size_t n) {
#if HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, n), d, from);
#else
  HWY_ALIGN hn::TFromD<D> lanes[hn::MaxLanes(D())] = {};
  std::memcpy(lanes, from, n * sizeof lanes[0]);
  return hn::Load(d, lanes);
#endif
}

template <class D>
HWY_INLINE void store_part(hn::Vec<D> v, D d, hn::TFromD<D>* to, size_t n) {
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, n), d, to);
#else
  HWY_ALIGN hn::TFromD<D> lanes[hn::MaxLanes(D())];
  hn::Store(v, d, lanes);
  std::memcpy(to, lanes, n * sizeof lanes[0]);
#endif
}

/// out[i] = F()(d, in[0][i], …) for vectors of T, the last one in part: an element's value never depends on where it
/// stands.
template <class F, class T, size_t... I>
HWY_INLINE void map_vectors(void* out, const void* const* in, int64_t n, std::index_sequence<I...>) {
  constexpr hn::ScalableTag<T> d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  auto* to = static_cast<T*>(out);
  const T* from[] = {static_cast<const T*>(in[I])...};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(F()(d, hn::LoadU(d, from[I] + i)...), d, to + i);
  if (const auto rest = static_cast<size_t>(n - i); rest > 0)
    store_part(F()(d, load_part(d, from[I] + i, rest)...), d, to + i, rest);
}

/// To float32; where Highway's scalar form would turn infinities into the largest number, by hand.
template <class D, class V>
HWY_INLINE hn::Vec<D> narrowed(D narrow, V v) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(narrow, static_cast<float>(hn::GetLane(v)));
#else
  return hn::DemoteTo(narrow, v);
#endif
}

/// The same for float32, computed in float64.
template <class F, size_t... I>
HWY_INLINE void map_widened(void* out, const void* const* in, int64_t n, std::index_sequence<I...>) {
  constexpr hn::ScalableTag<double> d;
  constexpr hn::Rebind<float, decltype(d)> narrow;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  auto* to = static_cast<float*>(out);
  const float* from[] = {static_cast<const float*>(in[I])...};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(narrowed(narrow, F()(d, hn::PromoteTo(d, hn::LoadU(narrow, from[I] + i))...)), narrow, to + i);
  if (const auto rest = static_cast<size_t>(n - i); rest > 0) {
    HWY_ALIGN float part[sizeof...(I)][hn::MaxLanes(narrow)] = {};
    (std::memcpy(part[I], from[I] + i, rest * sizeof(float)), ...);
    HWY_ALIGN float y[hn::MaxLanes(narrow)];
    hn::Store(narrowed(narrow, F()(d, hn::PromoteTo(d, hn::Load(narrow, part[I]))...)), narrow, y);
    std::memcpy(to + i, y, rest * sizeof(float));
  }
}

template <class F, class T, int kInputs>
void vector_loop(void* out, const void* const* in, int64_t n) {
  map_vectors<F, T>(out, in, n, std::make_index_sequence<kInputs>());
}
template <class F, int kInputs>
void widened_loop(void* out, const void* const* in, int64_t n) {
  map_widened<F>(out, in, n, std::make_index_sequence<kInputs>());
}

/// The loop of F, a function object of a tag and kInputs vectors.
template <class F, int kInputs, class T>
constexpr Loop vectors() {
  return vector_loop<F, T, kInputs>;
}
/// The loop of F, which is a function of float64 vectors; float32 is widened for it.
template <class F, int kInputs, class T>
constexpr Loop widened() {
  if constexpr (std::is_same_v<T, float>)
    return widened_loop<F, kInputs>;
  else
    return vector_loop<F, T, kInputs>;
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
