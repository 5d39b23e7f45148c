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

/// `count` rows of one piece, each `to_step` values after the last; from channel to channel in x.
template <class T>
void pack_piece(T* HWY_RESTRICT to, int64_t to_step, const T* HWY_RESTRICT from, int64_t from_step, int64_t rows,
                int64_t count, int64_t step) {
  constexpr int64_t L = kLanes<T>;
  const Tag<T> d;
  if (step == 1 && count >= L) {  // the last vector overlaps the one before
    const int64_t last = count - L;
    for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) {
      __builtin_prefetch(from + 2 * count);
      for (int64_t i = 0; i < last; i += L) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
      hn::StoreU(hn::LoadU(d, from + last), d, to + last);
    }
    return;
  }
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<T, 4> few;
  constexpr int64_t F = hn::MaxLanes(few);
  if (step == 1 && count >= F) {
    for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) {
      for (int64_t i = 0; i < count - F; i += F) hn::StoreU(hn::LoadU(few, from + i), few, to + i);
      hn::StoreU(hn::LoadU(few, from + count - F), few, to + count - F);
    }
    return;
  }
#endif
  for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) copy_strided(to, from, count, step);
}

/// Rows [rows.first, rows.last) of the panel, each `width` values from the next; zero from its count up to `used`. Tap
/// by tap: a tap's pieces are the same in every channel.
template <class T>
void pack_window_rows(const Window& window, const WindowPanel& panel, Range rows, const T* x, T* to, int64_t width,
                      int64_t used) {
  const int64_t taps = window.taps(), step = window.axes[2].step * window.axes[2].stride;
  for (int64_t tap = 0; tap < taps; ++tap) {
    const int64_t from_channel = rows.first > tap ? ceil_div(rows.first - tap, taps) : 0;
    const int64_t to_channel = rows.last > tap ? ceil_div(rows.last - tap, taps) : 0;
    const int64_t count = to_channel - from_channel;
    if (count <= 0) continue;
    T* row = to + (from_channel * taps + tap - rows.first) * width;
    const bool covered = panel.covered(tap);
    if (!covered || panel.count() < used) {
      const int64_t zeros_from = covered ? panel.count() : 0;
      for (int64_t c = 0; c < count; ++c)
        std::fill(row + c * taps * width + zeros_from, row + c * taps * width + used, T{0});
    }
    const T* cells = x + from_channel * window.channel_stride;
    for (const auto* piece = panel.begin(tap); piece != panel.end(tap); ++piece)
      pack_piece(row + piece->column, taps * width, cells + piece->offset, window.channel_stride, count, piece->count,
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
