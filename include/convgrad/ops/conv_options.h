#pragma once
#include <convgrad/detail/dim_vector.h>
#include <convgrad/export.h>

#include <concepts>
#include <string>
#include <vector>

namespace convgrad {

namespace detail {
/// The first member of options whose members must be written by name. Without it `conv2d(x, w, b, {2, 1})`, which is a
/// stride of (2, 1) in LibTorch, would compile and mean stride 2, padding 1.
struct ByNameOnly {
  constexpr explicit ByNameOnly() = default;
};
}  // namespace detail

/// Values for the spatial axes of an operation, first to last: `.stride = 2` for all, `.stride = {2, 1}` for each. How
/// many there must be is checked by the operation that reads them, which knows its axes.
class CONVGRAD_API AxisValues {
 public:
  AxisValues(std::integral auto all) : values_{static_cast<int64_t>(all)} {}  // NOLINT: numbers convert
  AxisValues(std::initializer_list<int64_t> list) : values_(list) {}          // NOLINT
  template <class List>
  requires(std::convertible_to<const List&, IntArrayRef> && !std::integral<List>) AxisValues(const List& list)
      : values_(IntArrayRef(list)) {}  // NOLINT

  size_t size() const { return values_.size(); }
  int64_t operator[](size_t i) const { return values_[i]; }
  operator IntArrayRef() const { return values_; }  // NOLINT
  friend bool operator==(const AxisValues& a, const AxisValues& b) { return a.values_ == b.values_; }

 private:
  DimVector values_;
};

/// The padding of a convolution: a number of cells at both ends of each axis, or of every axis; "valid", which is
/// none; or "same", so much that output = ⌈input / stride⌉ (the odd cell at the end, as ONNX's SAME_UPPER).
class CONVGRAD_API ConvPadding {
 public:
  enum class Kind : uint8_t { cells, same, valid };

  ConvPadding(std::integral auto all) : cells_(all) {}                // NOLINT: numbers convert
  ConvPadding(std::initializer_list<int64_t> list) : cells_(list) {}  // NOLINT
  ConvPadding(const AxisValues& cells) : cells_(cells) {}             // NOLINT
  ConvPadding(const char* name) : ConvPadding(std::string(name)) {}   // NOLINT
  ConvPadding(const std::string& name);                               // NOLINT: "same" or "valid", else Error
  template <class List>
  requires(std::convertible_to<const List&, IntArrayRef> && !std::integral<List>) ConvPadding(const List& list)
      : cells_(list) {}  // NOLINT

  Kind kind() const { return kind_; }
  const AxisValues& cells() const { return cells_; }  // zero where kind() is not `cells`
  friend bool operator==(const ConvPadding&, const ConvPadding&) = default;

 private:
  AxisValues cells_ = 0;
  Kind kind_ = Kind::cells;
};

/// What stands in the cells of the padding: zeros, or the input mirrored at its border cells, its border cell repeated,
/// or the input begun anew from its other end. Like padding_mode of torch.nn.Conv2d.
enum class PaddingMode : uint8_t { zeros, reflect, replicate, circular };
inline constexpr PaddingMode kZeros = PaddingMode::zeros, kReflect = PaddingMode::reflect,
                             kReplicate = PaddingMode::replicate, kCircular = PaddingMode::circular;

/// Options of conv1d, conv2d and conv3d: conv2d(x, w, b, {.stride = 2, .padding = "same"}).
struct ConvOptions {
  detail::ByNameOnly by_name_only = detail::ByNameOnly();
  AxisValues stride = 1;
  ConvPadding padding = 0;
  AxisValues padding_high = {};  // padding at the end of each axis; empty: as at the beginning
  AxisValues dilation = 1;
  int64_t groups = 1;
  PaddingMode padding_mode = PaddingMode::zeros;
};

/// Options of conv_transpose1d, conv_transpose2d and conv_transpose3d. stride, padding, dilation and groups are those
/// of the convolution whose adjoint this is.
struct ConvTransposeOptions {
  detail::ByNameOnly by_name_only = detail::ByNameOnly();
  AxisValues stride = 1;
  AxisValues padding = 0;              // cells cut off at both ends
  AxisValues padding_high = {};        // cells cut off at the end; empty: as at the beginning
  AxisValues output_padding = 0;       // cells added at the end, fewer than stride or dilation
  std::vector<int64_t> output_size{};  // the result's sizes, all or the spatial ones; replaces output_padding
  int64_t groups = 1;
  AxisValues dilation = 1;
  PaddingMode padding_mode = PaddingMode::zeros;
};

}  // namespace convgrad
