#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "kernels/random.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, 8>;  // a half block, or less
using Vec = hn::Vec<Tag>;
using IntTag = hn::Rebind<int32_t, Tag>;
using IntVec = hn::Vec<IntTag>;

/// a · b + c with one rounding; lane by lane where the hardware would round twice.
HWY_INLINE Vec fused(Vec a, Vec b, Vec c) {
#if HWY_NATIVE_FMA
  return hn::MulAdd(a, b, c);
#else
  constexpr Tag d;
  HWY_ALIGN float lanes[3][8];
  hn::Store(a, d, lanes[0]);
  hn::Store(b, d, lanes[1]);
  hn::Store(c, d, lanes[2]);
  for (size_t i = 0; i < hn::Lanes(d); ++i) lanes[0][i] = __builtin_fmaf(lanes[0][i], lanes[1][i], lanes[2][i]);
  return hn::Load(d, lanes[0]);
#endif
}

HWY_INLINE Vec set(float value) { return hn::Set(Tag(), value); }

/// Horner's scheme, the highest power first.
template <size_t N>
HWY_INLINE Vec polynomial(Vec x, const float (&coefficients)[N]) {
  Vec y = set(coefficients[0]);
  for (size_t i = 1; i < N; ++i) y = fused(y, x, set(coefficients[i]));
  return y;
}

/// Natural logarithm of normal numbers x > 0 (Cephes logf).
HWY_INLINE Vec log(Vec x) {
  constexpr Tag d;
  constexpr IntTag di;
  constexpr float coefficients[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                                    -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                                    2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  const IntVec bits = hn::BitCast(di, x);
  Vec e = hn::ConvertTo(d, hn::Sub(hn::ShiftRight<23>(bits), hn::Set(di, 126)));
  x = hn::BitCast(d, hn::Or(hn::And(bits, hn::Set(di, 0x007fffff)), hn::Set(di, 0x3f000000)));  // mantissa in [½, 1)
  const auto low = hn::Lt(x, set(0.707106781186547524f));
  e = hn::Sub(e, hn::IfThenElseZero(low, set(1)));
  x = hn::Add(hn::Sub(x, set(1)), hn::IfThenElseZero(low, x));

  const Vec z = hn::Mul(x, x);
  Vec y = fused(hn::Mul(polynomial(x, coefficients), x), z, hn::Mul(e, set(-2.12194440e-4f)));
  y = fused(hn::Neg(z), set(0.5f), y);
  return fused(e, set(0.693359375f), hn::Add(x, y));
}

/// Sine and cosine of 0 <= x < 8192 (Cephes sinf, cosf).
HWY_INLINE void sincos(Vec x, Vec& sine, Vec& cosine) {
  constexpr Tag d;
  constexpr IntTag di;
  constexpr float sine_terms[] = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
  constexpr float cosine_terms[] = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};
  const IntVec one = hn::Set(di, 1), two = hn::Set(di, 2), four = hn::Set(di, 4);
  const IntVec octant =
      hn::AndNot(one, hn::Add(hn::ConvertTo(di, hn::Mul(x, set(1.27323954473516f))), one));  // of 4x/π, to even
  const Vec y = hn::ConvertTo(d, octant);
  x = fused(y, set(-0.78515625f), x);  // x − yπ/4, π/4 in three parts
  x = fused(y, set(-2.4187564849853515625e-4f), x);
  x = fused(y, set(-3.77489497744594108e-8f), x);

  const Vec z = hn::Mul(x, x);
  const Vec c = hn::Add(fused(hn::Mul(polynomial(z, cosine_terms), z), z, hn::Neg(hn::Mul(z, set(0.5f)))), set(1));
  const Vec s = fused(hn::Mul(polynomial(z, sine_terms), z), x, x);

  const auto straight = hn::RebindMask(d, hn::Eq(hn::And(octant, two), hn::Zero(di)));
  const IntVec sine_sign = hn::ShiftLeft<29>(hn::And(octant, four));
  const IntVec cosine_sign = hn::ShiftLeft<29>(hn::AndNot(hn::Sub(octant, two), four));
  sine = hn::Xor(hn::IfThenElse(straight, s, c), hn::BitCast(d, sine_sign));
  cosine = hn::Xor(hn::IfThenElse(straight, c, s), hn::BitCast(d, cosine_sign));
}

void box_muller(float* data, int64_t count, float mean, float std) {
  constexpr Tag d;
  const Vec scale = set(std), shift = set(mean);
  for (int64_t block = 0; block < count; block += 16) {
    for (size_t i = 0; i < 8; i += hn::Lanes(d)) {
      float* first = data + block + i;
      const Vec radius = hn::Sqrt(hn::Mul(set(-2), log(hn::Sub(set(1), hn::LoadU(d, first)))));
      Vec sine, cosine;
      sincos(hn::Mul(set(6.283185307179586f), hn::LoadU(d, first + 8)), sine, cosine);
      hn::StoreU(fused(hn::Mul(radius, cosine), scale, shift), d, first);
      hn::StoreU(fused(hn::Mul(radius, sine), scale, shift), d, first + 8);
    }
  }
}

void spread(float* data, int64_t count, float low, float high) {
  constexpr Tag d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto one = [&](auto x) {
    const Vec value = fused(x, set(high - low), set(low));
    return hn::IfThenElse(hn::Eq(value, set(high)), set(low), value);
  };
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(one(hn::LoadU(d, data + i)), d, data + i);
  for (; i < count; ++i) data[i] = hn::GetLane(one(set(data[i])));
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(box_muller);
void box_muller(float* data, int64_t count, float mean, float std) {
  HWY_DYNAMIC_DISPATCH(box_muller)(data, count, mean, std);
}

HWY_EXPORT(spread);
void spread(float* data, int64_t count, float low, float high) { HWY_DYNAMIC_DISPATCH(spread)(data, count, low, high); }

}  // namespace convgrad::kernels
#endif
