#include "convgrad/nn/upsampling.h"

#include <fmt/format.h>

#include "core/python_text.h"

namespace convgrad::nn {

Tensor UpsampleImpl::forward(const Tensor& x) {
  return interpolate(x, {.size = options.size,
                         .scale_factor = options.scale_factor,
                         .mode = options.mode,
                         .align_corners = options.align_corners,
                         .recompute_scale_factor = options.recompute_scale_factor});
}

std::string UpsampleImpl::extra_repr() const {
  const auto& [size, factors] = std::tie(options.size, options.scale_factor);
  std::string what = "size=None";
  if (factors.size() == 1) {
    what = "scale_factor=" + float_repr(factors[0]);
  } else if (factors.size() > 1) {
    what = "scale_factor=(" + float_repr(factors[0]);
    for (size_t i = 1; i < factors.size(); ++i) what += ", " + float_repr(factors[i]);
    what += ")";
  } else if (size.size() > 0) {
    what = "size=" + (size.size() == 1 ? std::to_string(size[0]) : tuple_repr(size));
  }
  return what + ", mode='" + options.mode + "'";
}

}  // namespace convgrad::nn
