#pragma once
#include <convgrad/io/checkpoint.h>

#include <string>

#include "io/safetensors_codec.h"

namespace convgrad::io {

/// The texts that stand for `info` in a file. Throws ValueError as save_checkpoint does.
Metadata encode_info(const ModelInfo& info);

/// What a file that has been read says. `path` is for messages. Throws FileError.
Checkpoint decode_checkpoint(SealedFile file, const std::string& path);

}  // namespace convgrad::io
