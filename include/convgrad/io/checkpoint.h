#pragma once
#include <convgrad/io/safetensors.h>
#include <convgrad/ordered_dict.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace convgrad::io {

/// What is done to a picture before the net sees it: read with `channels` channels, resized as
/// data::transforms::Resize(resize) does, divided by 255, then (x − mean) / std for each channel.
struct Preprocessing {
  int64_t channels = 1;
  std::vector<int64_t> resize{};      // as Resize takes it: empty (not resized), {shorter side}, or {height, width}
  std::vector<double> mean{}, std{};  // empty: not normalised; one value for all channels, or one each
  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// What must be known to use a trained net again, besides its weights.
struct ModelInfo {
  std::string model{};                           // "lenet5"
  std::map<std::string, std::string> options{};  // the model's, as its builder takes them: {"in_channels", "1"}
  std::vector<std::string> classes{};            // names, in the order of the net's outputs
  Preprocessing preprocessing{};
  std::map<std::string, std::string> notes{};  // anything else: {"epoch", "10"}
  friend bool operator==(const ModelInfo&, const ModelInfo&) = default;
};

struct Checkpoint {
  TensorMap state{};  // the net's state_dict
  ModelInfo info{};
};

/// The format version that save_checkpoint writes, and the newest that load_checkpoint reads.
inline constexpr int kCheckpointVersion = 1;

/// Saves a net's state_dict and all that is needed to use it, as a safetensors file (which other programs read too)
/// with the texts in its metadata and a checksum of the whole file. The old file stays until the new one is whole and
/// on the disk. Throws FileError when it cannot be written, ValueError for texts that are no UTF-8 and numbers that are
/// not finite.
CONVGRAD_API void save_checkpoint(const std::string& path, const TensorMap& state, const ModelInfo& info);
/// The same of a net's state_dict() as it comes.
CONVGRAD_API void save_checkpoint(const std::string& path, const OrderedDict<std::string, Tensor>& state,
                                  const ModelInfo& info);

/// Reads what save_checkpoint wrote. Throws FileError for damage of any kind (a single flipped bit is noticed), for a
/// newer version, and for a file of tensors that is no checkpoint.
CONVGRAD_API Checkpoint load_checkpoint(const std::string& path);

}  // namespace convgrad::io
