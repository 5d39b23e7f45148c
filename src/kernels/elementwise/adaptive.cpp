#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/adaptive.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <array>
#include <cstring>

#include "core/threads.h"
#include "kernels/elementwise/adaptive.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

constexpr size_t kMaxState = 3;

template <class D>
HWY_INLINE hn::Vec<D> set(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}
/// start + weight · (end − start), from the nearer end.
template <class D, class V>
HWY_INLINE V lerp(D d, V start, V end, double weight) {
  const auto w = static_cast<hn::TFromD<D>>(weight);
  const V width = hn::Sub(end, start);
  if (w > -0.5 && w < 0.5) return hn::MulAdd(hn::Set(d, w), width, start);
  return hn::MulAdd(hn::Set(d, w - 1), width, end);
}
/// decay · s + (1 − decay) · g²
template <class D, class V>
HWY_INLINE V mean_square(D d, V s, V g, double decay) {
  return hn::MulAdd(hn::Mul(set(d, 1 - decay), g), g, hn::Mul(s, set(d, decay)));
}
/// p + rate · a / b
template <class D, class V>
HWY_INLINE V add_quotient(D d, V p, double rate, V a, V b) {
  return hn::Add(p, hn::Div(hn::Mul(set(d, rate), a), b));
}
/// The larger one; NaN of either.
template <class V>
HWY_INLINE V larger(V a, V b) {
  return hn::IfThenElse(hn::IsNaN(a), a, hn::IfThenElse(hn::Or(hn::Gt(a, b), hn::Eq(a, b)), a, b));
}

// Each rule on one vector: changes p and its state s[].
template <class D, class V>
HWY_INLINE void apply(const AdamStep& step, D d, V& p, V g, V* s) {
  s[0] = lerp(d, s[0], g, 1 - step.beta1);
  s[1] = mean_square(d, s[1], g, step.beta2);
  V square = s[1];
  if (step.amsgrad) square = s[2] = larger(s[2], square);
  const V root = hn::Add(hn::Div(hn::Sqrt(square), set(d, step.root_bias)), set(d, step.eps));
  p = add_quotient(d, p, -step.rate, s[0], root);
}
template <class D, class V>
HWY_INLINE void apply(const NAdamStep& step, D d, V& p, V g, V* s) {
  s[0] = lerp(d, s[0], g, 1 - step.beta1);
  s[1] = mean_square(d, s[1], g, step.beta2);
  const V root = hn::Add(hn::Sqrt(hn::Div(s[1], set(d, step.bias))), set(d, step.eps));
  p = add_quotient(d, p, -step.gradient_rate, g, root);
  p = add_quotient(d, p, -step.momentum_rate, s[0], root);
}
template <class D, class V>
HWY_INLINE void apply(const AdamaxStep& step, D d, V& p, V g, V* s) {
  s[0] = lerp(d, s[0], g, 1 - step.beta1);
  s[1] = larger(hn::Mul(s[1], set(d, step.beta2)), hn::Add(hn::Abs(g), set(d, step.eps)));
  p = add_quotient(d, p, -step.rate, s[0], s[1]);
}
template <class D, class V>
HWY_INLINE void apply(const RMSpropStep& step, D d, V& p, V g, V* s) {
  s[0] = mean_square(d, s[0], g, step.alpha);
  V square = s[0];
  if (step.centered) {
    s[1] = lerp(d, s[1], g, 1 - step.alpha);
    square = hn::NegMulAdd(s[1], s[1], square);
  }
  const V root = hn::Add(hn::Sqrt(square), set(d, step.eps));
  if (step.momentum > 0) {
    V& buffer = s[step.centered ? 2 : 1];
    buffer = hn::Add(hn::Mul(buffer, set(d, step.momentum)), hn::Div(g, root));
    p = hn::MulAdd(buffer, set(d, -step.lr), p);
  } else {
    p = add_quotient(d, p, -step.lr, g, root);
  }
}
template <class D, class V>
HWY_INLINE void apply(const AdagradStep& step, D d, V& p, V g, V* s) {
  s[0] = hn::MulAdd(g, g, s[0]);
  p = add_quotient(d, p, -step.rate, g, hn::Add(hn::Sqrt(s[0]), set(d, step.eps)));
}
template <class D, class V>
HWY_INLINE void apply(const AdadeltaStep& step, D d, V& p, V g, V* s) {
  const V eps = set(d, step.eps);
  s[0] = mean_square(d, s[0], g, step.rho);
  const V delta = hn::Mul(hn::Div(hn::Sqrt(hn::Add(s[1], eps)), hn::Sqrt(hn::Add(s[0], eps))), g);
  s[1] = mean_square(d, s[1], delta, step.rho);
  p = hn::MulAdd(delta, set(d, -step.lr), p);
}

/// The arrays of a step: param, grad and the state; `count` of them are there.
template <class T>
struct Arrays {
  std::array<T*, 2 + kMaxState> at{};
  size_t count;
};

/// Whole vectors: where n is no multiple of their lanes, the arrays go on behind it.
template <class Step, class T>
void whole_vectors(const void* numbers, const Arrays<T>& arrays, int64_t n) {
  const Step step = *static_cast<const Step*>(numbers);
  constexpr hn::ScalableTag<T> d;
  using V = hn::Vec<decltype(d)>;
  const V zero = hn::Zero(d);
  V s[kMaxState] = {zero, zero, zero};
  for (int64_t i = 0; i < n; i += static_cast<int64_t>(hn::Lanes(d))) {
    V p = hn::LoadU(d, arrays.at[0] + i), g = hn::LoadU(d, arrays.at[1] + i);
    for (size_t k = 0; k < kMaxState; ++k)
      if (k + 2 < arrays.count) s[k] = hn::LoadU(d, arrays.at[k + 2] + i);
    if (step.maximize) g = hn::Neg(g);
    if constexpr (requires { step.shrink; }) p = hn::Mul(p, set(d, step.shrink));
    if (step.weight_decay != 0) g = hn::MulAdd(p, set(d, step.weight_decay), g);
    apply(step, d, p, g, s);
    hn::StoreU(p, d, arrays.at[0] + i);
    for (size_t k = 0; k < kMaxState; ++k)
      if (k + 2 < arrays.count) hn::StoreU(s[k], d, arrays.at[k + 2] + i);
  }
}

template <class T>
auto vectors_of(Rule rule) {
  switch (rule) {
    case Rule::adam:
      return whole_vectors<AdamStep, T>;
    case Rule::nadam:
      return whole_vectors<NAdamStep, T>;
    case Rule::adamax:
      return whole_vectors<AdamaxStep, T>;
    case Rule::rmsprop:
      return whole_vectors<RMSpropStep, T>;
    case Rule::adagrad:
      return whole_vectors<AdagradStep, T>;
    default:
      return whole_vectors<AdadeltaStep, T>;
  }
}

/// What fills no vector goes through the same code in memory of its own.
template <class T>
void whole_range(Rule rule, const void* step, void* const* given, size_t count, int64_t n) {
  constexpr hn::ScalableTag<T> d;
  const int64_t rest = n % static_cast<int64_t>(hn::Lanes(d)), whole = n - rest;
  const auto bytes = static_cast<size_t>(rest) * sizeof(T);
  HWY_ALIGN T part[2 + kMaxState][hn::MaxLanes(d)] = {};
  Arrays<T> arrays{.count = count}, ends{.count = count};
  for (size_t k = 0; k < count; ++k) {
    arrays.at[k] = static_cast<T*>(given[k]);
    ends.at[k] = part[k];
    if (rest > 0) std::memcpy(part[k], arrays.at[k] + whole, bytes);
  }
  const auto vectors = vectors_of<T>(rule);
  vectors(step, arrays, whole);
  vectors(step, ends, rest);
  for (size_t k = 0; k < count; ++k)
    if (rest > 0 && k != 1) std::memcpy(arrays.at[k] + whole, part[k], bytes);
}

}  // namespace

void adaptive(Rule rule, ScalarType type, const void* step, void* const* arrays, size_t count, int64_t n) {
  if (type == kFloat32)
    whole_range<float>(rule, step, arrays, count, n);
  else
    whole_range<double>(rule, step, arrays, count, n);
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(adaptive);

void adaptive_step(Rule rule, const void* step, size_t states, ScalarType type, void* param, const void* grad,
                   void* const* state, int64_t n) {
  constexpr int64_t kGrain = 1 << 13;
  parallel_for(0, n, kGrain, [&](int64_t begin, int64_t end) {
    const int64_t offset = begin * element_size(type);
    void* at[5] = {static_cast<char*>(param) + offset, static_cast<char*>(const_cast<void*>(grad)) + offset};
    for (size_t k = 0; k < states; ++k) at[k + 2] = static_cast<char*>(state[k]) + offset;
    HWY_DYNAMIC_DISPATCH(adaptive)(rule, type, step, at, states + 2, end - begin);
  });
}

}  // namespace convgrad::kernels
#endif
