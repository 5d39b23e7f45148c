// ops/conv.h, ops/fold.h, ops/pad.h
#include <convgrad/ops/conv.h>
#include <convgrad/ops/fold.h>
#include <convgrad/ops/pad.h>

#include "rows.h"

namespace convgrad::python {

namespace {

using Conv = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const ConvOptions&);
using Transposed = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const ConvTransposeOptions&);

template <Conv F>
Tensor conv(Args& a) {
  return F(a.tensor(0), a.tensor(1), a.tensor(2),
           {.stride = a.integers(3), .padding = a.integers(4), .dilation = a.integers(5), .groups = a.integer(6)});
}

/// What C++ offers beyond PyTorch is refused here as PyTorch refuses it.
template <Conv F, int64_t Rank>
Tensor conv_named_padding(Args& a) {
  const std::string padding = a.string(4);
  const IntArrayRef stride = a.integers(3), dilation = a.integers(5);
  const auto broadcasts = [](IntArrayRef list) { return list.size() == 1 || list.size() == Rank; };
  const bool checked = (a.tensor(0).dim() == Rank + 1 || a.tensor(0).dim() == Rank + 2) &&
                       a.tensor(1).dim() == Rank + 2 && broadcasts(stride) && broadcasts(dilation);
  if (padding == "same" && checked && a.integer(6) > 0)
    for (const int64_t s : stride)
      if (s != 1 && !extensions_allowed()) throw Error("padding='same' is not supported for strided convolutions");
  return F(a.tensor(0), a.tensor(1), a.tensor(2),
           {.stride = stride, .padding = padding, .dilation = dilation, .groups = a.integer(6)});
}

template <Transposed F>
Tensor conv_transposed(Args& a) {
  return F(a.tensor(0), a.tensor(1), a.tensor(2),
           {.stride = a.integers(3),
            .padding = a.integers(4),
            .output_padding = a.integers(5),
            .groups = a.integer(6),
            .dilation = a.integers(7)});
}

#define CONV(name, axes)                                                                                            \
  {#name "(Tensor input, Tensor weight, Tensor? bias=None, SymIntArrayRef[" axes "] stride=1, SymIntArrayRef[" axes \
         "] padding=0, SymIntArrayRef[" axes "] dilation=1, SymInt groups=1)",                                      \
   in_torch, [](Args& a) { return conv<name>(a); }},                                                                \
  {                                                                                                                 \
#name "(Tensor input, Tensor weight, Tensor? bias=None, SymIntArrayRef[" axes                                   \
          "] stride=1, c10::string_view padding=\"valid\", SymIntArrayRef[" axes "] dilation=1, SymInt groups=1)",  \
        in_torch, [](Args & a) { return conv_named_padding<name, axes[0] - '0'>(a); }                               \
  }
#define TRANSPOSED(name, axes)                                                                                       \
  {                                                                                                                  \
#name "(Tensor input, Tensor weight, Tensor? bias=None, SymIntArrayRef[" axes "] stride=1, SymIntArrayRef[" axes \
          "] padding=0, SymIntArrayRef[" axes "] output_padding=0, SymInt groups=1, SymIntArrayRef[" axes            \
          "] dilation=1)",                                                                                           \
        in_torch, [](Args & a) { return conv_transposed<name>(a); }                                                  \
  }

const Row rows[] = {
    CONV(conv1d, "1"),
    CONV(conv2d, "2"),
    CONV(conv3d, "3"),
    TRANSPOSED(conv_transpose1d, "1"),
    TRANSPOSED(conv_transpose2d, "2"),
    TRANSPOSED(conv_transpose3d, "3"),
    {"im2col(Tensor input, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation, IntArrayRef[2] padding, IntArrayRef[2] "
     "stride, *, "
     "Tensor out=None)",
     in_nn,
     [](Args& a) {
       return unfold(a.tensor(0), a.integers(1),
                     {.dilation = a.integers(2), .padding = a.integers(3), .stride = a.integers(4)});
     }},
    {"col2im(Tensor input, SymIntArrayRef[2] output_size, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation, "
     "IntArrayRef[2] "
     "padding, IntArrayRef[2] stride, *, Tensor out=None)",
     in_nn,
     [](Args& a) {
       return fold(a.tensor(0), a.integers(1), a.integers(2),
                   {.dilation = a.integers(3), .padding = a.integers(4), .stride = a.integers(5)});
     }},
    {"constant_pad_nd(Tensor input, SymIntArrayRef pad, Scalar value=0)", in_torch,
     [](Args& a) { return pad(a.tensor(0), a.integers(1), "constant", a.real(2)); }},
    {"pad(Tensor input, SymIntArrayRef pad, c10::string_view mode=\"constant\", double? value=None)", in_nn,
     [](Args& a) { return pad(a.tensor(0), a.integers(1), a.string(2), a.maybe_real(3)); }},
};
#undef CONV
#undef TRANSPOSED

}  // namespace

void bind_conv() { add_rows(rows); }

}  // namespace convgrad::python
