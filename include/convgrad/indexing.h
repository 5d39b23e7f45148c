#pragma once
#include <convgrad/array_ref.h>

#include <optional>

namespace convgrad {

class Tensor;

namespace indexing {

struct NoneType {};
/// A new dimension of size one. Like None in x[None].
inline constexpr NoneType None{};

struct EllipsisType {};
/// As many full slices as fit. Like ... in x[..., 0].
inline constexpr EllipsisType Ellipsis{};

/// start:stop:step; what is left out goes to the end. A step below one is refused, as in PyTorch.
struct Slice {
  constexpr Slice() = default;
  constexpr Slice(std::optional<int64_t> start, std::optional<int64_t> stop = {},
                  std::optional<int64_t> step = {})  // NOLINT
      : start(start), stop(stop), step(step) {}
  constexpr Slice(NoneType, std::optional<int64_t> stop, std::optional<int64_t> step = {}) : stop(stop), step(step) {}
  constexpr Slice(NoneType, NoneType, std::optional<int64_t> step = {}) : step(step) {}
  constexpr Slice(std::optional<int64_t> start, NoneType, std::optional<int64_t> step = {})
      : start(start), step(step) {}
  std::optional<int64_t> start{}, stop{}, step{};
};

/// One entry of an index list: x.index({0, "...", None, Slice(1, 5, 2), mask, positions}). Like
/// torch::indexing::TensorIndex.
class CONVGRAD_API TensorIndex {
 public:
  enum class Kind { none, ellipsis, integer, boolean, slice, tensor };
  TensorIndex(NoneType) : kind_(Kind::none) {}                  // NOLINT
  TensorIndex(EllipsisType) : kind_(Kind::ellipsis) {}          // NOLINT
  TensorIndex(const char* dots);                                // NOLINT: "..." alone
  TensorIndex(int64_t i) : kind_(Kind::integer), i_(i) {}       // NOLINT
  TensorIndex(int i) : TensorIndex(static_cast<int64_t>(i)) {}  // NOLINT
  TensorIndex(bool b) : kind_(Kind::boolean), i_(b) {}          // NOLINT
  TensorIndex(Slice s) : kind_(Kind::slice), slice_(s) {}       // NOLINT
  TensorIndex(const Tensor& t);  // NOLINT: int64, int32 (positions) or bool, uint8 (mask)
  TensorIndex(const TensorIndex&);
  TensorIndex& operator=(const TensorIndex&);
  ~TensorIndex();

  Kind kind() const { return kind_; }
  int64_t integer() const { return i_; }
  bool boolean() const { return i_ != 0; }
  const Slice& slice() const { return slice_; }
  const Tensor& tensor() const { return *tensor_; }

 private:
  Kind kind_;
  int64_t i_ = 0;
  Slice slice_{};
  Tensor* tensor_ = nullptr;  // Tensor is incomplete here
};

}  // namespace indexing
}  // namespace convgrad
