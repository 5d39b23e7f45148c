#pragma once
#include <string>
#include <string_view>

namespace convgrad::cli {

/// The folder of a run, locked for as long as this lives: the lock goes with the process, however it ends.
class RunFolder {
 public:
  /// A new folder RUNS/NAME, or RUNS/STEM-NNN with the first number that is free where `name` is empty. FileError where
  /// it cannot be made, or NAME exists.
  static RunFolder create(const std::string& runs, const std::string& stem, const std::string& name);
  /// An existing one, to go on in. FileError where there is none, or another process trains in it.
  static RunFolder open(const std::string& path);
  ~RunFolder();
  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& file) const { return path_ + "/" + file; }
  /// Adds to a file at once; FileError where that fails.
  void append(const std::string& file, std::string_view text) const;

 private:
  RunFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

/// What of `text` may stand in a folder's name.
std::string name_part(const std::string& text);

}  // namespace convgrad::cli
