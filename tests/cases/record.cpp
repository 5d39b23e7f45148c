#include "cases/record.h"

#include <convgrad/error.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace convgrad::cases {
namespace {

using nlohmann::json;

std::string kind_of(const Error& e) {
  if (dynamic_cast<const ValueError*>(&e)) return "ValueError";
  if (dynamic_cast<const IndexError*>(&e)) return "IndexError";
  if (dynamic_cast<const TypeError*>(&e)) return "TypeError";
  if (dynamic_cast<const NotImplementedError*>(&e)) return "NotImplementedError";
  return "RuntimeError";
}

json read_record() {
  json by_name = json::object();
#ifdef CONVGRAD_CASES_RECORD
  for (const json& line : json::parse(std::ifstream(CONVGRAD_CASES_RECORD))) by_name[line.at("name")] = line;
#endif
  return by_name;
}

}  // namespace

json facts(const Tensor& y) {
  return {{"dtype", name(y.dtype())},
          {"sizes", y.sizes().vec()},
          {"strides", y.numel() > 0 ? y.strides().vec() : ints()},
          {"grad_fn", y.grad_fn() ? y.grad_fn()->name() : ""}};
}

json outcome(const Failure& failure) {
  try {
    failure.call();
    return {{"oracle", failure.oracle}, {"type", "none"}, {"text", ""}};
  } catch (const Error& e) {
    return {{"oracle", failure.oracle}, {"type", kind_of(e)}, {"text", e.what()}};
  }
}

Checksum checksum(const Tensor& t) {
  Checksum sum;
  if (!t.defined()) return sum;
  int64_t i = 0;
  for (const double x : t.detach().to_vector<double>()) {
    const double finite = std::isnan(x)        ? 17
                          : std::isinf(x)      ? (x > 0 ? 19 : -23)
                          : std::abs(x) > 1e30 ? std::copysign(29, x)  // a sum of such would overflow
                                               : x;
    const double term = finite * static_cast<double>(i++ % 31 + 1);
    sum.value += term, sum.size += std::abs(term);
  }
  return sum;
}

const json& recorded(const std::string& name) {
  static const json by_name = read_record(), none;
  const auto found = by_name.find(name);
  return found == by_name.end() ? none : *found;
}

}  // namespace convgrad::cases
