// Packs pieces of a window's matrix (conv/window.h), compiled once for each instruction set.
#if defined(CONVGRAD_KERNELS_CONV_PACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_KERNELS_CONV_PACK_INL_H_
#undef CONVGRAD_KERNELS_CONV_PACK_INL_H_
#else
#define CONVGRAD_KERNELS_CONV_PACK_INL_H_
#endif

#include <algorithm>

#include "kernels/conv/window.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// One channel's weights of some rows, tap by tap: to[tap·rows + r]; returns what follows.
template <class T>
T* gather_taps(const Correlation& c, const T* w, int64_t rows, T* HWY_RESTRICT to) {
  const auto& axes = c.window.axes;
  for (int64_t d = 0; d < axes[0].taps; ++d)
    for (int64_t h = 0; h < axes[1].taps; ++h)
      for (int64_t v = 0; v < axes[2].taps; ++v) {
        const T* HWY_RESTRICT from =
            w + d * c.weight_tap_strides[0] + h * c.weight_tap_strides[1] + v * c.weight_tap_strides[2];
        for (int64_t r = 0; r < rows; ++r, from += c.weight_row_stride) *to++ = *from;
      }
  return to;
}

/// Rows [rows.first, rows.last) of the panel, each `width` values from the next; zero from its count up to `used`. Tap
/// by tap: a tap's pieces are the same in every channel.
template <class T>
void pack_window_rows(const Window& window, const WindowPanel& panel, Range rows, const T* x, T* to, int64_t width,
                      int64_t used) {
  const int64_t taps = window.taps(), step = window.axes[2].step * window.axes[2].stride;
  for (int64_t r = rows.first; r < std::min(rows.last, rows.first + taps); ++r) {
    const int64_t tap = r % taps, count = ceil_div(rows.last - r, taps);  // of channels that have this tap
    T* row = to + (r - rows.first) * width;
    const bool covered = panel.covered(tap);
    if (!covered || panel.count() < used) {
      const int64_t zeros_from = covered ? panel.count() : 0;
      for (int64_t c = 0; c < count; ++c)
        std::fill(row + c * taps * width + zeros_from, row + c * taps * width + used, T{0});
    }
    const T* cells = x + r / taps * window.channel_stride;
    for (const auto* piece = panel.begin(tap); piece != panel.end(tap); ++piece)
      copy_rows(row + piece->column, taps * width, cells + piece->offset, window.channel_stride, count, piece->count,
                step);
  }
}

/// The panel's positions by channels: to[position·width + channel] for a window of one tap.
template <class T>
void pack_window_columns(const Window& window, const WindowPanel& panel, int64_t channels, const T* y, T* to,
                         int64_t width) {
  const int64_t step = window.axes[2].stride;
  for (const auto* piece = panel.begin(0); piece != panel.end(0); ++piece)
    pack_strip_into(to + piece->column * width, width, y + piece->offset, channels, window.channel_stride, piece->count,
                    step);
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
