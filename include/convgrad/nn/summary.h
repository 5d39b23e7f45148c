#pragma once
#include <convgrad/nn/any_module.h>

#include <optional>

namespace convgrad::nn {

/// A module in a Summary.
struct LayerSummary {
  std::string name{};                  // its path: "0", "features.2"; of the whole model ""
  std::string type{};                  // "Conv2d"
  std::string description{};           // as it prints: "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))"
  int64_t depth = 0;                   // 0: the model itself
  std::vector<int64_t> output_size{};  // of its last call; empty where it was not called as a function
  int64_t calls = 0;
  int64_t output_bytes = 0;   // of all its calls
  int64_t parameters = 0;     // elements of the parameters it owns itself
  int64_t repeated = 0;       // of these, elements of parameters listed at an earlier layer
  int64_t multiply_adds = 0;  // of all its calls, without those of the modules inside
  bool leaf = true;           // owns no modules
};

/// What a model is made of, measured by running it once.
struct CONVGRAD_API Summary {
  std::vector<int64_t> input_size{};
  std::vector<LayerSummary> layers{};  // each before those it owns
  int64_t parameters = 0;              // each tensor counted once, however many modules share it
  int64_t trainable_parameters = 0;
  int64_t multiply_adds = 0;
  int64_t parameter_bytes = 0, input_bytes = 0, output_bytes = 0;  // outputs: of all leaves
  /// A table as torchinfo draws it.
  std::string str() const;
};
CONVGRAD_API std::ostream& operator<<(std::ostream& out, const Summary& summary);

/// Runs the model once on zeros of this size, batch included, in evaluation mode and without recording, and tells each
/// layer's output, parameters and multiply–adds. These count the products of a weight with an input: a convolution's
/// for each position of its output, a transposed one's for each position of its input, a linear layer's for each row;
/// biases, activations and pooling count nothing.
///
/// A layer whose forward is called by name, conv->forward(x) instead of conv(x), is listed without an output.
/// Throws what forward throws. Like torchinfo.summary.
CONVGRAD_API Summary summary(const AnyModule& model, IntArrayRef input_size, std::optional<ScalarType> dtype = {});

}  // namespace convgrad::nn
