#include "core/promote.h"

#include <optional>

namespace convgrad {
namespace {

using Type = std::optional<ScalarType>;

Type promoted(Type a, Type b) {
  if (!a) return b;
  if (!b) return a;
  return promote_types(*a, *b);
}

/// A lower category counts only where its kind is higher.
Type combined(Type higher, Type lower) {
  if (!higher) return lower;
  if (is_floating_point(*higher)) return higher;
  if (higher == kBool || (lower && is_floating_point(*lower))) return promoted(higher, lower);
  return higher;
}

}  // namespace

ScalarType result_type(ArrayRef<Operand> operands) {
  Type dimensioned, zero_dim, wrapped;
  for (const Operand& operand : operands) {
    if (operand.is_number() || operand.tensor->wrapped_number) {
      const ScalarType type = operand.dtype();
      wrapped = promoted(wrapped, is_floating_point(type) ? get_default_dtype() : type);
    } else {
      Type& category = operand.tensor->sizes.empty() ? zero_dim : dimensioned;
      category = promoted(category, operand.tensor->dtype);
    }
  }
  return combined(dimensioned, combined(zero_dim, wrapped)).value();
}

bool can_cast(ScalarType from, ScalarType to) {
  if (is_floating_point(from)) return is_floating_point(to);
  return to != kBool || from == kBool;
}

}  // namespace convgrad
