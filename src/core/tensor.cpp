#include "convgrad/tensor.h"

#include <cstring>

#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {

Tensor Tensor::of(Scalar value) {
  const ScalarType dtype = value.isFloatingPoint() ? get_default_dtype() : value.type();
  Tensor t = make_tensor({}, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) { *static_cast<T*>(t.data_ptr()) = value.to<T>(); });
  return t;
}

int64_t Tensor::size(int64_t d) const { return impl().sizes[normalize_dim(d, dim(), false)]; }
int64_t Tensor::stride(int64_t d) const { return impl().strides[normalize_dim(d, dim(), false)]; }
bool Tensor::is_view() const { return static_cast<bool>(impl().base); }
bool Tensor::is_alias_of(const Tensor& other) const { return impl().storage == other.impl().storage; }

void Tensor::throw_undefined() {
  throw Error(ErrorDetails{.what = "Expected a proper Tensor but got None (or an undefined Tensor in C++)",
                           .hint = "a Tensor made by `Tensor t;` holds nothing until it is assigned"});
}

void Tensor::check_type(ScalarType wanted) const {
  check(dtype() == wanted, "expected scalar type {} but found {}", legacy_name(wanted), legacy_name(dtype()));
}

Scalar Tensor::item() const {
  check(numel() == 1, "a Tensor with {} elements cannot be converted to Scalar", numel());
  return visit_dtype(dtype(),
                     [&]<class T>(std::type_identity<T>) { return Scalar(*static_cast<const T*>(data_ptr())); });
}

template <class To>
std::vector<To> Tensor::to_vector() const {
  const Tensor packed = contiguous();
  // vector<bool> packs bits, hence the element-wise loop
  std::vector<To> out(static_cast<size_t>(numel()));
  visit_dtype(dtype(), [&]<class T>(std::type_identity<T>) {
    const T* from = static_cast<const T*>(packed.data_ptr());
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<To>(from[i]);
  });
  return out;
}
template CONVGRAD_API std::vector<float> Tensor::to_vector<float>() const;
template CONVGRAD_API std::vector<double> Tensor::to_vector<double>() const;
template CONVGRAD_API std::vector<int64_t> Tensor::to_vector<int64_t>() const;
template CONVGRAD_API std::vector<int32_t> Tensor::to_vector<int32_t>() const;
template CONVGRAD_API std::vector<uint8_t> Tensor::to_vector<uint8_t>() const;
template CONVGRAD_API std::vector<bool> Tensor::to_vector<bool>() const;

namespace indexing {

TensorIndex::TensorIndex(const char* dots) : kind_(Kind::ellipsis) {
  check<ValueError>(std::strcmp(dots, "...") == 0, "Expected \"...\" to represent an ellipsis index, but got \"{}\"",
                    dots);
}
TensorIndex::TensorIndex(const Tensor& t) : kind_(Kind::tensor), tensor_(new Tensor(t)) {}
TensorIndex::TensorIndex(const TensorIndex& other)
    : kind_(other.kind_),
      i_(other.i_),
      slice_(other.slice_),
      tensor_(other.tensor_ ? new Tensor(*other.tensor_) : nullptr) {}
TensorIndex& TensorIndex::operator=(const TensorIndex& other) {
  if (this == &other) return *this;
  Tensor* copy = other.tensor_ ? new Tensor(*other.tensor_) : nullptr;
  delete tensor_;
  kind_ = other.kind_, i_ = other.i_, slice_ = other.slice_, tensor_ = copy;
  return *this;
}
TensorIndex::~TensorIndex() { delete tensor_; }

}  // namespace indexing
}  // namespace convgrad
