#include "kernels/conv/columns.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/gemm.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels::conv_columns {
namespace {

constexpr int64_t kMostCells = 1 << 20;  // of the matrix at a time
constexpr int64_t kLeastPositions = 16;  // at a time
constexpr int64_t kPadding = std::numeric_limits<int64_t>::min();

int64_t taps_of(const ConvProblem& p) { return p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel; }

/// The step from position to position of one sample's results; zero where there is no single one.
int64_t even_step(const ConvProblem& p) {
  int64_t step = 1, count = 1;  // of the axes so far
  for (int a = 2; a >= 0; --a) {
    if (p.axes[a].output == 1) continue;
    if (count == 1) step = p.y_strides[a + 2];
    if (p.y_strides[a + 2] != step * count) return 0;
    count *= p.axes[a].output;
  }
  return step;
}

/// Some positions: where their cells and results lie, and the matrix [position][channel, tap].
template <class T>
class Columns {
 public:
  explicit Columns(const ConvProblem& p)
      : p_(p),
        taps_(taps_of(p)),
        depth_(p.in_channels * taps_),
        positions_(p.batch * p.axes[0].output * p.axes[1].output * p.axes[2].output),
        stretch_(std::min(positions_, std::max(kLeastPositions, kMostCells / std::max<int64_t>(1, depth_)))),
        step_(p.batch == 1 ? even_step(p) : 0),
        matrix_(stretch_ * depth_),
        aside_(step_ == 0 ? stretch_ * p.out_channels : 0) {}

  /// f(true for the first) for stretches of positions, in order; where nothing is summed up (depth or positions of
  /// zero), once with no position.
  template <class F>
  void each_stretch(F f) {
    for (first_ = 0; first_ == 0 || first_ < positions_; first_ += std::max<int64_t>(1, stretch_)) {
      count_ = std::min(stretch_, positions_ - first_);
      place();
      f(first_ == 0);
    }
  }

  int64_t count() const { return count_; }
  int64_t depth() const { return depth_; }
  MatrixView<T> matrix() { return {matrix_.data(), depth_, 1}; }

  /// Fills the matrix from x.
  void gather(const T* x) {
    each_cell([&](T& cell, int64_t at) { cell = at == kPadding ? T{0} : x[at]; });
  }
  /// Adds the matrix to dx.
  void scatter(T* dx) {
    each_cell([&](T& cell, int64_t at) {
      if (at != kPadding) dx[at] += cell;
    });
  }

  /// The results as a matrix [channel][position]: as they lie, or a copy.
  template <class Y>
  MatrixView<Y> results(Y* y) {
    if (step_ != 0) return {y + first_ * step_, p_.y_strides[1], step_};
    return {aside_.data(), count_, 1};
  }
  void copy_in(const T* dy) {
    each_result([&](T& aside, int64_t at) { aside = dy[at]; });
  }
  void copy_out(T* y) {
    each_result([&](T& aside, int64_t at) { y[at] = aside; });
  }

 private:
  void place() {
    cells_.clear(), results_.clear();
    const auto& axes = p_.axes;
    for (int64_t q = first_; q < first_ + count_; ++q) {
      const int64_t w = q % axes[2].output, above = q / axes[2].output, h = above % axes[1].output,
                    planes = above / axes[1].output, d = planes % axes[0].output, n = planes / axes[0].output;
      results_.push_back(n * p_.y_strides[0] + d * p_.y_strides[2] + h * p_.y_strides[3] + w * p_.y_strides[4]);
      add_cells(n * p_.x_strides[0], {d, h, w});
    }
  }
  /// Where the taps of one position meet the input.
  void add_cells(int64_t sample, const std::array<int64_t, 3>& position) {
    const auto cell = [&](int a, int64_t tap) {
      const ConvAxis& axis = p_.axes[a];
      const int64_t at = position[a] * axis.stride + tap * axis.dilation - axis.pad_low;
      return at < 0 || at >= axis.input ? kPadding : at * p_.x_strides[a + 2];
    };
    for (int64_t d = 0; d < p_.axes[0].kernel; ++d)
      for (int64_t h = 0; h < p_.axes[1].kernel; ++h)
        for (int64_t w = 0; w < p_.axes[2].kernel; ++w) {
          const int64_t deep = cell(0, d), high = cell(1, h), wide = cell(2, w);
          const bool inside = deep != kPadding && high != kPadding && wide != kPadding;
          cells_.push_back(inside ? sample + deep + high + wide : kPadding);
        }
  }
  /// f(cell of the matrix, its offset in x), channels shared out: a cell of x meets its positions in order. Some
  /// channels at a time, whose planes stay in the first-level cache.
  template <class F>
  void each_cell(F f) {
    constexpr int64_t kChannels = 32;
    parallel_for(0, ceil_div(p_.in_channels, kChannels), 1, [&](int64_t begin, int64_t end) {
      for (int64_t chunk = begin; chunk < end; ++chunk) {
        const Range channels{chunk * kChannels, std::min(p_.in_channels, (chunk + 1) * kChannels)};
        for (int64_t q = 0; q < count_; ++q) {
          T* cells = matrix_ + q * depth_ + channels.first * taps_;
          const int64_t* const at = cells_.data() + q * taps_;
          for (int64_t c = channels.first; c < channels.last; ++c)
            for (int64_t t = 0; t < taps_; ++t) f(*cells++, at[t] == kPadding ? kPadding : at[t] + c * p_.x_strides[1]);
        }
      }
    });
  }
  template <class F>
  void each_result(F f) {
    if (step_ != 0) return;
    for (int64_t k = 0; k < p_.out_channels; ++k)
      for (int64_t q = 0; q < count_; ++q)
        f(aside_[k * count_ + q], k * p_.y_strides[1] + results_[static_cast<size_t>(q)]);
  }

  const ConvProblem& p_;
  int64_t taps_, depth_, positions_, stretch_, step_;
  int64_t first_ = 0, count_ = 0;
  std::vector<int64_t> cells_, results_;  // [position][tap], [position]
  Scratch<T> matrix_, aside_;
};

/// dx begins with its biases, or zero.
template <class T>
void begin_cells(const ConvProblem& p, const T* bias, T* dx) {
  const auto& s = p.x_strides;
  parallel_for(0, p.batch * p.in_channels, 1, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t c = plane % p.in_channels;
      const T value = bias ? bias[c] : T{0};
      for (int64_t d = 0; d < p.axes[0].input; ++d)
        for (int64_t h = 0; h < p.axes[1].input; ++h) {
          T* row = dx + plane / p.in_channels * s[0] + c * s[1] + d * s[2] + h * s[3];
          for (int64_t w = 0; w < p.axes[2].input; ++w) row[w * s[4]] = value;
        }
    }
  });
}

}  // namespace

bool applies(const ConvProblem& p) {
  if (p.groups != 1) return false;
  int64_t expected = 1;
  for (int a = 4; a >= 0; --a) {
    const int64_t count = a == 0 ? p.out_channels : a == 1 ? p.in_channels : p.axes[a - 2].kernel;
    if (count != 1 && p.w_strides[a] != expected) return false;
    expected *= count;
  }
  return true;
}

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  Columns<T> columns(p);
  columns.each_stretch([&](bool) {
    columns.gather(x);
    const int64_t depth = columns.depth();
    gemm<T>({.m = p.out_channels,
             .n = columns.count(),
             .k = depth,
             .a = {w, depth, 1},
             .b = {columns.matrix().data, 1, depth},
             .c = columns.results(y),
             .row_bias = bias});
    columns.copy_out(y);
  });
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  begin_cells(p, bias, dx);
  Columns<T> columns(p);
  columns.each_stretch([&](bool) {
    columns.copy_in(dy);
    const int64_t depth = columns.depth();
    const MatrixView<const T> results = columns.results(dy);
    gemm<T>({.m = columns.count(),
             .n = depth,
             .k = p.out_channels,
             .a = {results.data, results.col_stride, results.row_stride},
             .b = {w, depth, 1},
             .c = columns.matrix()});
    columns.scatter(dx);
  });
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  Columns<T> columns(p);
  columns.each_stretch([&](bool first) {
    columns.gather(x);
    columns.copy_in(dy);
    const int64_t depth = columns.depth();
    gemm<T>({.m = p.out_channels,
             .n = depth,
             .k = columns.count(),
             .a = columns.results(dy),
             .b = {columns.matrix().data, depth, 1},
             .c = {dw, depth, 1},
             .beta = first ? T{0} : T{1}});
  });
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::conv_columns
