#include "kernels/blocks.h"

#include <algorithm>

#include "core/threads.h"

namespace convgrad::kernels {
namespace {

/// Where tap `t` of the window meets the input: outputs [first, last), input cell `start` for output 0.
struct Meeting {
  int64_t first, last, start;
  Meeting(const ConvAxis& a, int64_t t) : start(t * a.dilation - a.pad_low) {
    first = start >= 0 ? 0 : std::min(a.output, (-start - 1) / a.stride + 1);
    last = start >= a.input ? first : std::max(first, std::min(a.output, (a.input - 1 - start) / a.stride + 1));
  }
};

template <class T>
void copy_line(T* to, int64_t to_step, const T* from, int64_t from_step, int64_t n) {
  if (to_step == 1 && from_step == 1)
    std::copy_n(from, n, to);
  else
    for (int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * from_step];
}

template <class T>
T sum(T a, T b) {
  return static_cast<T>(a + b);
}
template <>
bool sum(bool a, bool b) {
  return a || b;
}

/// The planes are independent; a thread is worth about 2¹⁴ cells.
int64_t grain(const BlockProblem& p) {
  const auto& [h, w] = p.axes;
  return (1 << 14) / std::max<int64_t>(h.output * w.output, 1) + 1;
}

}  // namespace

template <class T>
void unfold_blocks(const BlockProblem& p, const T* image, T* columns) {
  const ConvAxis &h = p.axes[0], &w = p.axes[1];
  const int64_t taps = h.kernel * w.kernel, step = w.stride * p.image_strides[3];
  const auto& cs = p.column_strides;
  parallel_for(0, p.batch * p.channels * taps, grain(p), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t tap = row % taps, plane = row / taps, n = plane / p.channels, c = plane % p.channels;
      const Meeting mh(h, tap / w.kernel), mw(w, tap % w.kernel);
      const T* in = image + n * p.image_strides[0] + c * p.image_strides[1];
      T* out = columns + n * cs[0] + (c * taps + tap) * cs[1];
      for (int64_t y = 0; y < h.output; ++y, out += w.output * cs[2]) {
        const bool inside = y >= mh.first && y < mh.last;
        const int64_t first = inside ? mw.first : w.output, last = inside ? mw.last : w.output;
        for (int64_t x = 0; x < first; ++x) out[x * cs[2]] = T{};
        if (first < last) {  // elsewhere the place may be too far away to be a number
          const int64_t cell_h = mh.start + y * h.stride, cell_w = mw.start + first * w.stride;
          copy_line(out + first * cs[2], cs[2], in + cell_h * p.image_strides[2] + cell_w * p.image_strides[3], step,
                    last - first);
        }
        for (int64_t x = last; x < w.output; ++x) out[x * cs[2]] = T{};
      }
    }
  });
}

template <class T>
void fold_blocks(const BlockProblem& p, const T* columns, T* image) {
  const ConvAxis &h = p.axes[0], &w = p.axes[1];
  const int64_t taps = h.kernel * w.kernel;
  const auto& cs = p.column_strides;
  parallel_for(0, p.batch * p.channels, grain(p) / taps + 1, [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; ++plane) {
      const int64_t n = plane / p.channels, c = plane % p.channels;
      T* out = image + n * p.image_strides[0] + c * p.image_strides[1];
      for (int64_t y = 0; y < h.input; ++y)
        for (int64_t x = 0; x < w.input; ++x) out[y * p.image_strides[2] + x * p.image_strides[3]] = T{};
      for (int64_t tap = 0; tap < taps; ++tap) {
        const Meeting mh(h, tap / w.kernel), mw(w, tap % w.kernel);
        const T* in = columns + n * cs[0] + (c * taps + tap) * cs[1];
        for (int64_t y = mh.first; y < mh.last; ++y)
          for (int64_t x = mw.first; x < mw.last; ++x) {
            T& cell =
                out[(mh.start + y * h.stride) * p.image_strides[2] + (mw.start + x * w.stride) * p.image_strides[3]];
            cell = sum(cell, in[(y * w.output + x) * cs[2]]);
          }
      }
    }
  });
}

template void unfold_blocks<float>(const BlockProblem&, const float*, float*);
template void unfold_blocks<double>(const BlockProblem&, const double*, double*);
template void unfold_blocks<bool>(const BlockProblem&, const bool*, bool*);
template void fold_blocks<float>(const BlockProblem&, const float*, float*);
template void fold_blocks<double>(const BlockProblem&, const double*, double*);
template void fold_blocks<bool>(const BlockProblem&, const bool*, bool*);

}  // namespace convgrad::kernels
