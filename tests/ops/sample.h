#pragma once
#include <convgrad/tensor.h>
#include <gtest/gtest.h>

#include <random>

#include "convgrad/error.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "error_text.h"

namespace convgrad {

/// 0, 1, 2, … in C order.
inline Tensor counted(IntArrayRef sizes, ScalarType dtype = kFloat64) {
  Tensor t = make_tensor(sizes, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<T>()[i] = static_cast<T>(i);
  });
  return t;
}

/// Normal numbers in float64.
inline Tensor random_tensor(IntArrayRef sizes, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  Tensor t = make_tensor(sizes, kFloat64);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<double>()[i] = normal(generator);
  return t;
}

using Numbers = std::vector<double>;
inline Numbers values(const Tensor& t) { return t.to_vector<double>(); }

/// A one-dimensional tensor of these values.
template <class T>
Tensor vector_of(const std::vector<T>& values) {
  Tensor t = make_tensor({static_cast<int64_t>(values.size())}, scalar_type_of<T>());
  for (size_t i = 0; i < values.size(); ++i) t.data_ptr<T>()[i] = values[i];
  return t;
}

}  // namespace convgrad
