#include "kernels/conv/whole.h"

#include <algorithm>

#include "core/memory.h"
#include "kernels/gemm.h"

namespace convgrad::kernels::conv_whole {
namespace {

int64_t cells(const ConvProblem& p) { return p.axes[0].input * p.axes[1].input * p.axes[2].input; }

/// Whether channels and cells (the last four axes) lie side by side.
bool dense(const ConvProblem& p, const std::array<int64_t, 5>& strides) {
  int64_t expected = 1;
  for (int a = 4; a >= 1; --a) {
    const int64_t count = a == 1 ? p.in_channels / p.groups : p.axes[a - 2].input;
    if (count != 1 && strides[a] != expected) return false;
    expected *= count;
  }
  return true;
}

/// The matrices of one group: x [N][c, cell], w [k][c, cell], y [N][k].
template <class X, class W, class Y>
struct Group {
  int64_t in, out;
  MatrixView<X> x;
  MatrixView<W> w;
  MatrixView<Y> y;

  Group(const ConvProblem& p, int64_t group, X* x_data, W* w_data, Y* y_data)
      : in(p.in_channels / p.groups), out(p.out_channels / p.groups) {
    x = {x_data + group * in * p.x_strides[1], p.x_strides[0], 1};
    w = {w_data + group * out * p.w_strides[0], p.w_strides[0], 1};
    y = {y_data + group * out * p.y_strides[1], p.y_strides[0], p.y_strides[1]};
  }
};

template <class T>
MatrixView<T> turned(MatrixView<T> m) {
  std::swap(m.row_stride, m.col_stride);
  return m;
}

}  // namespace

bool applies(const ConvProblem& p) {
  for (const ConvAxis& a : p.axes)
    if (a.output != 1 || a.kernel != a.input || a.pad_low != 0 || (a.dilation != 1 && a.kernel != 1)) return false;
  return dense(p, p.x_strides) && dense(p, p.w_strides);
}

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  for (int64_t g = 0; g < p.groups; ++g) {
    const Group<const T, const T, T> m(p, g, x, w, y);
    gemm<T>({.m = p.batch,
             .n = m.out,
             .k = m.in * cells(p),
             .a = m.x,
             .b = turned(m.w),
             .c = m.y,
             .column_bias = bias ? bias + g * m.out : nullptr});
  }
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  const int64_t columns = p.in_channels / p.groups * cells(p);
  const Scratch<T> spread(bias ? columns : 0);  // each channel's bias for all of its cells
  for (int64_t g = 0; g < p.groups; ++g) {
    const Group<T, const T, const T> m(p, g, dx, w, dy);
    for (int64_t j = 0; bias && j < columns; ++j) spread[j] = bias[g * m.in + j / cells(p)];
    gemm<T>({.m = p.batch,
             .n = columns,
             .k = m.out,
             .a = m.y,
             .b = m.w,
             .c = m.x,
             .column_bias = bias ? spread.data() : nullptr});
  }
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  for (int64_t g = 0; g < p.groups; ++g) {
    const Group<const T, T, const T> m(p, g, x, dw, dy);
    gemm<T>({.m = m.out, .n = m.in * cells(p), .k = p.batch, .a = turned(m.y), .b = m.x, .c = m.w});
  }
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::conv_whole
