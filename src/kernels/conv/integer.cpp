#include "kernels/conv/integer.h"

#include <algorithm>

#include "core/threads.h"

namespace convgrad::kernels::conv_integer {
namespace {

/// Calls f(output offset in cells of axis `a`, input offset, tap) wherever a tap of the window meets the input.
template <class F>
void for_each_meeting(const ConvAxis& a, F f) {
  for (int64_t t = 0; t < a.kernel; ++t)
    for (int64_t o = 0; o < a.output; ++o) {
      const int64_t i = o * a.stride + t * a.dilation - a.pad_low;
      if (i >= 0 && i < a.input) f(i, t, o);
    }
}

/// Calls f(x offset, w offset, y offset) for every product of one pair of channel planes.
template <class F>
void for_each_product(const ConvProblem& p, F f) {
  const auto &xs = p.x_strides, &ws = p.w_strides, &ys = p.y_strides;
  for_each_meeting(p.axes[0], [&](int64_t xd, int64_t wd, int64_t yd) {
    for_each_meeting(p.axes[1], [&](int64_t xh, int64_t wh, int64_t yh) {
      for_each_meeting(p.axes[2], [&](int64_t xw, int64_t ww, int64_t yw) {
        f(xd * xs[2] + xh * xs[3] + xw * xs[4], wd * ws[2] + wh * ws[3] + ww * ws[4],
          yd * ys[2] + yh * ys[3] + yw * ys[4]);
      });
    });
  });
}

template <class T>
void fill_plane(T* plane, const ConvProblem& p, int64_t ConvAxis::*size, const std::array<int64_t, 5>& strides,
                T value) {
  for (int64_t d = 0; d < p.axes[0].*size; ++d)
    for (int64_t h = 0; h < p.axes[1].*size; ++h)
      for (int64_t w = 0; w < p.axes[2].*size; ++w) plane[d * strides[2] + h * strides[3] + w * strides[4]] = value;
}

/// Planes that are worth a thread: about 2¹⁵ products.
int64_t grain(const ConvProblem& p, int64_t channels) {
  int64_t products = std::max<int64_t>(channels, 1);
  for (const ConvAxis& a : p.axes) products *= std::max<int64_t>(a.kernel * a.output, 1);
  return (1 << 15) / products + 1;
}

/// sum + a·b, wrapping around.
template <class T>
T add_product(T sum, T a, T b) {
  return static_cast<T>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

}  // namespace

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  parallel_for(0, p.batch * p.out_channels, grain(p, in_group), [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / p.out_channels, k = plane % p.out_channels;
      T* out = y + n * p.y_strides[0] + k * p.y_strides[1];
      fill_plane(out, p, &ConvAxis::output, p.y_strides, bias ? bias[k] : T{0});
      for (int64_t c = 0; c < in_group; ++c) {
        const T* in = x + n * p.x_strides[0] + (k / out_group * in_group + c) * p.x_strides[1];
        const T* kernel = w + k * p.w_strides[0] + c * p.w_strides[1];
        for_each_product(p, [&](int64_t i, int64_t t, int64_t o) { out[o] = add_product(out[o], in[i], kernel[t]); });
      }
    }
  });
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  parallel_for(0, p.batch * p.in_channels, grain(p, out_group), [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / p.in_channels, c = plane % p.in_channels;
      T* out = dx + n * p.x_strides[0] + c * p.x_strides[1];
      fill_plane(out, p, &ConvAxis::input, p.x_strides, bias ? bias[c] : T{0});
      for (int64_t j = 0; j < out_group; ++j) {
        const int64_t k = c / in_group * out_group + j;
        const T* in = dy + n * p.y_strides[0] + k * p.y_strides[1];
        const T* kernel = w + k * p.w_strides[0] + c % in_group * p.w_strides[1];
        for_each_product(p, [&](int64_t i, int64_t t, int64_t o) { out[i] = add_product(out[i], in[o], kernel[t]); });
      }
    }
  });
}

template void forward<uint8_t>(const ConvProblem&, const uint8_t*, const uint8_t*, const uint8_t*, uint8_t*);
template void forward<int32_t>(const ConvProblem&, const int32_t*, const int32_t*, const int32_t*, int32_t*);
template void forward<int64_t>(const ConvProblem&, const int64_t*, const int64_t*, const int64_t*, int64_t*);
template void backward_data<uint8_t>(const ConvProblem&, const uint8_t*, const uint8_t*, const uint8_t*, uint8_t*);
template void backward_data<int32_t>(const ConvProblem&, const int32_t*, const int32_t*, const int32_t*, int32_t*);
template void backward_data<int64_t>(const ConvProblem&, const int64_t*, const int64_t*, const int64_t*, int64_t*);

}  // namespace convgrad::kernels::conv_integer
