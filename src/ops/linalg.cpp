#include "convgrad/ops/linalg.h"

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/gemm.h"

namespace convgrad {
namespace {

/// C's name of a type, as PyTorch's mm prints it.
const char* c_name(ScalarType t) {
  switch (t) {
    case kUInt8:
      return "unsigned char";
    case kInt32:
      return "int";
    case kInt64:
      return "long int";
    case kFloat64:
      return "double";
    case kBool:
      return "bool";
    default:
      return "float";
  }
}

/// Calls f with the element type; `kernel` is what PyTorch's refusal of bool names.
template <class F>
void visit_numbers(ScalarType t, const char* kernel, F f) {
  check<NotImplementedError>(t != kBool, "\"{}\" not implemented for 'Bool'", kernel);
  visit_dtype(t, [&]<class T>(std::type_identity<T> type) {
    if constexpr (!std::is_same_v<T, bool>) f(type);
  });
}

/// A tensor's last two dimensions as a matrix, the one before as the batch.
template <class T>
kernels::MatrixView<T> matrix(const Tensor& t) {
  const IntArrayRef s = t.strides();
  const size_t n = s.size();
  return {static_cast<T*>(t.data_ptr()), s[n - 2], s[n - 1], n > 2 ? s[n - 3] : 0};
}

/// out = alpha·a·b + beta·out
void multiply(const Tensor& a, const Tensor& b, const Tensor& out, Scalar alpha, Scalar beta, const char* kernel,
              const void* column_bias = nullptr) {
  visit_numbers(out.dtype(), kernel, [&]<class T>(std::type_identity<T>) {
    kernels::gemm<T>({.m = out.size(-2),
                      .n = out.size(-1),
                      .k = a.size(-1),
                      .batch = out.dim() > 2 ? out.size(0) : 1,
                      .a = matrix<const T>(a),
                      .b = matrix<const T>(b),
                      .c = matrix<T>(out),
                      .alpha = alpha.to<T>(),
                      .beta = beta.to<T>(),
                      .column_bias = static_cast<const T*>(column_bias)});
  });
}

/// Keeps what the gradient of a product of two needs.
void save_factors(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
  ctx.save(b.requires_grad() ? a : Tensor(), a.requires_grad() ? b : Tensor());
}

/// Which factors came in transposed (columns contiguous), as a layer's weight.t() does.
struct Layouts {
  bool first = false, second = false;
};
Layouts layouts(const Tensor& a, const Tensor& b) {
  const auto by_columns = [](const Tensor& t) { return t.stride(0) == 1 && t.size(0) > 1 && t.stride(1) >= t.size(0); };
  return {by_columns(a), by_columns(b)};
}
/// a·b in the wanted order: the gradient of weight.t() comes out so that the weight's own is contiguous.
Tensor product(const Tensor& a, const Tensor& b, bool by_columns) { return by_columns ? b.t().mm(a.t()).t() : a.mm(b); }

Tensor scaled(const Tensor& t, Scalar factor) { return factor.toDouble() == 1 ? t : t.mul(factor); }

struct Mm : Function<Mm> {
  static constexpr auto name = "MmBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    Tensor out = make_tensor({a.size(0), b.size(1)}, a.dtype());
    multiply(a, b, out, 1, 0, "addmm_impl_cpu_");
    save_factors(ctx, a, b);
    ctx.keep(layouts(a, b));
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Layouts by_columns = ctx.kept<Layouts>();
    return {ctx.needs(0, [&] { return product(dy, ctx.saved(1).t(), by_columns.first); }),
            ctx.needs(1, [&] { return product(ctx.saved(0).t(), dy, by_columns.second); })};
  }
};

struct Bmm : Function<Bmm> {
  static constexpr auto name = "BmmBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    Tensor out = make_tensor({a.size(0), a.size(1), b.size(2)}, a.dtype());
    multiply(a, b, out, 1, 0, "bmm");
    save_factors(ctx, a, b);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {ctx.needs(0, [&] { return dy.bmm(ctx.saved(1).transpose(1, 2)); }),
            ctx.needs(1, [&] { return ctx.saved(0).transpose(1, 2).bmm(dy); })};
  }
};

struct Mv : Function<Mv> {
  static constexpr auto name = "MvBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& x) {
    Tensor out = make_tensor({a.size(0)}, a.dtype());
    multiply(a, x.unsqueeze(1), out.unsqueeze(1), 1, 0, "addmv_impl_cpu");
    save_factors(ctx, a, x);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {ctx.needs(0, [&] { return dy.outer(ctx.saved(1)); }),
            ctx.needs(1, [&] { return ctx.saved(0).t().mv(dy); })};
  }
};

struct Dot : Function<Dot> {
  static constexpr auto name = "DotBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    Tensor out = make_tensor({}, a.dtype());
    multiply(a.unsqueeze(0), b.unsqueeze(1), make_view(out, {1, 1}, {1, 1}, 0), 1, 0, "dot");
    save_factors(ctx, a, b);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {ctx.needs(0, [&] { return dy.mul(ctx.saved(1)); }), ctx.needs(1, [&] { return dy.mul(ctx.saved(0)); })};
  }
};

struct Addmm : Function<Addmm> {
  static constexpr auto name = "AddmmBackward0";
  struct Kept {
    Scalar beta, alpha;
    Layouts by_columns;
  };

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta,
                        Scalar alpha) {
    const Tensor expanded = self.expand({a.size(0), b.size(1)});
    Tensor out = make_tensor(expanded.sizes(), a.dtype());
    const bool row = expanded.stride(0) == 0 && expanded.stride(1) == 1 && beta.toDouble() == 1;
    const bool read = !row && beta.toDouble() != 0;
    if (read) out.copy_(expanded);
    multiply(a, b, out, alpha, read ? beta : Scalar(0), "addmm_impl_cpu_", row ? self.data_ptr() : nullptr);
    save_factors(ctx, a, b);
    ctx.keep(Kept{beta, alpha, layouts(a, b)});
    return out;
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const Kept& kept = ctx.kept<Kept>();
    const auto first = [&] { return product(dy, ctx.saved(1).t(), kept.by_columns.first); };
    const auto second = [&] { return product(ctx.saved(0).t(), dy, kept.by_columns.second); };
    return {ctx.needs(0, [&] { return scaled(dy, kept.beta); }),  // the engine sums it to self's shape
            ctx.needs(1, [&] { return scaled(first(), kept.alpha); }),
            ctx.needs(2, [&] { return scaled(second(), kept.alpha); })};
  }
};

void check_multiplicable(const Tensor& a, const Tensor& b) {
  if (a.size(1) != b.size(0)) [[unlikely]]
    throw ShapeError(
        ErrorDetails{.op = "mm",
                     .argument = "mat2",
                     .what = fmt::format("mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})", a.size(0),
                                         a.size(1), b.size(0), b.size(1)),
                     .expected = fmt::format("[{}, any]", a.size(1)),
                     .got = to_string(b.sizes()),
                     .hint = fmt::format("the columns of the first ({}) must be as many as the rows of the second ({})",
                                         a.size(1), b.size(0))});
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() == 2, "self must be a matrix");
  check<ShapeError>(b.dim() == 2, "mat2 must be a matrix");
  check_multiplicable(a, b);
  check(a.dtype() == b.dtype(), "expected m1 and m2 to have the same dtype, but got: {} != {}", c_name(a.dtype()),
        c_name(b.dtype()));
  return Mm::apply(a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() == 3, "batch1 must be a 3D tensor");
  check<ShapeError>(b.dim() == 3, "batch2 must be a 3D tensor");
  check<ShapeError>(a.size(0) == b.size(0) && a.size(2) == b.size(1),
                    "Expected size for first two dimensions of batch2 tensor to be: [{}, {}] but got: [{}, {}].",
                    a.size(0), a.size(2), b.size(0), b.size(1));
  check(a.dtype() == b.dtype(), "expected scalar type {} but found {}", legacy_name(a.dtype()), legacy_name(b.dtype()));
  return Bmm::apply(a, b);
}

Tensor mv(const Tensor& a, const Tensor& x) {
  // PyTorch names the rank of the result here, which it takes for 1 whatever the matrix is.
  check<ShapeError>(a.dim() == 2 && x.dim() == 1, "vector + matrix @ vector expected, got 1, {}, {}", a.dim(), x.dim());
  check<ShapeError>(a.size(1) == x.size(0), "size mismatch, got input ({}), mat ({}x{}), vec ({})", a.size(0),
                    a.size(0), a.size(1), x.size(0));
  check(a.dtype() == x.dtype(), "addmv input tensors must have the same dtype, but got {}, {}, and {}",
        legacy_name(x.dtype()), legacy_name(a.dtype()), legacy_name(x.dtype()));
  return Mv::apply(a, x);
}

Tensor dot(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() == 1 && b.dim() == 1, "1D tensors expected, but got {}D and {}D tensors", a.dim(), b.dim());
  check(a.dtype() == b.dtype(), "dot : expected both vectors to have same dtype, but found {} and {}",
        legacy_name(a.dtype()), legacy_name(b.dtype()));
  check<ShapeError>(a.numel() == b.numel(),
                    "inconsistent tensor size, expected tensor {} and src {} to have the same number of elements, but "
                    "got {} and {} elements respectively",
                    a.sizes(), b.sizes(), a.numel(), b.numel());
  return Dot::apply(a, b);
}

Tensor outer(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() == 1, "outer: Expected 1-D argument self, but got {}-D", a.dim());
  check<ShapeError>(b.dim() == 1, "outer: Expected 1-D argument vec2, but got {}-D", b.dim());
  return a.reshape({a.size(0), 1}).mul(b);
}

Tensor addmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check<ShapeError>(a.dim() == 2, "mat1 must be a matrix, got {}-D tensor", a.dim());
  check<ShapeError>(b.dim() == 2, "mat2 must be a matrix, got {}-D tensor", b.dim());
  check_multiplicable(a, b);
  check(self.dtype() == b.dtype(), "self and mat2 must have the same dtype, but got {} and {}",
        legacy_name(self.dtype()), legacy_name(b.dtype()));
  check(a.dtype() == b.dtype(), "mat1 and mat2 must have the same dtype, but got {} and {}", legacy_name(a.dtype()),
        legacy_name(b.dtype()));
  return Addmm::apply(self, a, b, beta, alpha);
}

Tensor Tensor::mm(const Tensor& other) const { return convgrad::mm(*this, other); }
Tensor Tensor::bmm(const Tensor& other) const { return convgrad::bmm(*this, other); }
Tensor Tensor::mv(const Tensor& vector) const { return convgrad::mv(*this, vector); }
Tensor Tensor::dot(const Tensor& other) const { return convgrad::dot(*this, other); }
Tensor Tensor::outer(const Tensor& other) const { return convgrad::outer(*this, other); }
Tensor Tensor::addmm(const Tensor& mat1, const Tensor& mat2, Scalar beta, Scalar alpha) const {
  return convgrad::addmm(*this, mat1, mat2, beta, alpha);
}

}  // namespace convgrad
