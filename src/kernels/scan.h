#pragma once
#include "kernels/lines.h"

namespace convgrad::kernels {

enum class Scan { Sum, Product };

/// y[i] = x[0] + … + x[i] (or the product) along each line. T: float, double (accumulated in double), or an integer
/// type (wraps). y may be x.
template <class T>
void scan(const Lines& lines, Scan what, const T* x, T* y);

}  // namespace convgrad::kernels
