#pragma once
#include <nlohmann/json.hpp>

#include "ops/conv_case.h"

namespace convgrad::testing {

/// The rule by which tests/golden/make_conv.py and make_fold.py fill their tensors.
inline Tensor golden_fill(const std::vector<int64_t>& sizes, int64_t salt, ScalarType dtype = kFloat64) {
  Tensor t = empty(sizes, {.dtype = kFloat64});
  for (int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<double>()[i] = static_cast<double>((i * 7919 + salt * 104729) % 17 - 8) / 4;
  return t.to(dtype);
}

inline double checksum(const Tensor& t) {
  const std::vector<double> v = numbers(t);
  double sum = 0;
  for (size_t i = 0; i < v.size(); ++i) sum += v[i] * static_cast<double>(i % 31 + 1);
  return sum;
}

inline AxisValues axis_values(const nlohmann::json& v) {
  return v.is_array() ? AxisValues(v.get<std::vector<int64_t>>()) : AxisValues(v.get<int64_t>());
}

}  // namespace convgrad::testing
