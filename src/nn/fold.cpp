#include "convgrad/nn/fold.h"

#include <fmt/format.h>

#include "core/python_text.h"

namespace convgrad::nn {
namespace {

// One number prints as a number, several as a tuple: as they were given.
std::string as_given(const AxisValues& values) {
  return values.size() == 1 ? std::to_string(values[0]) : tuple_repr(values);
}

template <class Options>
std::string blocks_repr(const Options& o) {
  return fmt::format("kernel_size={}, dilation={}, padding={}, stride={}", as_given(o.kernel_size),
                     as_given(o.dilation), as_given(o.padding), as_given(o.stride));
}

}  // namespace

Tensor FoldImpl::forward(const Tensor& x) {
  return fold(x, options.output_size, options.kernel_size,
              {.dilation = options.dilation, .padding = options.padding, .stride = options.stride});
}
std::string FoldImpl::extra_repr() const {
  return "output_size=" + as_given(options.output_size) + ", " + blocks_repr(options);
}

Tensor UnfoldImpl::forward(const Tensor& x) {
  return unfold(x, options.kernel_size,
                {.dilation = options.dilation, .padding = options.padding, .stride = options.stride});
}
std::string UnfoldImpl::extra_repr() const { return blocks_repr(options); }

}  // namespace convgrad::nn
