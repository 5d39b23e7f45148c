#pragma once
#include <cstdint>

#include "kernels/norm.h"

namespace convgrad::kernels {

/// Two sums that are taken together.
struct NormSums {
  double a = 0, b = 0;
};

/// scale · (x − mean) + shift with numbers of type T; what rounding the mean leaves out is in the shift.
template <class T>
struct NormLine {
  T mean, scale, shift;
  NormLine(double mean_, double scale_, double shift_)
      : mean(static_cast<T>(mean_)),
        scale(static_cast<T>(scale_)),
        shift(static_cast<T>(shift_ + (static_cast<double>(mean) - mean_) * scale_)) {}
};

/// Passes over n consecutive elements. weight, bias: one for each of them, or null.
template <class T>
struct NormRuns {
  /// Σ (x − shift) and Σ (x − shift)².
  NormSums (*shifted_sums)(const T* x, int64_t n, double shift);
  /// Σ g and Σ g · (x − mean), g = dy · weight.
  NormSums (*gradient_sums)(const T* dy, const T* weight, const T* x, int64_t n, double mean);
  /// y = line(x) · weight + bias
  void (*map)(const T* x, const T* weight, const T* bias, T* y, int64_t n, NormLine<T> line);
  /// dx = dy · weight · factor + line(x)
  void (*gradient)(const T* dy, const T* x, const T* weight, T* dx, int64_t n, T factor, NormLine<T> line);
  /// dweight += dy · line(x), dbias += dy
  void (*add_products)(const T* dy, const T* x, T* dweight, T* dbias, int64_t n, NormLine<T> line);
};

/// Those of the instruction set in use; float and double.
template <class T>
const NormRuns<T>& norm_runs();

/// Mean and variance of n numbers whose sums of x − shift and of its square these are.
void set_moments(const NormSums& sums, double shift, int64_t n, double& mean, double& variance);

// Groups first … last − 1 where `per` is one and inner small: a group is `inner` columns of a matrix with outer rows.
template <class T>
void norm_forward_columns(const NormForward<T>& f, int64_t first, int64_t last);
/// sums: for each group Σ dy and Σ dy · (x − mean).
template <class T>
void norm_backward_columns(const NormBackward<T>& b, NormSums* sums, int64_t first, int64_t last);

/// The longest `inner` they take.
constexpr int64_t kColumnsInner = 16;

}  // namespace convgrad::kernels
