// Pooling by rows of the output. Maxima: windows side by side are the lanes of a vector, which stays in a register
// while their taps are read. Averages: for each tap one pass over the row, which compilers turn into vector code.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pool.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <algorithm>
#include <atomic>
#include <limits>
#include <vector>

#include "core/dispatch.h"
#include "core/threads.h"
#include "hwy/highway.h"
#include "kernels/pool.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Calls f with the stride as a constant where it is a usual one, so that its loads become shuffles.
template <class F>
HWY_INLINE void with_stride(int64_t stride, F&& f) {
  if (stride == 1)
    f(std::integral_constant<int64_t, 1>());
  else if (stride == 2)
    f(std::integral_constant<int64_t, 2>());
  else
    f(stride);
}

/// The outputs o of an axis whose tap number t lies inside the input: [begin, end).
struct Range {
  int64_t begin, end;
};
HWY_INLINE Range reached(const PoolAxis& a, int64_t t) {
  const int64_t shift = t * a.dilation - a.padding;  // the cell is o · stride + shift
  const int64_t begin = shift >= 0 ? 0 : (-shift + a.stride - 1) / a.stride;
  const int64_t end = shift >= a.input ? 0 : (a.input - 1 - shift) / a.stride + 1;
  return {begin, std::min(end, a.output)};
}

/// body(row of the input, first cell of window 0 in it) for every tap of a window but those along the row; `at` is the
/// output's position among depth and height.
template <class Body>
HWY_INLINE void each_tap_row(const PoolProblem& p, int64_t od, int64_t oh, Body&& body) {
  const auto& [depth, height, width] = p.axes;
  for (int64_t d = depth.first(od); d < depth.end(od); d += depth.dilation)
    for (int64_t h = height.first(oh); h < height.end(oh); h += height.dilation) body(d * height.input + h);
}

/// Where a window's maximum is before anything was compared. A dilated window may lie beside the input with all its
/// cells: even then the index is one that exists.
HWY_INLINE int64_t valid_first(const PoolAxis& a, int64_t o) { return std::min(a.first(o), a.input - 1); }

template <class T>
constexpr T before_all() {
  return std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
}

/// One row of the output: its windows' maxima and where in the plane they are.
template <class T>
struct MaxRow {
  const PoolProblem& p;
  int64_t od, oh, top;  // top: where the first row that is read begins
  bool last_plane;
  const T* plane;
  T* y;
  int64_t* indices;  // may be null

  /// Whether the array goes on behind the last row that is read here.
  bool spare_behind() const {
    return !last_plane || p.axes[0].end(od) < p.axes[0].input || p.axes[1].end(oh) < p.axes[1].input;
  }

  HWY_INLINE void one(int64_t o) const {
    const PoolAxis& width = p.axes[2];
    T best = before_all<T>();
    int64_t at = top + valid_first(width, o);
    const int64_t first = width.first(o), end = width.end(o);
    each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
      for (int64_t w = first; w < end; w += width.dilation) {
        const T v = plane[row * width.input + w];
        if (v > best || v != v) best = v, at = row * width.input + w;
      }
    });
    y[o] = best;
    if (indices) indices[o] = at;
  }

#if HWY_TARGET != HWY_SCALAR
  /// Every stride-th element at `from`, which is 1 or 2.
  template <int stride, class D>
  static HWY_INLINE hn::Vec<D> every(D d, const T* from) {
    const auto low = hn::LoadU(d, from);
    if constexpr (stride == 1) return low;
    return hn::ConcatEven(d, hn::LoadU(d, from + hn::Lanes(d)), low);
  }

  template <class DI>
  HWY_INLINE void store_indices(DI di, hn::Vec<DI> at, int64_t o) const {
    if constexpr (sizeof(hn::TFromD<DI>) == sizeof(int64_t)) {
      hn::StoreU(at, di, indices + o);
    } else {
      constexpr hn::Half<DI> half;
      constexpr hn::Rebind<int64_t, decltype(half)> wide;
      hn::StoreU(hn::PromoteTo(wide, hn::LowerHalf(half, at)), wide, indices + o);
      hn::StoreU(hn::PromoteTo(wide, hn::UpperHalf(half, at)), wide, indices + o + hn::Lanes(wide));
    }
  }

  /// The windows from o on, one a lane; all their taps along the row are inside the input.
  template <int stride, class D>
  HWY_INLINE void several(D d, int64_t o) const {
    constexpr hn::RebindToSigned<D> di;
    using I = hn::TFromD<decltype(di)>;
    const PoolAxis& width = p.axes[2];
    const int64_t first = o * stride - width.padding;
    auto steps = hn::Iota(di, I(0));
    if constexpr (stride == 2) steps = hn::Add(steps, steps);
    auto best = hn::Set(d, before_all<T>());
    auto at = hn::Add(hn::Set(di, static_cast<I>(top + first)), steps);
    each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
      const int64_t start = row * width.input + first;
      for (int64_t t = 0; t < width.kernel * width.dilation; t += width.dilation) {
        const auto v = every<stride>(d, plane + start + t);
        auto better = hn::Gt(v, best);
        if constexpr (std::is_floating_point_v<T>) better = hn::Or(better, hn::IsNaN(v));
        best = hn::IfThenElse(better, v, best);
        if (indices)
          at = hn::IfThenElse(hn::RebindMask(di, better), hn::Add(hn::Set(di, static_cast<I>(start + t)), steps), at);
      }
    });
    hn::StoreU(best, d, y + o);
    if (indices) store_indices(di, at, o);
  }

  /// The windows [first, last): whole vectors, of which the last may do some windows again. False if they fill none.
  template <int stride, class D>
  HWY_INLINE bool span(D d, int64_t first, int64_t last) const {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    if (last - first < lanes) return false;
    for (int64_t o = first; o < last; o += lanes) several<stride>(d, std::min(o, last - lanes));
    return true;
  }
#endif

  /// All windows: those at the ends one by one.
  template <int stride>
  HWY_INLINE void all() const {
    const PoolAxis& width = p.axes[2];
    int64_t begin = 0, end = 0;
#if HWY_TARGET != HWY_SCALAR
    if constexpr (stride > 0) {
      // every<2> reads one element more than its last
      const int64_t reach = width.dilation * (width.kernel - 1) + (spare_behind() ? 1 : stride) - width.padding;
      begin = std::min((width.padding + stride - 1) / stride, width.output);
      end = width.input < reach ? 0 : std::min(width.output, (width.input - reach) / stride + 1);
      end = std::max(begin, end);
      if (!span<stride>(hn::ScalableTag<T>(), begin, end) && !span<stride>(hn::CappedTag<T, 4>(), begin, end))
        end = begin;
    }
#endif
    for (int64_t o = 0; o < begin; ++o) one(o);
    for (int64_t o = end; o < width.output; ++o) one(o);
  }
};

template <class T>
void max_rows(const PoolProblem& p, const T* x, T* y, int64_t* indices, int64_t first, int64_t last) {
  const PoolAxis& width = p.axes[2];
  const int64_t n = width.output, rows = p.axes[0].output * p.axes[1].output;
  const bool lanes = !width.adaptive && (sizeof(T) == 8 || p.input_plane() < std::numeric_limits<int32_t>::max() / 2);
  for (int64_t r = first; r < last; ++r) {
    const int64_t od = r % rows / p.axes[1].output, oh = r % p.axes[1].output;
    const int64_t top = valid_first(p.axes[0], od) * p.axes[1].input + valid_first(p.axes[1], oh);
    const MaxRow<T> row{.p = p,
                        .od = od,
                        .oh = oh,
                        .top = top * width.input,
                        .last_plane = r / rows == p.planes - 1,
                        .plane = x + r / rows * p.input_plane(),
                        .y = y + r * n,
                        .indices = indices ? indices + r * n : nullptr};
    if (lanes && width.stride == 1)
      row.template all<1>();
    else if (lanes && width.stride == 2)
      row.template all<2>();
    else
      row.template all<0>();
  }
}

/// What the sums of a row are divided by.
template <class T>
void divisors(const PoolProblem& p, const AverageRule& rule, int64_t od, int64_t oh, T* out) {
  const auto& [depth, height, width] = p.axes;
  for (int64_t o = 0; o < width.output; ++o) {
    if (rule.divisor != 0)
      out[o] = static_cast<T>(rule.divisor);
    else if (rule.count_padding)
      out[o] = static_cast<T>(depth.padded_count(od) * height.padded_count(oh) * width.padded_count(o));
    else
      out[o] = static_cast<T>((depth.end(od) - depth.first(od)) * (height.end(oh) - height.first(oh)) *
                              (width.end(o) - width.first(o)));
  }
}

template <class T>
void average_rows(const PoolProblem& p, const AverageRule& rule, const T* x, T* y, int64_t first, int64_t last) {
  const PoolAxis& width = p.axes[2];
  const int64_t n = width.output, rows = p.axes[0].output * p.axes[1].output;
  std::vector<T> divisor(static_cast<size_t>(n));
  for (int64_t r = first; r < last; ++r) {
    const T* plane = x + r / rows * p.input_plane();
    const int64_t od = r % rows / p.axes[1].output, oh = r % p.axes[1].output;
    T* HWY_RESTRICT sum = y + r * n;
    std::fill_n(sum, n, T(0));
    each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
      for (int64_t t = 0; t < width.kernel; ++t) {
        const Range range = reached(width, t);
        const T* from = plane + row * width.input + t - width.padding;
        with_stride(width.stride, [&](auto stride) HWY_ATTR {
          for (int64_t o = range.begin; o < range.end; ++o) sum[o] += from[o * stride];
        });
      }
    });
    divisors(p, rule, od, oh, divisor.data());
    for (int64_t o = 0; o < n; ++o) sum[o] = sum[o] / divisor[o];
  }
}

template <class T>
void average_backward_planes(const PoolProblem& p, const AverageRule& rule, const T* dy, T* dx, int64_t first,
                             int64_t last) {
  const PoolAxis& width = p.axes[2];
  const int64_t n = width.output, rows = p.axes[0].output * p.axes[1].output;
  std::vector<T> part(static_cast<size_t>(n));
  for (int64_t r = first * rows; r < last * rows; ++r) {
    T* plane = dx + r / rows * p.input_plane();
    const int64_t od = r % rows / p.axes[1].output, oh = r % p.axes[1].output;
    divisors(p, rule, od, oh, part.data());
    for (int64_t o = 0; o < n; ++o) part[o] = dy[r * n + o] / part[o];
    each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
      for (int64_t t = 0; t < width.kernel; ++t) {
        const Range range = reached(width, t);
        T* HWY_RESTRICT to = plane + row * width.input + t - width.padding;
        with_stride(width.stride, [&](auto stride) HWY_ATTR {
          for (int64_t o = range.begin; o < range.end; ++o) to[o * stride] += part[o];
        });
      }
    });
  }
}

/// PyTorch divides by one axis after the other, which rounds differently than by the product.
template <class T>
T divided(const PoolProblem& p, T sum, int64_t od, int64_t oh, int64_t ow) {
  const auto& [depth, height, width] = p.axes;
  return sum / static_cast<T>(depth.end(od) - depth.first(od)) / static_cast<T>(height.end(oh) - height.first(oh)) /
         static_cast<T>(width.end(ow) - width.first(ow));
}

template <class T>
void adaptive_average_rows(const PoolProblem& p, const T* x, T* y, int64_t first, int64_t last) {
  const PoolAxis& width = p.axes[2];
  const int64_t n = width.output, rows = p.axes[0].output * p.axes[1].output;
  std::vector<T> line(static_cast<size_t>(width.input));  // the window's rows summed, then its columns
  for (int64_t r = first; r < last; ++r) {
    const T* plane = x + r / rows * p.input_plane();
    const int64_t od = r % rows / p.axes[1].output, oh = r % p.axes[1].output;
    std::fill(line.begin(), line.end(), T(0));
    T* HWY_RESTRICT sum = line.data();
    each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
      const T* from = plane + row * width.input;
      for (int64_t w = 0; w < width.input; ++w) sum[w] += from[w];
    });
    for (int64_t o = 0; o < n; ++o) {
      T total = 0;
      for (int64_t w = width.first(o), end = width.end(o); w < end; ++w) total += sum[w];
      y[r * n + o] = divided(p, total, od, oh, o);
    }
  }
}

template <class T>
void adaptive_average_backward_planes(const PoolProblem& p, const T* dy, T* dx, int64_t first, int64_t last) {
  const PoolAxis& width = p.axes[2];
  const int64_t n = width.output, rows = p.axes[0].output * p.axes[1].output;
  for (int64_t r = first * rows; r < last * rows; ++r) {
    T* plane = dx + r / rows * p.input_plane();
    const int64_t od = r % rows / p.axes[1].output, oh = r % p.axes[1].output;
    for (int64_t o = 0; o < n; ++o) {
      const T part = divided(p, dy[r * n + o], od, oh, o);
      each_tap_row(p, od, oh, [&](int64_t row) HWY_ATTR {
        for (int64_t w = width.first(o); w < width.end(o); ++w) plane[row * width.input + w] += part;
      });
    }
  }
}

void max_pool_rows(const PoolProblem& p, ScalarType type, const void* x, void* y, int64_t* indices, int64_t first,
                   int64_t last) {
  const auto run = [&]<class T>(std::type_identity<T>)
                       HWY_ATTR { max_rows(p, static_cast<const T*>(x), static_cast<T*>(y), indices, first, last); };
  if (type == kInt64)
    run(std::type_identity<int64_t>());
  else
    visit_floating(type, run);
}

template <class T>
void average_part(const PoolProblem& p, const AverageRule& rule, const void* x, void* y, int64_t first, int64_t last) {
  if (p.axes[2].adaptive)
    adaptive_average_rows(p, static_cast<const T*>(x), static_cast<T*>(y), first, last);
  else
    average_rows(p, rule, static_cast<const T*>(x), static_cast<T*>(y), first, last);
}

void average_pool_rows(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* x, void* y,
                       int64_t first, int64_t last) {
  if (type == kInt64)
    average_part<int64_t>(p, rule, x, y, first, last);
  else if (type == kFloat64)
    average_part<double>(p, rule, x, y, first, last);
  else
    average_part<float>(p, rule, x, y, first, last);
}

void average_backward(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* dy, void* dx,
                      int64_t first, int64_t last) {
  visit_floating(type, [&]<class T>(std::type_identity<T>) HWY_ATTR {
    if (p.axes[2].adaptive)
      adaptive_average_backward_planes(p, static_cast<const T*>(dy), static_cast<T*>(dx), first, last);
    else
      average_backward_planes(p, rule, static_cast<const T*>(dy), static_cast<T*>(dx), first, last);
  });
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
namespace {

/// Windows of `cells` outputs cost about this much each: how many pieces of work are worth a thread.
int64_t pieces_worth_a_thread(const PoolProblem& p, int64_t outputs_a_piece) {
  int64_t window = 1;
  for (const PoolAxis& a : p.axes) window *= a.adaptive ? a.input / std::max<int64_t>(a.output, 1) + 1 : a.kernel;
  return std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(window * outputs_a_piece, 1));
}
int64_t rows_of(const PoolProblem& p) { return p.planes * p.axes[0].output * p.axes[1].output; }

}  // namespace

HWY_EXPORT(max_pool_rows);
void max_pool(const PoolProblem& p, ScalarType type, const void* x, void* y, int64_t* indices) {
  parallel_for(0, rows_of(p), pieces_worth_a_thread(p, p.axes[2].output), [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(max_pool_rows)(p, type, x, y, indices, first, last);
  });
}

namespace {

/// False where an index is outside the plane.
template <class T>
bool scatter_plane(const T* dy, const int64_t* indices, int64_t n, T* dx, int64_t cells) {
  std::fill_n(dx, cells, T(0));
  bool inside = true;
  for (int64_t i = 0; i < n; ++i) {
    if (static_cast<uint64_t>(indices[i]) < static_cast<uint64_t>(cells))
      dx[indices[i]] += dy[i];
    else
      inside = false;
  }
  return inside;
}

}  // namespace

bool max_pool_backward(const PoolProblem& p, ScalarType type, const void* dy, const int64_t* indices, void* dx) {
  const int64_t n = p.output_plane(), cells = p.input_plane();
  std::atomic<bool> inside = true;
  visit_floating(type, [&]<class T>(std::type_identity<T>) {
    parallel_for(0, p.planes, std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(n, 1)),
                 [&](int64_t first, int64_t last) {
                   for (int64_t plane = first; plane < last; ++plane)
                     if (!scatter_plane(static_cast<const T*>(dy) + plane * n, indices + plane * n, n,
                                        static_cast<T*>(dx) + plane * cells, cells))
                       inside = false;
                 });
  });
  return inside;
}

HWY_EXPORT(average_pool_rows);
void average_pool(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* x, void* y) {
  parallel_for(0, rows_of(p), pieces_worth_a_thread(p, p.axes[2].output), [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(average_pool_rows)(p, rule, type, x, y, first, last);
  });
}

HWY_EXPORT(average_backward);
void average_pool_backward(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* dy, void* dx) {
  parallel_for(0, p.planes, pieces_worth_a_thread(p, p.output_plane()), [&](int64_t first, int64_t last) {
    HWY_DYNAMIC_DISPATCH(average_backward)(p, rule, type, dy, dx, first, last);
  });
}

}  // namespace convgrad::kernels
#endif
