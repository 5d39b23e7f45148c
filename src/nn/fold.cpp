#include "convgrad/nn/fold.h"

#include <fmt/format.h>

#include "core/python_text.h"

namespace convgrad::nn {
namespace {

template <class Options>
std::string blocks_repr(const Options& o) {
  return fmt::format("kernel_size={}, dilation={}, padding={}, stride={}", number_or_tuple_repr(o.kernel_size),
                     number_or_tuple_repr(o.dilation), number_or_tuple_repr(o.padding), number_or_tuple_repr(o.stride));
}

}  // namespace

Tensor FoldImpl::forward(const Tensor& x) {
  return fold(x, options.output_size, options.kernel_size,
              {.dilation = options.dilation, .padding = options.padding, .stride = options.stride});
}
std::string FoldImpl::extra_repr() const {
  return "output_size=" + number_or_tuple_repr(options.output_size) + ", " + blocks_repr(options);
}

Tensor UnfoldImpl::forward(const Tensor& x) {
  return unfold(x, options.kernel_size,
                {.dilation = options.dilation, .padding = options.padding, .stride = options.stride});
}
std::string UnfoldImpl::extra_repr() const { return blocks_repr(options); }

}  // namespace convgrad::nn
