#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "core/threads.h"
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vec = hn::Vec<Tag<T>>;

constexpr int64_t kGrain = 8192;  // elements that are worth a thread
constexpr int64_t kBlock = 1024;  // terms summed before they join the total in double
constexpr int64_t kRows = 32;     // the same where the total is no double

template <class T>
constexpr int64_t width() {
  return static_cast<int64_t>(hn::MaxLanes(Tag<T>()));
}

/// The first `count` elements at p, `pad` in the other lanes.
template <class T>
HWY_INLINE Vec<T> load(const T* p, int64_t count, T pad) {
  constexpr Tag<T> d;
  if (count >= width<T>()) return hn::LoadU(d, p);
  HWY_ALIGN T lanes[width<T>()];
  hn::Store(hn::Set(d, pad), d, lanes);
  for (int64_t i = 0; i < count; ++i) lanes[i] = p[i];
  return hn::Load(d, lanes);
}
template <class T>
HWY_INLINE void store(Vec<T> v, T* p, int64_t count) {
  constexpr Tag<T> d;
  if (count >= width<T>()) return hn::StoreU(v, d, p);
  HWY_ALIGN T lanes[width<T>()];
  hn::Store(v, d, lanes);
  for (int64_t i = 0; i < count; ++i) p[i] = lanes[i];
}

/// Highway's exp gives 0 for NaN, its log a number.
template <class T>
HWY_INLINE Vec<T> exp(Vec<T> x) {
  return hn::IfThenElse(hn::IsNaN(x), x, hn::Exp(Tag<T>(), x));
}

/// Σ f(i, count) over the vectors of n elements.
template <class T, class F>
HWY_INLINE double sum_vectors(int64_t n, F f) {
  constexpr Tag<T> d;
  double total = 0;
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t last = HWY_MIN(n, first + kBlock);
    Vec<T> sum = hn::Zero(d);
    for (int64_t i = first; i < last; i += width<T>()) sum = hn::Add(sum, f(i, last - i));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

template <class T>
void row(const T* x, T* y, int64_t n, bool log) {
  constexpr Tag<T> d;
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  Vec<T> top = hn::Set(d, lowest);
  for (int64_t i = 0; i < n; i += width<T>()) top = hn::Max(top, load(x + i, n - i, lowest));
  const Vec<T> max = hn::MaxOfLanes(d, top);
  if (log) {
    const double sum = sum_vectors<T>(
        n, [&](int64_t i, int64_t count) HWY_ATTR { return exp<T>(hn::Sub(load(x + i, count, lowest), max)); });
    const Vec<T> log_sum = hn::Set(d, static_cast<T>(std::log(sum)));
    for (int64_t i = 0; i < n; i += width<T>())
      store(hn::Sub(hn::Sub(load(x + i, n - i, lowest), max), log_sum), y + i, n - i);
  } else {
    const double sum = sum_vectors<T>(n, [&](int64_t i, int64_t count) HWY_ATTR {
      const Vec<T> term = exp<T>(hn::Sub(load(x + i, count, lowest), max));
      store(term, y + i, count);
      return term;
    });
    const Vec<T> divisor = hn::Set(d, static_cast<T>(sum));
    for (int64_t i = 0; i < n; i += width<T>()) store(hn::Div(load(y + i, n - i, T(0)), divisor), y + i, n - i);
  }
}

template <class T>
void row_gradient(const T* dy, const T* y, T* dx, int64_t n, bool log) {
  constexpr Tag<T> d;
  const double total = sum_vectors<T>(n, [&](int64_t i, int64_t count) HWY_ATTR {
    const Vec<T> g = load(dy + i, count, T(0));
    return log ? g : hn::Mul(g, load(y + i, count, T(0)));
  });
  const Vec<T> sum = hn::Set(d, static_cast<T>(total));
  for (int64_t i = 0; i < n; i += width<T>()) {
    const Vec<T> g = load(dy + i, n - i, T(0)), p = load(y + i, n - i, T(0));
    store(log ? hn::Sub(g, hn::Mul(exp<T>(p), sum)) : hn::Mul(hn::Sub(g, sum), p), dx + i, n - i);
  }
}

/// Σ f(row), lane by lane.
template <class T, class F>
HWY_INLINE Vec<T> sum_rows(int64_t n, F f) {
  Vec<T> total = hn::Zero(Tag<T>());
  for (int64_t first = 0; first < n; first += kRows) {
    Vec<T> sum = hn::Zero(Tag<T>());
    for (int64_t i = first; i < HWY_MIN(n, first + kRows); ++i) sum = hn::Add(sum, f(i));
    total = hn::Add(total, sum);
  }
  return total;
}

/// `count` neighbouring columns of n rows, at most a vector of them.
template <class T>
void columns(const T* x, T* y, int64_t n, int64_t stride, int64_t count, bool log) {
  constexpr Tag<T> d;
  Vec<T> max = load(x, count, T(0));
  for (int64_t i = 1; i < n; ++i) max = hn::Max(max, load(x + i * stride, count, T(0)));
  Vec<T> sum = sum_rows<T>(n, [&](int64_t i) HWY_ATTR {
    const Vec<T> term = exp<T>(hn::Sub(load(x + i * stride, count, T(0)), max));
    if (!log) store(term, y + i * stride, count);
    return term;
  });
  if (log) sum = hn::IfThenElse(hn::IsNaN(sum), sum, hn::Log(d, sum));
  for (int64_t i = 0; i < n; ++i)
    store(log ? hn::Sub(hn::Sub(load(x + i * stride, count, T(0)), max), sum)
              : hn::Div(load(y + i * stride, count, T(0)), sum),
          y + i * stride, count);
}

template <class T>
void columns_gradient(const T* dy, const T* y, T* dx, int64_t n, int64_t stride, int64_t count, bool log) {
  const Vec<T> sum = sum_rows<T>(n, [&](int64_t i) HWY_ATTR {
    const Vec<T> g = load(dy + i * stride, count, T(0));
    return log ? g : hn::Mul(g, load(y + i * stride, count, T(0)));
  });
  for (int64_t i = 0; i < n; ++i) {
    const Vec<T> g = load(dy + i * stride, count, T(0)), p = load(y + i * stride, count, T(0));
    store(log ? hn::Sub(g, hn::Mul(exp<T>(p), sum)) : hn::Mul(hn::Sub(g, sum), p), dx + i * stride, count);
  }
}

/// Calls rows(offset) for each row where the elements of one are neighbours, else columns(offset, count) for groups of
/// neighbouring ones.
template <class T, class Rows, class Columns>
void for_each_group(const SoftmaxProblem& p, Rows rows, Columns columns) {
  const int64_t per_outer = (p.inner + width<T>() - 1) / width<T>();
  const int64_t elements = p.n * (p.inner == 1 ? 1 : width<T>());
  parallel_for(0, p.outer * per_outer, 1 + kGrain / HWY_MAX(int64_t{1}, elements), [&](int64_t first, int64_t last) {
    for (int64_t group = first; group < last; ++group) {
      const int64_t column = group % per_outer * width<T>();
      const int64_t offset = group / per_outer * p.n * p.inner + column;
      if (p.inner == 1)
        rows(offset);
      else
        columns(offset, HWY_MIN(width<T>(), p.inner - column));
    }
  });
}

template <class T>
void run(const SoftmaxProblem& p, const T* x, T* y) {
  for_each_group<T>(
      p, [&](int64_t at) { row(x + at, y + at, p.n, p.log); },
      [&](int64_t at, int64_t count) { columns(x + at, y + at, p.n, p.inner, count, p.log); });
}
template <class T>
void run_gradient(const SoftmaxProblem& p, const T* dy, const T* y, T* dx) {
  for_each_group<T>(
      p, [&](int64_t at) { row_gradient(dy + at, y + at, dx + at, p.n, p.log); },
      [&](int64_t at, int64_t count) { columns_gradient(dy + at, y + at, dx + at, p.n, p.inner, count, p.log); });
}

void softmax_float(const SoftmaxProblem& p, const float* x, float* y) { run(p, x, y); }
void softmax_double(const SoftmaxProblem& p, const double* x, double* y) { run(p, x, y); }
void gradient_float(const SoftmaxProblem& p, const float* dy, const float* y, float* dx) { run_gradient(p, dy, y, dx); }
void gradient_double(const SoftmaxProblem& p, const double* dy, const double* y, double* dx) {
  run_gradient(p, dy, y, dx);
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(softmax_float);
HWY_EXPORT(softmax_double);
HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_double);

template <>
void softmax<float>(const SoftmaxProblem& p, const float* x, float* y) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(softmax_float)(p, x, y);
}
template <>
void softmax<double>(const SoftmaxProblem& p, const double* x, double* y) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(softmax_double)(p, x, y);
}
template <>
void softmax_gradient<float>(const SoftmaxProblem& p, const float* dy, const float* y, float* dx) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(gradient_float)(p, dy, y, dx);
}
template <>
void softmax_gradient<double>(const SoftmaxProblem& p, const double* dy, const double* y, double* dx) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(gradient_double)(p, dy, y, dx);
}

}  // namespace convgrad::kernels
#endif
