// Lower and upper triangles of matrices.
#include <algorithm>
#include <cstring>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "core/make.h"
#include "core/threads.h"

namespace convgrad {
namespace {

/// The matrices of `x` with zeros above (lower) or below the diagonal.
Tensor triangle(const Tensor& x, int64_t diagonal, bool lower) {
  const Tensor packed = x.contiguous();
  Tensor out = make_tensor(x.sizes(), x.dtype());
  const int64_t rows = x.size(-2), columns = x.size(-1), width = x.element_size();
  if (x.numel() == 0) return out;
  const auto* from = static_cast<const char*>(packed.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  // columns beyond which everything is on one side, so that the sum below cannot overflow
  diagonal = std::clamp(diagonal, -rows, columns);
  parallel_for(0, x.numel() / columns, std::max<int64_t>(1, (1 << 15) / columns), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t edge = std::clamp<int64_t>(row % rows + diagonal + (lower ? 1 : 0), 0, columns) * width;
      const int64_t start = row * columns * width, length = columns * width;
      const int64_t kept = lower ? 0 : edge, kept_end = lower ? edge : length;
      std::memset(to + start, 0, length);
      std::memcpy(to + start + kept, from + start + kept, kept_end - kept);
    }
  });
  return out;
}

struct Tril : Function<Tril> {
  static constexpr auto name = "TrilBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t diagonal) {
    check(x.dim() >= 2, "tril: input tensor must have at least 2 dimensions");
    ctx.keep(diagonal);
    return triangle(x, diagonal, true);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.tril(ctx.kept<int64_t>()); }
};

struct Triu : Function<Triu> {
  static constexpr auto name = "TriuBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t diagonal) {
    check(x.dim() >= 2, "triu: input tensor must have at least 2 dimensions");
    ctx.keep(diagonal);
    return triangle(x, diagonal, false);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.triu(ctx.kept<int64_t>()); }
};

}  // namespace

Tensor tril(const Tensor& x, int64_t diagonal) { return Tril::apply(x, diagonal); }
Tensor triu(const Tensor& x, int64_t diagonal) { return Triu::apply(x, diagonal); }

Tensor Tensor::tril(int64_t diagonal) const { return convgrad::tril(*this, diagonal); }
Tensor Tensor::triu(int64_t diagonal) const { return convgrad::triu(*this, diagonal); }

}  // namespace convgrad
