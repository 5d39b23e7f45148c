#pragma once
#include <array>
#include <cstdint>

namespace convgrad::kernels {

/// Which positions of the input a position of the output is made of, and how.
enum class Resampling : uint8_t { nearest, nearest_exact, linear, cubic };

struct ResampleAxis {
  int64_t input = 1, output = 1;
  double factor = 0;  // as the caller gave it; 0: output / input
};

/// A resampling of `planes` contiguous planes; axes are depth, height, width, leading ones left at one.
struct ResampleProblem {
  Resampling mode = Resampling::nearest;
  bool align_corners = false;
  bool small_picture = false;  // PyTorch has another kernel for those: equal and doubled sizes are looked up exactly
  int64_t planes = 1;
  std::array<ResampleAxis, 3> axes{};

  int64_t input_plane() const { return axes[0].input * axes[1].input * axes[2].input; }
  int64_t output_plane() const { return axes[0].output * axes[1].output * axes[2].output; }
};

/// y = x resampled, one axis after the other. T is float, double, or for the nearest modes uint8_t.
template <class T>
void resample(const ResampleProblem& p, const T* x, T* y);
/// The adjoint: dx = what each element of the input had a part in. T is float or double.
template <class T>
void resample_backward(const ResampleProblem& p, const T* dy, T* dx);

}  // namespace convgrad::kernels
