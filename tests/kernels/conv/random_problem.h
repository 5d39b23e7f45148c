#pragma once
#include <ostream>

#include "kernels/conv/problem.h"
#include "kernels/strided_array.h"

namespace convgrad::kernels {

inline std::array<int64_t, 5> shape_of(int64_t first, int64_t second, const ConvProblem& p, int64_t ConvAxis::*which) {
  return {first, second, p.axes[0].*which, p.axes[1].*which, p.axes[2].*which};
}

inline std::ostream& operator<<(std::ostream& out, const ConvProblem& p) {
  out << "N" << p.batch << " C" << p.in_channels << " K" << p.out_channels << " G" << p.groups;
  for (const auto& a : p.axes)
    out << " [" << a.input << " kernel " << a.kernel << " stride " << a.stride << " pad " << a.pad_low << ","
        << a.pad_high << " dilation " << a.dilation << " -> " << a.output << "]";
  return out;
}

/// An axis of a shape that fits; `input` may grow so that the window does.
inline ConvAxis axis(int64_t input, int64_t kernel, int64_t stride, int64_t pad_low, int64_t pad_high,
                     int64_t dilation) {
  const int64_t span = dilation * (kernel - 1) + 1;
  ConvAxis a{.input = std::max(input, span - pad_low - pad_high),
             .kernel = kernel,
             .stride = stride,
             .pad_low = pad_low,
             .pad_high = pad_high,
             .dilation = dilation};
  a.output = (a.input + pad_low + pad_high - span) / stride + 1;
  return a;
}

inline ConvAxis random_axis(Random& random, int64_t most_input) {
  if (pick(random, 0, 3) == 0) return axis(pick(random, 1, most_input), 1, 1, 0, 0, 1);
  const int64_t kernel = pick(random, 1, 6);
  const int64_t dilation = pick(random, 0, 2) == 0 ? pick(random, 2, 3) : 1;
  return axis(pick(random, 1, most_input), kernel, pick(random, 0, 1) ? 1 : pick(random, 2, 4), pick(random, 0, 4),
              pick(random, 0, 4), dilation);
}

/// Multiplications of one pass by the definition.
inline double work_of(const ConvProblem& p) {
  double work = static_cast<double>(p.batch * p.in_channels * p.out_channels) / static_cast<double>(p.groups);
  for (const ConvAxis& a : p.axes) work *= static_cast<double>(a.kernel * a.output);
  return work;
}

inline ConvProblem any_problem(Random& random) {
  ConvProblem p;
  p.batch = pick(random, 0, 19) == 0 ? 0 : pick(random, 1, 4);
  p.groups = pick(random, 0, 2) == 0 ? pick(random, 1, 5) : 1;
  const bool depthwise = pick(random, 0, 4) == 0, wide = pick(random, 0, 9) == 0;
  p.in_channels = p.groups * (depthwise ? 1 : pick(random, 1, wide ? 40 : 6));
  p.out_channels = p.groups * (depthwise ? pick(random, 1, 2) : pick(random, 1, wide ? 40 : 6));
  const int64_t rank = pick(random, 1, 3);
  for (int a = 3 - static_cast<int>(rank); a < 3; ++a)
    p.axes[a] = random_axis(random, rank == 1 ? 60 : rank == 2 ? 14 : 6);
  return p;
}

/// Many small problems find more than few large ones; one in twenty is large.
inline ConvProblem random_problem(Random& random) {
  const double most = pick(random, 0, 19) == 0 ? 1e6 : 3e4;
  ConvProblem p = any_problem(random);
  while (work_of(p) > most) p = any_problem(random);
  return p;
}

/// The arrays of a problem, with layouts drawn at random (see StridedArray), and the problem's strides set to them.
template <class T>
struct ConvCase {
  ConvProblem problem;
  StridedArray<T, 5> x, w, y;
  std::vector<T> bias;

  /// `written`: the array that must not overlap itself.
  ConvCase(Random& random, const ConvProblem& p, Pass pass, int layout)
      : problem(p),
        x(random, shape_of(p.batch, p.in_channels, p, &ConvAxis::input), read(layout, pass == Pass::backward_data)),
        w(random, shape_of(p.out_channels, p.in_channels / p.groups, p, &ConvAxis::kernel),
          read(layout, pass == Pass::backward_weights)),
        y(random, shape_of(p.batch, p.out_channels, p, &ConvAxis::output), read(layout, pass == Pass::forward)) {
    problem.x_strides = x.strides;
    problem.w_strides = w.strides;
    problem.y_strides = y.strides;
    const int64_t channels = pass == Pass::forward ? p.out_channels : p.in_channels;
    if (pass != Pass::backward_weights && pick(random, 0, 1))
      for (int64_t i = 0; i < channels; ++i) bias.push_back(static_cast<T>(pick(random, -9, 9)));
  }
  const T* bias_or_null() const { return bias.empty() ? nullptr : bias.data(); }

 private:
  static int read(int layout, bool written) { return written ? std::min(layout, 2) : layout; }
};

}  // namespace convgrad::kernels
