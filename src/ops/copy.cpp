#include "convgrad/ops/copy.h"

#include <optional>

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/convert.h"
#include "core/make.h"
#include "core/shape.h"
#include "core/threads.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

bool same_elements(const detail::TensorImpl& a, const detail::TensorImpl& b) {
  return a.storage == b.storage && a.offset == b.offset && a.dtype == b.dtype && a.sizes == b.sizes &&
         a.strides == b.strides;
}

struct Copy : Function<Copy> {
  static constexpr auto name = "CopyBackwards";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& source) {
    Tensor out = ctx.output(broadcast_shapes(self.sizes(), source.sizes()), self.dtype());
    if (same_elements(out.impl(), source.impl())) return out;
    check_overlap(out.impl(), source.impl());
    // other memory that overlaps is read whole before it is written
    run_copy(out, source.is_alias_of(self) ? source.clone() : source);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {Tensor(), ctx.needs(1, [&] { return dy; })};  // the engine sums and converts to the source's shape and type
  }
};

/// A new tensor with the same elements; its dimensions in the order in which t's lie in memory.
Tensor copied(const Tensor& t, ScalarType dtype) {
  Tensor out = make_strided(t.sizes(), result_strides(t.sizes(), Operand(t)), dtype);
  run_copy(out, t);
  return out;
}

struct Clone : Function<Clone> {
  static constexpr auto name = "CloneBackward0";
  static Tensor forward(AutogradContext&, const Tensor& t) { return copied(t, t.dtype()); }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct Contiguous : Function<Contiguous> {
  static constexpr auto name = "CloneBackward0";
  static Tensor forward(AutogradContext&, const Tensor& t) {
    Tensor out = make_tensor(t.sizes(), t.dtype());
    run_copy(out, t);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct ToCopy : Function<ToCopy> {
  static constexpr auto name = "ToCopyBackward0";
  static Tensor forward(AutogradContext&, const Tensor& t, ScalarType dtype) { return copied(t, dtype); }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }  // converted back by the engine
};

/// Elements that share memory are written by one thread.
void fill_any(const Tensor& out, Scalar value) {
  std::optional<SerialScope> alone;
  if (may_overlap(out.sizes(), out.strides())) alone.emplace();
  run_copy(out, value);
}

struct Fill : Function<Fill> {
  static constexpr auto name = "FillBackward2";
  static constexpr bool writes_shared_elements = true;
  static Tensor forward(AutogradContext& ctx, const Tensor& self, Scalar value) {
    check_fits(value, self.dtype());
    Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_any(out, value);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor&) { return {}; }
};

struct FillTensor : Function<FillTensor> {
  static constexpr auto name = "FillBackward3";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& value) {
    Tensor out = ctx.output(self.sizes(), self.dtype());
    run_copy(out, value.is_alias_of(self) ? value.clone() : value);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {Tensor(), ctx.needs(1, [&] { return dy.sum(); })};
  }
};

struct Zero : Function<Zero> {
  static constexpr auto name = "ZeroBackward0";
  static constexpr bool writes_shared_elements = true;
  static Tensor forward(AutogradContext& ctx, const Tensor& self) {
    Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_any(out, 0);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor&) { return {}; }
};

}  // namespace

Tensor clone(const Tensor& t) { return Clone::apply(t); }
Tensor to(const Tensor& t, ScalarType dtype, bool copy) {
  return t.dtype() == dtype && !copy ? t : ToCopy::apply(t, dtype);
}

Tensor Tensor::clone() const { return convgrad::clone(*this); }
Tensor Tensor::contiguous() const { return is_contiguous() ? *this : Contiguous::apply(*this); }
Tensor Tensor::to(ScalarType dtype, bool copy) const { return convgrad::to(*this, dtype, copy); }
Tensor Tensor::to(TensorOptions options, bool copy) const { return to(options.dtype.value_or(dtype()), copy); }
Tensor Tensor::to(Device) const { return *this; }
Tensor Tensor::type_as(const Tensor& other) const { return to(other.dtype()); }

Tensor& Tensor::copy_(const Tensor& source) {
  Copy::apply_in_place(*this, source);
  return *this;
}
Tensor& Tensor::fill_(Scalar value) {
  Fill::apply_in_place(*this, value);
  return *this;
}
Tensor& Tensor::fill_(const Tensor& value) {
  check(value.dim() == 0, "fill_ only supports 0-dimension value tensor but got tensor with {} dimensions.",
        value.dim());
  FillTensor::apply_in_place(*this, value);
  return *this;
}
Tensor& Tensor::zero_() {
  Zero::apply_in_place(*this);
  return *this;
}

}  // namespace convgrad
