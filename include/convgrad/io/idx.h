#pragma once
#include <convgrad/tensor.h>

#include <string>

namespace convgrad::io {

/// Reads a file in the format of MNIST's and Fashion-MNIST's, plain or compressed by gzip (told by its bytes, not its
/// name). uint8, int32, float32 and float64 keep their types; int8 and int16 become int32. Everything is verified: the
/// sizes against the data, gzip's checksums, the end. Throws FileError, which names the file.
CONVGRAD_API Tensor read_idx(const std::string& path);

}  // namespace convgrad::io
