#include "convgrad/ops/copy.h"

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {
namespace {

template <class To, class From>
void copy_elements(To* to, const From* from, IntArrayRef sizes, IntArrayRef to_strides, IntArrayRef from_strides) {
  if (sizes.empty()) {
    *to = static_cast<To>(*from);
    return;
  }
  for (int64_t i = 0; i < sizes[0]; ++i)
    if (sizes.size() == 1)
      to[i * to_strides[0]] = static_cast<To>(from[i * from_strides[0]]);
    else
      copy_elements(to + i * to_strides[0], from + i * from_strides[0], sizes.slice(1, sizes.size() - 1),
                    to_strides.slice(1, to_strides.size() - 1), from_strides.slice(1, from_strides.size() - 1));
}

/// to ← from, broadcast and converted; both may have any strides.
void copy_into(const Tensor& to, const Tensor& from) {
  if (to.numel() == 0) return;
  const DimVector strides = broadcast_strides(from.sizes(), from.strides(), to.sizes());
  visit_dtype(to.dtype(), [&]<class To>(std::type_identity<To>) {
    visit_dtype(from.dtype(), [&]<class From>(std::type_identity<From>) {
      copy_elements(static_cast<To*>(to.data_ptr()), static_cast<const From*>(from.data_ptr()), to.sizes(),
                    to.strides(), strides);
    });
  });
}

struct Copy : Function<Copy> {
  static constexpr auto name = "CopyBackwards";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& source) {
    check(is_expandable_to(source.sizes(), self.sizes()),
          "The expanded size of the tensor ({}) must match the existing size ({})", to_string(self.sizes()),
          to_string(source.sizes()));
    Tensor out = ctx.output(self.sizes(), self.dtype());
    // memory that overlaps is read whole before it is written
    copy_into(out, source.is_alias_of(self) ? source.clone() : source);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {Tensor(), ctx.needs(1, [&] { return dy; })};  // the engine sums and converts to the source's shape and type
  }
};

/// Strides that keep the order of a dense tensor's dimensions; contiguous otherwise.
DimVector preserved_strides(const Tensor& t) {
  if (t.is_contiguous()) return contiguous_strides(t.sizes());
  std::vector<size_t> order(t.sizes().size());
  for (size_t d = 0; d < order.size(); ++d) order[d] = d;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return t.strides()[a] > t.strides()[b]; });
  DimVector strides(order.size());
  int64_t step = 1;
  for (size_t i = order.size(); i-- > 0;) {
    const size_t d = order[i];
    if (t.sizes()[d] != 1 && t.strides()[d] != step) return contiguous_strides(t.sizes());
    strides[d] = step;
    step *= std::max<int64_t>(t.sizes()[d], 1);
  }
  return strides;
}

struct Clone : Function<Clone> {
  static constexpr auto name = "CloneBackward0";

  static Tensor forward(AutogradContext&, const Tensor& t) {
    Tensor out = make_strided(t.sizes(), preserved_strides(t), t.dtype());
    copy_into(out, t);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct Contiguous : Function<Contiguous> {
  static constexpr auto name = "CloneBackward0";

  static Tensor forward(AutogradContext&, const Tensor& t) {
    Tensor out = make_tensor(t.sizes(), t.dtype());
    copy_into(out, t);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct ToCopy : Function<ToCopy> {
  static constexpr auto name = "ToCopyBackward0";

  static Tensor forward(AutogradContext&, const Tensor& t, ScalarType dtype) {
    Tensor out = make_strided(t.sizes(), preserved_strides(t), dtype);
    copy_into(out, t);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }  // converted back by the engine
};

struct Fill : Function<Fill> {
  static constexpr auto name = "FillBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, Scalar value) {
    Tensor out = ctx.output(self.sizes(), self.dtype());
    const Tensor number = make_tensor({}, self.dtype());
    visit_dtype(self.dtype(),
                [&]<class T>(std::type_identity<T>) { *static_cast<T*>(number.data_ptr()) = convert<T>(value); });
    copy_into(out, number);
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
  return copy_(value);
}
Tensor& Tensor::zero_() { return fill_(0); }

}  // namespace convgrad
