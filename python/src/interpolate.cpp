// ops/interpolate.h, ops/pixel.h
#include <convgrad/ops/interpolate.h>
#include <convgrad/ops/pixel.h>

#include "rows.h"

namespace convgrad::python {

namespace {

const Row rows[] = {
    // PyTorch has one function a mode and rank; which of them is chosen in Python.
    {"interpolate(Tensor input, IntArrayRef? size, ArrayRef<double>? scale_factor, c10::string_view mode, bool? "
     "align_corners, bool? "
     "recompute_scale_factor, bool antialias)",
     in_nn,
     [](Args& a) {
       InterpolateOptions options{.mode = a.string(3),
                                  .align_corners = a.maybe_boolean(4),
                                  .recompute_scale_factor = a.maybe_boolean(5),
                                  .antialias = a.boolean(6)};
       if (a.given(1)) options.size = a.integers(1);
       if (a.given(2)) options.scale_factor = a.reals();
       return interpolate(a.tensor(0), options);
     }},
    {"pixel_shuffle(Tensor input, int64_t upscale_factor)", in_torch,
     [](Args& a) { return pixel_shuffle(a.tensor(0), a.integer(1)); }},
    {"pixel_unshuffle(Tensor input, int64_t downscale_factor)", in_torch,
     [](Args& a) { return pixel_unshuffle(a.tensor(0), a.integer(1)); }},
    {"channel_shuffle(Tensor input, SymInt groups)", in_torch,
     [](Args& a) { return channel_shuffle(a.tensor(0), a.integer(1)); }},
};

}  // namespace

void bind_interpolate() { add_rows(rows); }

}  // namespace convgrad::python
