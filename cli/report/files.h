#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace convgrad::cli {

/// A file's bytes; nullopt where it cannot be read.
std::optional<std::string> read_text(const std::string& path);

/// Writes a file that appears whole or not at all, without waiting for the disk: for what can be made again from other
/// files (io::write_file waits, ten times as long). FileError where it cannot be written.
void replace_file(const std::string& path, std::string_view text);

/// Puts folder `made` into the place of `path`, at once where the system can exchange names; the old one is gone.
void replace_folder(const std::string& made, const std::string& path);

}  // namespace convgrad::cli
