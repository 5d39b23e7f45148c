#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

#include <optional>
#include <string>

namespace convgrad {

/// Factors for the spatial axes, first to last: `.scale_factor = 2` for all, `.scale_factor = {2, 1.5}` for each.
class CONVGRAD_API AxisFactors {
 public:
  AxisFactors() = default;  // none
  template <class T>
  requires std::is_arithmetic_v<T> AxisFactors(T all) : values_{static_cast<double>(all)} {}  // NOLINT: numbers convert
  AxisFactors(std::initializer_list<double> list) : values_(list) {}                          // NOLINT
  AxisFactors(std::vector<double> list) : values_(std::move(list)) {}                         // NOLINT

  size_t size() const { return values_.size(); }
  double operator[](size_t i) const { return values_[i]; }

 private:
  std::vector<double> values_{};
};

struct InterpolateOptions {
  detail::ByNameOnly by_name_only = detail::ByNameOnly();
  AxisValues size = {};           // of the output's spatial axes; either this
  AxisFactors scale_factor = {};  // or that: output = ⌊input · factor⌋
  std::string mode = "nearest";
  std::optional<bool> align_corners{};  // corners of input and output are at the same places; not in the nearest modes
  std::optional<bool> recompute_scale_factor{};  // positions by the sizes alone, not by the factor given
  bool antialias = false;                        // not supported
};

/// x: (N, C, L), (N, C, H, W) or (N, C, D, H, W) with other sizes of the axes behind the channels.
///
///   nearest, nearest-exact          the element below the place, or the nearest; any of the three ranks; uint8 too
///   linear, bilinear, trilinear     between the neighbours, of one, two and three axes
///   bicubic                         by Keys' polynomials (A = −0.75), of two axes
///   area                            means: adaptive average pooling
///
/// float32 and float64. Errors: PyTorch's; antialias (NotImplementedError). Like torch.nn.functional.interpolate.
CONVGRAD_API Tensor interpolate(const Tensor& x, const InterpolateOptions& options);

}  // namespace convgrad
