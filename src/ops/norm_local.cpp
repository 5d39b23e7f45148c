#include "convgrad/ops/norm.h"
#include "convgrad/ops/pad.h"
#include "convgrad/ops/pool.h"
#include "core/check.h"

namespace convgrad {

Tensor local_response_norm(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  check<ValueError>(x.dim() >= 3,
                    "Expected 3D or higher dimensionality                          input (got {} dimensions)", x.dim());
  if (x.numel() == 0) return x;
  const int64_t before = size / 2, after = (size - 1) / 2;
  // one channel whose rows are x's channels
  const int64_t inner = x.numel() / (x.size(0) * x.size(1));
  const Tensor squares = x.mul(x).reshape({x.size(0), 1, x.size(1), inner});
  const Tensor mean = avg_pool2d(pad(squares, {0, 0, before, after}), {size, 1}, 1).reshape(x.sizes());
  return x / mean.mul(alpha).add(k).pow(beta);
}

}  // namespace convgrad
