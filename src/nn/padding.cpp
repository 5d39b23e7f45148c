#include "convgrad/nn/padding.h"

#include "convgrad/ops/pad.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn {

PadImpl::PadImpl(size_t axes, Kind kind, const AxisValues& given, Scalar value)
    : padding(given.size() == 1 ? AxisValues(DimVector(2 * axes, given[0])) : given),
      value(value),
      axes_(axes),
      kind_(kind) {}

std::string PadImpl::name() const {
  constexpr const char* words[] = {"Constant", "Zero", "Reflection", "Replication", "Circular"};
  return fmt::format("{}Pad{}d", words[static_cast<size_t>(kind_)], axes_);
}

std::string PadImpl::extra_repr() const {
  if (kind_ != Kind::constant) return tuple_repr(padding);
  return fmt::format("padding={}, value={}", tuple_repr(padding), number_repr(value));
}

Tensor PadImpl::forward(const Tensor& x) {
  if (kind_ == Kind::constant || kind_ == Kind::zero) return pad(x, padding, "constant", value.toDouble());
  const auto dims = static_cast<size_t>(x.dim());
  check<ValueError>(kind_ != Kind::circular || dims == axes_ + 1 || dims == axes_ + 2,
                    "expected {}D or {}D input (got {}D input)", axes_ + 1, axes_ + 2, dims);
  return pad(x, padding, kind_ == Kind::reflection ? "reflect" : kind_ == Kind::replication ? "replicate" : "circular");
}

}  // namespace convgrad::nn
