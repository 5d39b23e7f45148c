#include "core/python_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convgrad {

std::string tuple_repr(IntArrayRef values) {
  return fmt::format("({}{})", fmt::join(values.begin(), values.end(), ", "), values.size() == 1 ? "," : "");
}

std::string number_or_tuple_repr(IntArrayRef values) {
  return values.size() == 1 ? std::to_string(values[0]) : tuple_repr(values);
}

std::string bool_repr(bool value) { return value ? "True" : "False"; }

std::string float_repr(double value) {
  const std::string text = fmt::format("{}", value);  // shortest that reads back the same, as in Python
  const bool looks_integral = text.find_first_of(".en") == std::string::npos;
  return looks_integral ? text + ".0" : text;
}

std::string number_repr(const Scalar& number) {
  if (number.isBoolean()) return bool_repr(number.to<bool>());
  return number.isIntegral() ? std::to_string(number.toLong()) : float_repr(number.toDouble());
}

}  // namespace convgrad
