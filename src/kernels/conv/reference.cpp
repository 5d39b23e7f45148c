#include "kernels/conv/reference.h"

#include <algorithm>

#include "core/threads.h"

namespace convgrad::kernels::conv_reference {
namespace {

using Strides = std::array<int64_t, 5>;
using Index = std::array<int64_t, 3>;

/// Calls f(index) for every cell of a box, in row-major order.
template <class F>
void for_each(const Index& box, F f) {
  for (int64_t d = 0; d < box[0]; ++d)
    for (int64_t h = 0; h < box[1]; ++h)
      for (int64_t w = 0; w < box[2]; ++w) f(Index{d, h, w});
}

Index sizes(const ConvProblem& p, int64_t ConvAxis::*which) {
  return {p.axes[0].*which, p.axes[1].*which, p.axes[2].*which};
}

int64_t offset(const Strides& s, int64_t first, int64_t second, const Index& cell) {
  return first * s[0] + second * s[1] + cell[0] * s[2] + cell[1] * s[3] + cell[2] * s[4];
}

/// The input cell that output cell `o` meets under tap `t`; false where it lies in the padding.
bool input_cell(const ConvProblem& p, const Index& o, const Index& t, Index& i) {
  for (int a = 0; a < 3; ++a) {
    i[a] = o[a] * p.axes[a].stride + t[a] * p.axes[a].dilation - p.axes[a].pad_low;
    if (i[a] < 0 || i[a] >= p.axes[a].input) return false;
  }
  return true;
}

/// The output cell whose tap `t` lies on input cell `i`; false where there is none.
bool output_cell(const ConvProblem& p, const Index& i, const Index& t, Index& o) {
  for (int a = 0; a < 3; ++a) {
    const int64_t from = i[a] + p.axes[a].pad_low - t[a] * p.axes[a].dilation;
    if (from < 0 || from % p.axes[a].stride != 0) return false;
    o[a] = from / p.axes[a].stride;
    if (o[a] >= p.axes[a].output) return false;
  }
  return true;
}

}  // namespace

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  const Index taps = sizes(p, &ConvAxis::kernel), outputs = sizes(p, &ConvAxis::output);
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  parallel_for(0, p.batch * p.out_channels, 1, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / p.out_channels, k = plane % p.out_channels, c0 = k / out_group * in_group;
      for_each(outputs, [&](const Index& o) {
        double sum = bias ? bias[k] : 0;
        for (int64_t c = 0; c < in_group; ++c)
          for_each(taps, [&](const Index& t) {
            if (Index i; input_cell(p, o, t, i))
              sum += double{x[offset(p.x_strides, n, c0 + c, i)]} * double{w[offset(p.w_strides, k, c, t)]};
          });
        y[offset(p.y_strides, n, k, o)] = static_cast<T>(sum);
      });
    }
  });
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  const Index taps = sizes(p, &ConvAxis::kernel), inputs = sizes(p, &ConvAxis::input);
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  parallel_for(0, p.batch * p.in_channels, 1, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / p.in_channels, c = plane % p.in_channels, k0 = c / in_group * out_group;
      for_each(inputs, [&](const Index& i) {
        double sum = bias ? bias[c] : 0;
        for (int64_t k = k0; k < k0 + out_group; ++k)
          for_each(taps, [&](const Index& t) {
            if (Index o; output_cell(p, i, t, o))
              sum += double{dy[offset(p.y_strides, n, k, o)]} * double{w[offset(p.w_strides, k, c % in_group, t)]};
          });
        dx[offset(p.x_strides, n, c, i)] = static_cast<T>(sum);
      });
    }
  });
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  const Index taps = sizes(p, &ConvAxis::kernel), outputs = sizes(p, &ConvAxis::output);
  const int64_t in_group = p.in_channels / p.groups, out_group = p.out_channels / p.groups;
  parallel_for(0, p.out_channels * in_group, 1, [&](int64_t first, int64_t last) {
    for (int64_t pair = first; pair < last; ++pair) {
      const int64_t k = pair / in_group, c = pair % in_group, x_channel = k / out_group * in_group + c;
      for_each(taps, [&](const Index& t) {
        double sum = 0;
        for (int64_t n = 0; n < p.batch; ++n)
          for_each(outputs, [&](const Index& o) {
            if (Index i; input_cell(p, o, t, i))
              sum += double{x[offset(p.x_strides, n, x_channel, i)]} * double{dy[offset(p.y_strides, n, k, o)]};
          });
        dw[offset(p.w_strides, k, c, t)] = static_cast<T>(sum);
      });
    }
  });
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::conv_reference
