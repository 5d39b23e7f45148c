#pragma once
#include <convgrad/detail/dim_vector.h>
#include <convgrad/detail/made_once.h>
#include <convgrad/detail/ref.h>
#include <convgrad/device.h>
#include <convgrad/dtype.h>

#include <functional>

namespace convgrad {
class Tensor;
namespace autograd {
class Node;
struct AutogradMeta;
}  // namespace autograd
}  // namespace convgrad

namespace convgrad::detail {

/// The object that stands for a tensor or node in another language (Python): kept here, so that the same tensor is the
/// same object there, with the attributes that users gave it. Guarded by that language's lock.
struct CONVGRAD_API Companion {
  void* object = nullptr;
  bool owned = false;  // nobody else holds the object: it goes with the tensor
  ~Companion() {
    if (object && owned) release(object);
  }
  static inline void (*release)(void* object) = nullptr;  // set by the binding
};

/// Counts the changes made in place; what autograd saved compares it.
struct CONVGRAD_API VersionCounter : RefCounted {
  std::atomic<uint32_t> value{0};
  ~VersionCounter() override;
};

/// The memory behind one or more tensors.
struct CONVGRAD_API Storage final : VersionCounter {
  explicit Storage(size_t bytes);                                            // from the pool, uninitialised
  Storage(void* foreign, size_t bytes, std::function<void(void*)> deleter);  // somebody else's
  ~Storage() override;
  void* data = nullptr;
  size_t bytes = 0;
  std::function<void(void*)> deleter;  // empty: the pool's own
};

/// Where a view came from, as far as changing it in place is concerned.
enum class CreationMeta : uint8_t { Default, NoGradMode, MultiOutputNode, InCustomFunction };

/// What a Tensor is a handle of: a storage, how it is read, and what autograd keeps.
struct CONVGRAD_API TensorImpl final : RefCounted {
  TensorImpl();
  ~TensorImpl() override;

  Ref<Storage> storage;
  DimVector sizes, strides;
  int64_t offset = 0, numel = 0;
  ScalarType dtype = kFloat32;
  bool contiguous = true;
  bool wrapped_number = false;  // made from a C++ or Python number: does not take part in type promotion as a tensor
  CreationMeta creation = CreationMeta::Default;
  std::atomic<uint32_t> view_version{0};  // of a view: the version its grad_fn belongs to
  Ref<TensorImpl> base;                   // of a view: the tensor that is no view
  Ref<VersionCounter> own_version;        // of .data(): changes do not count for the original
  MadeOnce<autograd::AutogradMeta> autograd;
  Companion companion{};

  VersionCounter& version() const { return own_version ? *own_version : *storage; }
  void* data() const { return static_cast<char*>(storage->data) + offset * element_size(dtype); }
};

}  // namespace convgrad::detail
