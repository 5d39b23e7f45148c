// Comparisons of whole tensors.
#include "convgrad/ops/compare.h"

namespace convgrad {

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return isclose(a, b, rtol, atol, equal_nan).all().item<bool>();
}

bool equal(const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes() && eq(a, b).all().item<bool>(); }

bool Tensor::equal(const Tensor& other) const { return convgrad::equal(*this, other); }
bool Tensor::allclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return convgrad::allclose(*this, other, rtol, atol, equal_nan);
}

}  // namespace convgrad
