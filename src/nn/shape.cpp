#include <fmt/format.h>

#include "convgrad/nn/shape.h"
#include "core/python_text.h"

namespace convgrad::nn {

std::string FlattenImpl::extra_repr() const {
  return fmt::format("start_dim={}, end_dim={}", options.start_dim, options.end_dim);
}

std::string UnflattenImpl::extra_repr() const {
  return fmt::format("dim={}, unflattened_size={}", int64_t{options.dim}, tuple_repr(options.unflattened_size));
}

}  // namespace convgrad::nn
