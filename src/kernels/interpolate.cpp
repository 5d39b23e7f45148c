#include "kernels/interpolate.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"

namespace convgrad::kernels {
namespace {

/// Position o of an axis is Σ weights[o · count + k] · x[at[o · count + k]] over k < count; of count 1 the weight is 1.
template <class T>
struct Taps {
  int axis = 0;
  int64_t input = 1, output = 1;
  int count = 1;
  std::vector<int64_t> at{};
  std::vector<T> weights{};
};

/// Steps of the input from one position of the output to the next. In the type in which PyTorch computes it, so that
/// positions are rounded alike.
template <class S>
S step_of(const ResampleAxis& a, bool align_corners) {
  if (align_corners) return a.output > 1 ? static_cast<S>(a.input - 1) / static_cast<S>(a.output - 1) : S(0);
  return a.factor > 0 ? static_cast<S>(1 / a.factor) : static_cast<S>(a.input) / static_cast<S>(a.output);
}

template <class S>
int64_t nearest_position(const ResampleProblem& p, const ResampleAxis& a, S step, int64_t o) {
  if (p.mode == Resampling::nearest && p.small_picture) {
    if (a.output == a.input) return o;
    if (a.output == 2 * a.input) return o / 2;
  }
  const S place = step * (static_cast<S>(o) + static_cast<S>(p.mode == Resampling::nearest_exact ? 0.5 : 0));
  return std::min(static_cast<int64_t>(std::floor(static_cast<float>(place))), a.input - 1);
}

/// Keys' weights of the four neighbours of a place t behind the second.
template <class T>
void cubic_weights(T t, T* weights) {
  constexpr T A = static_cast<T>(-0.75);
  const auto inner = [](T x) { return ((A + 2) * x - (A + 3)) * x * x + 1; };
  const auto outer = [](T x) { return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A; };
  weights[0] = outer(t + 1), weights[1] = inner(t), weights[2] = inner(1 - t), weights[3] = outer(2 - t);
}

template <class T>
Taps<T> taps_of(const ResampleProblem& p, int axis) {
  const ResampleAxis& a = p.axes[static_cast<size_t>(axis)];
  Taps<T> t{.axis = axis, .input = a.input, .output = a.output};
  const bool nearest = p.mode == Resampling::nearest || p.mode == Resampling::nearest_exact;
  t.count = nearest ? 1 : p.mode == Resampling::linear ? 2 : 4;
  t.at.resize(static_cast<size_t>(t.count * a.output));
  t.weights.resize(nearest ? 0 : t.at.size());
  if (nearest) {
    const bool wide = std::is_same_v<T, double> && !p.small_picture;
    const auto step = step_of<float>(a, false);
    const auto wide_step = step_of<double>(a, false);
    for (int64_t o = 0; o < a.output; ++o)
      t.at[static_cast<size_t>(o)] = wide ? nearest_position(p, a, wide_step, o) : nearest_position(p, a, step, o);
    return t;
  }
  if constexpr (std::is_floating_point_v<T>) {
    const T step = step_of<T>(a, p.align_corners), half = static_cast<T>(0.5);
    for (int64_t o = 0; o < a.output; ++o) {
      T place = p.align_corners ? step * static_cast<T>(o) : std::fma(step, static_cast<T>(o) + half, -half);
      if (p.mode == Resampling::linear) place = std::max(place, T(0));
      const int64_t first = std::min(static_cast<int64_t>(std::floor(place)), a.input - 1);
      const T behind = std::clamp(place - static_cast<T>(first), T(0), T(1));
      int64_t* at = t.at.data() + o * t.count;
      T* weights = t.weights.data() + o * t.count;
      if (p.mode == Resampling::linear) {
        at[0] = first, at[1] = std::min(first + 1, a.input - 1);
        weights[0] = 1 - behind, weights[1] = behind;
      } else {
        for (int64_t k = 0; k < 4; ++k) at[k] = std::clamp<int64_t>(first + k - 1, 0, a.input - 1);
        cubic_weights(behind, weights);
      }
    }
  }
  return t;
}

/// Whether the axis stays as it is.
bool is_identity(const ResampleProblem& p, const ResampleAxis& a) {
  if (a.input != a.output) return false;
  return p.mode == Resampling::linear || a.factor == 0 || (p.mode == Resampling::cubic && p.align_corners);
}

/// The axes that change, those that shrink most first: so the arrays between them are small.
template <class T>
std::vector<Taps<T>> plan(const ResampleProblem& p) {
  std::vector<Taps<T>> steps;
  for (int axis = 2; axis >= 0; --axis)
    if (!is_identity(p, p.axes[static_cast<size_t>(axis)])) steps.push_back(taps_of<T>(p, axis));
  std::stable_sort(steps.begin(), steps.end(), [](const Taps<T>& a, const Taps<T>& b) {
    return static_cast<double>(a.output) * static_cast<double>(b.input) <
           static_cast<double>(b.output) * static_cast<double>(a.input);
  });
  return steps;
}

/// [outer, input, inner] to [outer, output, inner].
template <class T, int K>
void pass(const Taps<T>& t, const T* x, T* y, int64_t outer, int64_t inner) {
  const int64_t row = inner == 1 ? t.output : inner, rows = inner == 1 ? outer : outer * t.output;
  parallel_for(0, rows, 1 + (1 << 15) / row, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) {
      T* __restrict to = y + r * row;
      if (inner == 1) {  // along rows
        const T* from = x + r * t.input;
        const int64_t* at = t.at.data();
        const T* w = t.weights.data();
        for (int64_t o = 0; o < t.output; ++o, at += K, w += K) {
          if constexpr (K == 1) to[o] = from[at[0]];
          if constexpr (K == 2) to[o] = from[at[0]] * w[0] + from[at[1]] * w[1];
          if constexpr (K == 4)
            to[o] = from[at[0]] * w[0] + from[at[1]] * w[1] + from[at[2]] * w[2] + from[at[3]] * w[3];
        }
        continue;
      }
      const size_t o = static_cast<size_t>(r % t.output * K);
      const T* from[K];
      for (size_t k = 0; k < K; ++k) from[k] = x + (r / t.output * t.input + t.at[o + k]) * inner;
      if constexpr (K == 1) {
        std::memcpy(to, from[0], static_cast<size_t>(inner) * sizeof(T));
      } else {
        T w[K];
        for (size_t k = 0; k < K; ++k) w[k] = t.weights[o + k];
        for (int64_t i = 0; i < inner; ++i) {
          T sum = from[0][i] * w[0];
          for (size_t k = 1; k < K; ++k) sum += from[k][i] * w[k];
          to[i] = sum;
        }
      }
    }
  });
}

/// The adjoint: [outer, output, inner] added up in [outer, input, inner], which is written whole.
template <class T, int K>
void adjoint(const Taps<T>& t, const T* dy, T* dx, int64_t outer, int64_t inner) {
  std::fill_n(dx, outer * t.input * inner, T(0));
  for (int64_t r = 0; r < outer; ++r, dx += t.input * inner)
    for (int64_t o = 0; o < t.output; ++o, dy += inner)
      for (int64_t k = 0; k < K; ++k) {
        const size_t tap = static_cast<size_t>(o * K + k);
        const T weight = K == 1 ? T(1) : t.weights[tap];
        T* __restrict to = dx + t.at[tap] * inner;
        for (int64_t i = 0; i < inner; ++i) to[i] += dy[i] * weight;
      }
}

template <class T>
void run_pass(const Taps<T>& t, const T* x, T* y, int64_t outer, int64_t inner) {
  if constexpr (std::is_floating_point_v<T>) {
    if (t.count == 4) return pass<T, 4>(t, x, y, outer, inner);
    if (t.count == 2) return pass<T, 2>(t, x, y, outer, inner);
  }
  pass<T, 1>(t, x, y, outer, inner);
}

template <class T>
void run_adjoint(const Taps<T>& t, const T* dy, T* dx, int64_t outer, int64_t inner) {
  if (t.count == 4) return adjoint<T, 4>(t, dy, dx, outer, inner);
  if (t.count == 2) return adjoint<T, 2>(t, dy, dx, outer, inner);
  adjoint<T, 1>(t, dy, dx, outer, inner);
}

using Sizes = std::array<int64_t, 3>;

int64_t count(const Sizes& s, size_t first, size_t end) {
  int64_t n = 1;
  for (size_t a = first; a < end; ++a) n *= s[a];
  return n;
}

/// Sizes of the arrays before the first step, between steps, and behind the last.
template <class T>
std::vector<Sizes> stages(const ResampleProblem& p, const std::vector<Taps<T>>& steps) {
  std::vector<Sizes> all{{p.axes[0].input, p.axes[1].input, p.axes[2].input}};
  for (const Taps<T>& t : steps) {
    all.push_back(all.back());
    all.back()[static_cast<size_t>(t.axis)] = t.output;
  }
  return all;
}

/// Takes one plane through all steps, forward or, for the adjoint, back.
template <class T>
class Planes {
 public:
  explicit Planes(const ResampleProblem& p) : steps_(plan<T>(p)), stages_(stages(p, steps_)) {
    for (size_t s = 1; s + 1 < stages_.size(); ++s) between_ = std::max(between_, count(stages_[s], 0, 3));
  }
  int64_t scratch() const { return 2 * between_; }

  void forward(const T* x, T* y, T* scratch) const {
    run(x, y, scratch, false, [](const Taps<T>& t, const T* from, T* to, int64_t outer, int64_t inner) {
      run_pass(t, from, to, outer, inner);
    });
  }
  void back(const T* dy, T* dx, T* scratch) const {
    run(dy, dx, scratch, true, [](const Taps<T>& t, const T* from, T* to, int64_t outer, int64_t inner) {
      run_adjoint(t, from, to, outer, inner);
    });
  }

 private:
  template <class F>
  void run(const T* from, T* to, T* scratch, bool reversed, F f) const {
    const size_t n = steps_.size();
    if (n == 0) std::memcpy(to, from, static_cast<size_t>(count(stages_[0], 0, 3)) * sizeof(T));
    for (size_t i = 0; i < n; ++i) {
      const Taps<T>& t = steps_[reversed ? n - 1 - i : i];
      const auto axis = static_cast<size_t>(t.axis);
      const Sizes& sizes = stages_[reversed ? n - 1 - i : i];
      T* out = i + 1 == n ? to : scratch + (i % 2 == 0 ? 0 : between_);
      f(t, from, out, count(sizes, 0, axis), count(sizes, axis + 1, 3));
      from = out;
    }
  }

  std::vector<Taps<T>> steps_;
  std::vector<Sizes> stages_;
  int64_t between_ = 0;
};

/// body(plane, scratch) for each plane: many planes side by side; few one after the other, so that their rows can be.
template <class T, class Body>
void each_plane(const ResampleProblem& p, const Planes<T>& planes, bool rows_run_in_parallel, Body body) {
  const auto some = [&](int64_t first, int64_t last) {
    const Scratch<T> scratch(planes.scratch());
    for (int64_t i = first; i < last; ++i) body(i, scratch.data());
  };
  if (rows_run_in_parallel && p.planes < 4 * num_threads()) return some(0, p.planes);
  const int64_t cells = std::max(p.input_plane(), p.output_plane());
  parallel_for(0, p.planes, 1 + (1 << 15) / cells, some);
}

}  // namespace

template <class T>
void resample(const ResampleProblem& p, const T* x, T* y) {
  const Planes<T> planes(p);
  each_plane(p, planes, true, [&](int64_t i, T* scratch) {
    planes.forward(x + i * p.input_plane(), y + i * p.output_plane(), scratch);
  });
}

template <class T>
void resample_backward(const ResampleProblem& p, const T* dy, T* dx) {
  const Planes<T> planes(p);
  each_plane(p, planes, false,
             [&](int64_t i, T* scratch) { planes.back(dy + i * p.output_plane(), dx + i * p.input_plane(), scratch); });
}

template void resample<float>(const ResampleProblem&, const float*, float*);
template void resample<double>(const ResampleProblem&, const double*, double*);
template void resample<uint8_t>(const ResampleProblem&, const uint8_t*, uint8_t*);
template void resample_backward<float>(const ResampleProblem&, const float*, float*);
template void resample_backward<double>(const ResampleProblem&, const double*, double*);

}  // namespace convgrad::kernels
