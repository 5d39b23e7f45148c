// Distances and similarities: compositions, as PyTorch's are.
#include "ops/distance.h"

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/copy.h"
#include "convgrad/ops/distance.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

/// x over its norm, or over eps; the gradient is that of the norm wherever the bound is.
Tensor direction(const Tensor& x, int64_t dim, double eps) {
  Tensor size = x.norm(2, {dim}, true).clone();
  {
    NoGradGuard guard;
    size.clamp_(eps);
  }
  return x / size;
}

void check_bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const Tensor& bias) {
  check<ShapeError>(a.dim() == b.dim(), "bilinear(): input dimensions do not match: got {} and {}", a.dim(), b.dim());
  for (int64_t d = 0; d + 1 < a.dim(); ++d)
    check<ShapeError>(a.size(d) == b.size(d),
                      "bilinear(): input batch dimensions do not match at dim {}: got {} and {}", d, a.size(d),
                      b.size(d));
  for (const int64_t i : {1, 2}) {
    const int64_t got = (i == 1 ? a : b).size(-1), expected = weight.size(i);
    check<ShapeError>(got == expected, "bilinear(): input{} size does not match weight size: got {} but expected {}", i,
                      got, expected);
  }
  check<ShapeError>(!bias.defined() || bias.size(0) == weight.size(0),
                    "bilinear(): bias size does not match weight size: got {} but expected {}",
                    bias.defined() ? bias.size(0) : 0, weight.size(0));
  const ScalarType t = a.dtype();
  const bool alike = b.dtype() == t && weight.dtype() == t && (!bias.defined() || bias.dtype() == t);
  check(alike, "All tensors must have the same dtype, got input1: {}, input2: {}, weight: {}{}", demangled_name(t),
        demangled_name(b.dtype()), demangled_name(weight.dtype()),
        bias.defined() ? fmt::format(", bias: {}", demangled_name(bias.dtype())) : "");
}

}  // namespace

Tensor cosine_similarity(const Tensor& a, const Tensor& b, int64_t dim, double eps) {
  const ScalarType type = promote_types(a.dtype(), b.dtype());
  check(is_floating_point(type), "expected common dtype to be floating point, yet common dtype is {}",
        legacy_name(type));
  const DimVector sizes = broadcast_shapes(a.sizes(), b.sizes());
  const auto wide = [&](const Tensor& t) { return (t.sizes() == IntArrayRef(sizes) ? t : t.expand(sizes)).to(type); };
  return (direction(wide(a), dim, eps) * direction(wide(b), dim, eps)).sum({dim});
}

Tensor pairwise_distance(const Tensor& a, const Tensor& b, double p, double eps, bool keepdim) {
  return norm_of_difference(a - b + eps, p, {-1}, keepdim);
}

Tensor normalize(const Tensor& x, double p, IntArrayRef dims, double eps) {
  return x / x.norm(p, dims, true).clamp_min(eps).expand_as(x);
}

Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const Tensor& bias) {
  check_bilinear(a, b, weight, bias);
  const int64_t outputs = weight.size(0), in1 = weight.size(1), in2 = weight.size(2);
  const Tensor left = a.reshape({-1, in1}), right = b.reshape({-1, in2});
  const Tensor products = left.mm(weight.permute({1, 0, 2}).reshape({in1, -1})).view({-1, outputs, in2});
  DimVector sizes = a.sizes();
  sizes[sizes.size() - 1] = outputs;
  const Tensor y = products.mul(right.unsqueeze(1)).sum({-1}).view(sizes);
  return bias.defined() ? y + bias : y;
}

}  // namespace convgrad
