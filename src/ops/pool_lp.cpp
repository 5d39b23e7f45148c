// Power means over windows: compositions, as PyTorch's are.
#include <cmath>

#include "convgrad/ops/activation.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/pool.h"
#include "core/check.h"

namespace convgrad {
namespace {

Tensor largest(const Tensor& x, int64_t dims, IntArrayRef kernel, IntArrayRef stride, bool ceil_mode) {
  constexpr auto pools = std::array{max_pool1d, max_pool2d, max_pool3d};
  return pools[static_cast<size_t>(dims - 1)](x, kernel, stride, 0, 1, ceil_mode);
}

Tensor mean(const Tensor& x, int64_t dims, IntArrayRef kernel, IntArrayRef stride, bool ceil_mode) {
  if (dims == 1) return avg_pool1d(x, kernel, stride, 0, ceil_mode);
  return (dims == 2 ? avg_pool2d : avg_pool3d)(x, kernel, stride, 0, ceil_mode, true, {});
}

Tensor lp_pool(const Tensor& x, Scalar norm_type, int64_t dims, IntArrayRef kernel, IntArrayRef stride,
               bool ceil_mode) {
  const double p = norm_type.toDouble();
  if (std::isinf(p)) {
    const Tensor size = x.abs();
    return p > 0 ? largest(size, dims, kernel, stride, ceil_mode)
                 : largest(size.neg(), dims, kernel, stride, ceil_mode).neg();
  }
  check<ValueError>(p != 0, "float division by zero");
  const Tensor y = mean(x.pow(norm_type), dims, kernel, stride, ceil_mode);
  int64_t cells = 1;
  for (int64_t a = 0; a < dims; ++a) cells *= kernel[kernel.size() == 1 ? 0 : static_cast<size_t>(a)];
  return y.sign().mul(y.abs().relu()).mul(cells).pow(1 / p);
}

}  // namespace

Tensor lp_pool1d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride, bool ceil_mode) {
  return lp_pool(x, norm_type, 1, kernel_size, stride, ceil_mode);
}
Tensor lp_pool2d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride, bool ceil_mode) {
  return lp_pool(x, norm_type, 2, kernel_size, stride, ceil_mode);
}
Tensor lp_pool3d(const Tensor& x, Scalar norm_type, IntArrayRef kernel_size, IntArrayRef stride, bool ceil_mode) {
  return lp_pool(x, norm_type, 3, kernel_size, stride, ceil_mode);
}

}  // namespace convgrad
