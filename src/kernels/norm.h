#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// A normalisation of a contiguous array [outer, groups, per, inner]: each group has a mean and a variance of its own,
/// over outer, per and inner. Channel p of group g takes weight number (g · per + p) mod `weights`.
///
///   batch norm    [N, C, 1, inner], C weights          instance norm  [1, N·C, 1, inner], C weights
///   group norm    [1, N·G, C/G, inner], C weights      layer norm     [1, rows, n, 1], n weights
struct NormShape {
  int64_t outer = 1, groups = 1, per = 1, inner = 1, weights = 1;

  int64_t count() const { return outer * per * inner; }  // of a group's elements
  int64_t channels() const { return groups * per; }
};

/// y = (x − mean) / √(variance + eps) · weight + bias. weight, bias: may be null. mean, variance: one for each group,
/// computed unless `given` (the variance that divides by n).
template <class T>
struct NormForward {
  NormShape shape;
  const T *x, *weight, *bias;
  T* y;
  double *mean, *variance;
  double eps;
  bool given;
};
template <class T>
void norm_forward(const NormForward<T>& f);

/// The gradients of that for dy. dx, dweight, dbias: null where not wanted. weight: may be null.
template <class T>
struct NormBackward {
  NormShape shape;
  const T *dy, *x, *weight;
  T* dx;
  double *dweight, *dbias;  // [weights]
  const double *mean, *variance;
  double eps;
  bool given;  // the mean and the variance do not depend on x
};
template <class T>
void norm_backward(const NormBackward<T>& b);

}  // namespace convgrad::kernels
