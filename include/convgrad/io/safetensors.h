#pragma once
#include <convgrad/tensor.h>

#include <map>
#include <string>

namespace convgrad::io {

using TensorMap = std::map<std::string, Tensor>;
using Metadata = std::map<std::string, std::string>;

/// What a safetensors file holds.
struct SafetensorsFile {
  TensorMap tensors{};
  Metadata metadata{};
};

/// Writes tensors (any strides; the copy is in C order) and texts to a file that other programs read too: the same
/// bytes as the reference implementation's. The file appears whole or not at all (AtomicFile). Throws FileError when it
/// cannot be written, ValueError for names or texts that are no UTF-8 and for the name __metadata__. Like
/// safetensors.torch.save_file.
CONVGRAD_API void save_safetensors(const std::string& path, const TensorMap& tensors, const Metadata& metadata = {});

/// Reads a safetensors file, into fresh memory. Nothing in it is trusted: sizes, offsets and types are checked before
/// memory is asked for, holes, overlaps and keys that come twice are refused. Types: F32, F64, I64, I32, U8, BOOL.
/// Throws FileError, which names the file and what is wrong. Like safetensors.torch.load_file.
CONVGRAD_API SafetensorsFile load_safetensors(const std::string& path);

}  // namespace convgrad::io
