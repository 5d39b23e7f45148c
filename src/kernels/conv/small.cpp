#include "kernels/conv/small.h"

#include <algorithm>
#include <array>

#include "kernels/tile_blocks.h"

namespace convgrad::kernels::conv_small {
namespace {

/// The taps of an axis that meet the input at one output position: from `first` on, `count` of them; x lies at `cell`
/// first.
struct Taps {
  int64_t first, count, cell;
  Taps(const ConvAxis& a, int64_t position) {
    const int64_t start = position * a.stride - a.pad_low;
    if (a.dilation == 1) {  // no division
      first = std::max<int64_t>(0, -start);
      cell = start + first;
      count = std::max<int64_t>(0, std::min(a.kernel - first, a.input - cell));
      return;
    }
    first = start < 0 ? ceil_div(-start, a.dilation) : 0;
    cell = start + first * a.dilation;
    count =
        cell < a.input ? std::max<int64_t>(0, std::min(a.kernel - first, (a.input - 1 - cell) / a.dilation + 1)) : 0;
  }
};

/// The products that the definition sums in one result: offsets of the first, and how they go on.
struct Products {
  int64_t x, w;
  std::array<int64_t, 4> counts, x_steps, w_steps;  // channels, depth, height, width

  template <class G>
  void each(G g) const {
    const int64_t width = counts[3], x_step = x_steps[3], w_step = w_steps[3];
    for (int64_t c = 0; c < counts[0]; ++c)
      for (int64_t i = 0; i < counts[1]; ++i) {
        int64_t x_row = x + c * x_steps[0] + i * x_steps[1], w_row = w + c * w_steps[0] + i * w_steps[1];
        for (int64_t j = 0; j < counts[2]; ++j, x_row += x_steps[2], w_row += w_steps[2])
          for (int64_t t = 0, xi = x_row, wi = w_row; t < width; ++t, xi += x_step, wi += w_step) g(xi, wi);
      }
  }
};

/// Calls f(y, products) for the offset of each result in turn.
template <class F>
void for_each_result(const ConvProblem& p, F f) {
  const auto &d = p.axes[0], &h = p.axes[1], &v = p.axes[2];
  const auto &xs = p.x_strides, &ws = p.w_strides, &ys = p.y_strides;
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  Products products{.x = 0,
                    .w = 0,
                    .counts = {in_group},
                    .x_steps = {xs[1], d.dilation * xs[2], h.dilation * xs[3], v.dilation * xs[4]},
                    .w_steps = {ws[1], ws[2], ws[3], ws[4]}};
  for (int64_t n = 0; n < p.batch; ++n)
    for (int64_t k = 0; k < p.out_channels; ++k) {
      const int64_t x_plane = n * xs[0] + k / out_group * in_group * xs[1], y_plane = n * ys[0] + k * ys[1];
      for (int64_t od = 0; od < d.output; ++od) {
        const Taps td(d, od);
        products.counts[1] = td.count;
        for (int64_t oh = 0; oh < h.output; ++oh) {
          const Taps th(h, oh);
          products.counts[2] = th.count;
          const int64_t x = x_plane + td.cell * xs[2] + th.cell * xs[3],
                        w = k * ws[0] + td.first * ws[2] + th.first * ws[3], y = y_plane + od * ys[2] + oh * ys[3];
          for (int64_t ow = 0; ow < v.output; ++ow) {
            const Taps tw(v, ow);
            products.counts[3] = tw.count;
            products.x = x + tw.cell * xs[4], products.w = w + tw.first * ws[4];
            f(y + ow * ys[4], products);
          }
        }
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
  for_each_result(p, [=](int64_t at, const Products& products) {
    T sum = y[at];
    products.each([&](int64_t xi, int64_t wi) { sum += x[xi] * w[wi]; });
    y[at] = sum;
  });
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  const FlushDenormals flush;
  fill(dx, p.batch, p.in_channels, p, &ConvAxis::input, p.x_strides, bias);
  for_each_result(p, [=](int64_t at, const Products& products) {
    products.each([&, g = dy[at]](int64_t xi, int64_t wi) { dx[xi] += g * w[wi]; });
  });
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  const FlushDenormals flush;
  fill<T>(dw, p.out_channels, p.in_channels / p.groups, p, &ConvAxis::kernel, p.w_strides, nullptr);
  for_each_result(p, [=](int64_t at, const Products& products) {
    products.each([&, g = dy[at]](int64_t xi, int64_t wi) { dw[wi] += x[xi] * g; });
  });
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::conv_small
