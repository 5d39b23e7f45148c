#include "core/make.h"

#include "core/memory.h"
#include "core/shape.h"

namespace convgrad {

namespace detail {

RefCounted::~RefCounted() = default;
VersionCounter::~VersionCounter() = default;

Storage::Storage(size_t count) : data(allocate_block(count)), bytes(count) {}
Storage::Storage(void* foreign, size_t count, std::function<void(void*)> d)
    : data(foreign), bytes(count), deleter(d ? std::move(d) : [](void*) {}) {}
Storage::~Storage() {
  if (deleter)
    deleter(data);
  else
    free_block(data, bytes);
}

}  // namespace detail

using detail::TensorImpl;

namespace {

detail::Ref<TensorImpl> make_impl(detail::Ref<detail::Storage> storage, IntArrayRef sizes, IntArrayRef strides,
                                  int64_t offset, int64_t numel, ScalarType dtype) {
  auto impl = detail::make_ref<TensorImpl>();
  impl->storage = std::move(storage);
  impl->sizes = sizes;
  impl->strides = strides;
  impl->offset = offset;
  impl->numel = numel;
  impl->dtype = dtype;
  impl->contiguous = is_contiguous(sizes, strides);
  return impl;
}

}  // namespace

Tensor make_tensor(IntArrayRef sizes, ScalarType dtype) {
  checked_numel(sizes, element_size(dtype));  // before strides are made of them
  return make_strided(sizes, contiguous_strides(sizes), dtype);
}

Tensor make_strided(IntArrayRef sizes, IntArrayRef strides, ScalarType dtype) {
  const int64_t numel = checked_numel(sizes, element_size(dtype));
  auto storage = detail::make_ref<detail::Storage>(static_cast<size_t>(numel * element_size(dtype)));
  return Tensor(make_impl(std::move(storage), sizes, strides, 0, numel, dtype));
}

Tensor make_foreign(void* data, IntArrayRef sizes, IntArrayRef strides, ScalarType dtype,
                    std::function<void(void*)> deleter) {
  const int64_t numel = checked_numel(sizes, element_size(dtype));
  int64_t last = 0;
  for (size_t d = 0; d < sizes.size(); ++d)
    last = checked_add(last, checked_mul(std::max<int64_t>(sizes[d] - 1, 0), strides[d], "from_blob"), "from_blob");
  const int64_t bytes = numel == 0 ? 0 : (last + 1) * element_size(dtype);
  auto storage = detail::make_ref<detail::Storage>(data, static_cast<size_t>(bytes), std::move(deleter));
  return Tensor(make_impl(std::move(storage), sizes, strides, 0, numel, dtype));
}

Tensor make_view(const Tensor& base, IntArrayRef sizes, IntArrayRef strides, int64_t offset) {
  const TensorImpl& b = base.impl();
  int64_t numel = 1;
  for (const int64_t s : sizes) numel = checked_mul(numel, s, "view");
  auto impl = make_impl(b.storage, sizes, strides, offset, numel, b.dtype);
  impl->own_version = b.own_version;
  impl->base = b.base ? b.base : base.ref();
  impl->creation = b.creation;
  impl->view_version = b.version().value.load();
  return Tensor(std::move(impl));
}

Tensor make_alias(const Tensor& t) {
  const TensorImpl& from = t.impl();
  auto impl = make_impl(from.storage, from.sizes, from.strides, from.offset, from.numel, from.dtype);
  impl->own_version = from.own_version;
  impl->wrapped_number = from.wrapped_number;
  return Tensor(std::move(impl));
}

}  // namespace convgrad
