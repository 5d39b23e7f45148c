// matmul and linear: made of mm, bmm, mv and dot in the way PyTorch makes them, so that graphs look the same.
#include <algorithm>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/linalg.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {
namespace {

/// The elements of a fresh result in another shape, as a result and not as a view: nobody else holds them.
Tensor reshaped_result(const Tensor& fresh, IntArrayRef sizes) {
  Tensor out = make_alias(fresh);
  out.impl().sizes = sizes;
  out.impl().strides = contiguous_strides(sizes);
  return out;
}

struct UnsafeView : Function<UnsafeView> {
  static constexpr auto name = "UnsafeViewBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& fresh, IntArrayRef sizes) {
    ctx.keep(DimVector(fresh.sizes()));
    return reshaped_result(fresh, sizes);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.reshape(ctx.kept<DimVector>()); }
};

struct SqueezeFirst : Function<SqueezeFirst> {
  static constexpr auto name = "SqueezeBackward4";

  static Tensor forward(AutogradContext&, const Tensor& fresh) {
    return reshaped_result(fresh, fresh.sizes().slice(1, fresh.sizes().size() - 1));
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy.unsqueeze(0); }
};

DimVector leading(IntArrayRef sizes, size_t but) { return sizes.slice(0, sizes.size() - std::min(but, sizes.size())); }

DimVector joined(DimVector sizes, std::initializer_list<int64_t> tail) {
  for (const int64_t s : tail) sizes.push_back(s);
  return sizes;
}

int64_t product(IntArrayRef sizes) {
  int64_t n = 1;
  for (const int64_t s : sizes) n = checked_mul(n, s, "matmul");
  return n;
}

/// Whether a batch times one matrix (or the reverse) shall run as one product of a tall matrix.
bool should_fold(const Tensor& a, const Tensor& b) {
  const bool a_larger = a.dim() >= b.dim();
  const Tensor& small = a_larger ? b : a;
  if (std::max(a.dim(), b.dim()) < 3 || small.dim() > 2) return false;
  if (small.requires_grad()) return true;  // else its gradient would be made as large as the batch
  if (a.dim() == 2) return false;
  const Tensor large = a_larger ? a : b.mT();
  if (large.numel() == 0) return true;
  for (int64_t d = 0; d < large.dim() - 2; ++d)
    if (large.stride(d) != large.stride(d + 1) * large.size(d + 1)) return false;
  return true;
}

/// Whether a bias is the same row for all, so that addmm can add it.
bool is_row(const Tensor& bias) {
  return bias.dim() == 1 ||
         std::count_if(bias.sizes().begin(), bias.sizes().end(), [](int64_t n) { return n != 1; }) == 1;
}

Tensor folded(const Tensor& a, const Tensor& b) {
  const bool turned = b.dim() > a.dim();
  const Tensor large = turned ? b.mT() : a;
  const Tensor small = turned && a.dim() == 2 ? a.t() : turned ? a : b;
  DimVector sizes = leading(large.sizes(), 1);
  const Tensor tall = large.reshape({product(sizes), large.size(-1)});
  if (small.dim() == 1) return UnsafeView::apply(tall.mv(small), sizes);
  sizes.push_back(small.size(1));
  const Tensor out = UnsafeView::apply(tall.mm(small), sizes);
  return turned ? out.mT().contiguous() : out;
}

Tensor batched(const Tensor& a, const Tensor& b) {
  // One matrix against a batch: its gradient shall not become as large as the batch.
  if (a.dim() == 3 && b.dim() == 3 && a.size(0) != b.size(0)) {
    if (a.size(0) == 1 && a.requires_grad()) return matmul(a.squeeze(0), b);
    if (b.size(0) == 1 && b.requires_grad()) return matmul(a, b.squeeze(0));
  }
  const bool row = a.dim() == 1, column = b.dim() == 1;
  const int64_t m = row ? 1 : a.size(-2), k = a.size(-1);
  const int64_t k2 = column ? b.size(0) : b.size(-2), n = column ? 1 : b.size(-1);
  DimVector sizes = broadcast_shapes(leading(a.sizes(), 2), leading(b.sizes(), 2));
  const int64_t batch = product(sizes);
  const Tensor left = a.expand(joined(sizes, {m, k})).reshape({batch, m, k});
  const Tensor right = column ? b.expand(joined(sizes, {k2})).reshape({batch, k2}).unsqueeze(2)
                              : b.expand(joined(sizes, {k2, n})).reshape({batch, k2, n});
  if (!row) sizes.push_back(m);
  if (!column) sizes.push_back(n);
  const Tensor out = left.bmm(right);
  return UnsafeView::apply(column ? out.squeeze(-1) : out, IntArrayRef(sizes));
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() > 0 && b.dim() > 0,
                    "both arguments to matmul need to be at least 1D, but they are {}D and {}D", a.dim(), b.dim());
  if (a.dim() == 1 && b.dim() == 1) return a.dot(b);
  if (a.dim() == 2 && b.dim() == 1) return a.mv(b);
  if (a.dim() == 1 && b.dim() == 2) return SqueezeFirst::apply(a.unsqueeze(0).mm(b));
  if (a.dim() == 2 && b.dim() == 2) return a.mm(b);
  return should_fold(a, b) ? folded(a, b) : batched(a, b);
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check<ShapeError>(x.dim() > 0 && weight.dim() > 0,
                    "both arguments to linear need to be at least 1D, but they are {}D and {}D", x.dim(), weight.dim());
  if (!bias.defined()) return x.matmul(weight.t());
  if (x.dim() == 2) return bias.addmm(x, weight.t());
  if (x.is_contiguous() && is_row(bias)) {
    const DimVector lead = leading(x.sizes(), 1);
    const Tensor out = bias.addmm(x.reshape({product(lead), x.size(-1)}), weight.t());
    return out.view(joined(lead, {out.size(1)}));
  }
  return x.matmul(weight.t()).add(bias);
}

Tensor Tensor::matmul(const Tensor& other) const { return convgrad::matmul(*this, other); }

}  // namespace convgrad
