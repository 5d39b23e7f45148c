#include "kernels/conv/small.h"

#include <algorithm>

#include "kernels/tile_blocks.h"

namespace convgrad::kernels::conv_small {
namespace {

/// The taps of an axis that meet the input at one output position: from `first` on, `count` of them; x lies at `cell`
/// first.
struct Taps {
  int64_t first, count, cell;
  Taps(const ConvAxis& a, int64_t position) {
    const int64_t start = position * a.stride - a.pad_low;
    first = start < 0 ? ceil_div(-start, a.dilation) : 0;
    cell = start + first * a.dilation;
    count =
        cell < a.input ? std::max<int64_t>(0, std::min(a.kernel - first, (a.input - 1 - cell) / a.dilation + 1)) : 0;
  }
};

/// Calls f(x, w, y) with the offsets of every product of the definition; for one result y after the other.
template <class F>
void for_each_product(const ConvProblem& p, F f) {
  const auto &d = p.axes[0], &h = p.axes[1], &v = p.axes[2];
  const auto &xs = p.x_strides, &ws = p.w_strides, &ys = p.y_strides;
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  for (int64_t n = 0; n < p.batch; ++n)
    for (int64_t k = 0; k < p.out_channels; ++k)
      for (int64_t od = 0; od < d.output; ++od)
        for (int64_t oh = 0; oh < h.output; ++oh)
          for (int64_t ow = 0; ow < v.output; ++ow) {
            const Taps td(d, od), th(h, oh), tw(v, ow);
            const int64_t y = n * ys[0] + k * ys[1] + od * ys[2] + oh * ys[3] + ow * ys[4];
            for (int64_t c = 0; c < in_group; ++c)
              for (int64_t i = 0; i < td.count; ++i)
                for (int64_t j = 0; j < th.count; ++j) {
                  int64_t x = n * xs[0] + (k / out_group * in_group + c) * xs[1] + (td.cell + i * d.dilation) * xs[2] +
                              (th.cell + j * h.dilation) * xs[3] + tw.cell * xs[4];
                  int64_t w =
                      k * ws[0] + c * ws[1] + (td.first + i) * ws[2] + (th.first + j) * ws[3] + tw.first * ws[4];
                  for (int64_t t = 0; t < tw.count; ++t, x += v.dilation * xs[4], w += ws[4]) f(x, w, y);
                }
          }
}

/// Sets every element of an array to its channel's bias, or zero.
template <class T>
void fill(T* to, int64_t first, int64_t channels, const ConvProblem& p, int64_t ConvAxis::*size,
          const std::array<int64_t, 5>& strides, const T* bias) {
  for (int64_t n = 0; n < first; ++n)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t d = 0; d < p.axes[0].*size; ++d)
        for (int64_t h = 0; h < p.axes[1].*size; ++h)
          for (int64_t w = 0; w < p.axes[2].*size; ++w)
            to[n * strides[0] + c * strides[1] + d * strides[2] + h * strides[3] + w * strides[4]] =
                bias ? bias[c] : T{0};
}

}  // namespace

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  const FlushDenormals flush;
  fill(y, p.batch, p.out_channels, p, &ConvAxis::output, p.y_strides, bias);
  for_each_product(p, [=](int64_t xi, int64_t wi, int64_t yi) { y[yi] += x[xi] * w[wi]; });
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  const FlushDenormals flush;
  fill(dx, p.batch, p.in_channels, p, &ConvAxis::input, p.x_strides, bias);
  for_each_product(p, [=](int64_t xi, int64_t wi, int64_t yi) { dx[xi] += dy[yi] * w[wi]; });
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  const FlushDenormals flush;
  fill<T>(dw, p.out_channels, p.in_channels / p.groups, p, &ConvAxis::kernel, p.w_strides, nullptr);
  for_each_product(p, [=](int64_t xi, int64_t wi, int64_t yi) { dw[wi] += x[xi] * dy[yi]; });
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::conv_small
