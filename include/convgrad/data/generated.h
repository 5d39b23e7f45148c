#pragma once
#include <convgrad/data/image_dataset.h>

namespace convgrad::data::datasets {

struct GeneratedOptions {
  bool train = true;  // those to train with, or others to test with
  int64_t count = 0;  // 0: 10,000 to train with, 2,000 to test with
  uint64_t seed = 0;  // other numbers, other examples
  transforms::Transform transform{};
};

/// Ten kinds of shapes, drawn: disc, ring, half disc, crescent, square, frame, bar, triangle, cross and corner; 28 × 28
/// grey pictures, place, size, turn, grey levels and noise at random. No file is read; the same pictures on every
/// machine, and the first of a larger set are those of a smaller one.
class CONVGRAD_API Shapes10 final : public ImageDataset {
 public:
  explicit Shapes10(GeneratedOptions options = {});
};

/// The pictures of Shapes10 with a class for each pixel, int64 [28, 28]: 0 the background, 1 + kind the shape. The
/// transform must keep the pictures' size and place, as ToTensor and Normalize do. targets() are the kinds, as before.
class CONVGRAD_API ShapeMasks final : public ImageDataset {
 public:
  explicit ShapeMasks(GeneratedOptions options = {});
  Example get(int64_t index) const override;
  std::optional<Example> get_batch(IntArrayRef indices) const override;
  const Tensor& masks() const { return masks_; }  // uint8 [N, 28, 28]

 private:
  struct Drawn;
  ShapeMasks(Drawn drawn, transforms::Transform transform);

  Tensor masks_;
};

/// Eight kinds of signals: sine, square, sawtooth, triangle, pulses, chirp, burst and two tones; 128 samples, pitch,
/// phase, amplitude and noise at random. Each is kept as a picture one line high, uint8 [1, 1, 128], so that all that
/// works on pictures works on it. The same signals on every machine.
class CONVGRAD_API Signals final : public ImageDataset {
 public:
  explicit Signals(GeneratedOptions options = {});
};

}  // namespace convgrad::data::datasets
