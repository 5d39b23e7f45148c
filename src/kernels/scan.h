#pragma once
#include "kernels/lines.h"

namespace convgrad::kernels {

enum class Scan { Sum, Product, LogSumExp };

/// y[i] = x[0] + … + x[i] (or the product, or the logarithm of the sum of exponentials, of floats) along each line. T:
/// float, double (accumulated in double), or an integer type (wraps). y may be x.
template <class T>
void scan(const Lines& lines, Scan what, const T* x, T* y);

/// The largest (smallest) element up to each, and its position in the line: of equals the last, the last NaN once there
/// is one. T is double or int64_t.
template <class T>
void running_extremum(const Lines& lines, bool largest, const T* x, T* values, int64_t* indices);

}  // namespace convgrad::kernels
