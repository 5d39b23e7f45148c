#pragma once
#include <convgrad/dtype.h>

#include <concepts>

namespace convgrad {

/// A number of any type, as an argument: remembers whether it was a float, an integer or a bool. Like c10::Scalar.
class Scalar {
 public:
  Scalar() : Scalar(0) {}
  Scalar(bool v) : kind_(kBool), integer_(v) {}  // NOLINT: numbers convert
  template <std::integral T>
  Scalar(T v) : kind_(kInt64), integer_(static_cast<int64_t>(v)) {}  // NOLINT
  template <std::floating_point T>
  Scalar(T v) : kind_(kFloat64), real_(static_cast<double>(v)) {}  // NOLINT

  bool isFloatingPoint() const { return kind_ == kFloat64; }
  bool isIntegral() const { return kind_ == kInt64; }
  bool isBoolean() const { return kind_ == kBool; }
  /// kFloat64, kInt64 or kBool.
  ScalarType type() const { return kind_; }
  template <class T>
  T to() const {
    return kind_ == kFloat64 ? static_cast<T>(real_) : static_cast<T>(integer_);
  }
  double toDouble() const { return to<double>(); }
  int64_t toLong() const { return to<int64_t>(); }

 private:
  ScalarType kind_;
  union {
    double real_;
    int64_t integer_;
  };
};

}  // namespace convgrad
