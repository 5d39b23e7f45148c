#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace convgrad::testing {

struct Ran {
  int status = 0;  // exit status, or 128 + the signal
  std::string out, err;
};
/// Runs a shell command in `folder`; $convgrad is the program, on one thread: tests run beside one another.
Ran run_shell(const std::string& command, const std::filesystem::path& folder);
/// Runs the convgrad program with these arguments (as a shell would split them), in `folder`.
Ran run_program(const std::string& arguments, const std::filesystem::path& folder);

/// One line on stderr that begins with the program's name and holds `part`, perhaps a hint below it, and this status.
void expect_words(const Ran& ran, int status, const std::string& part);

/// A folder of its own for a test, gone when the test is over.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }
  /// Names of what lies in it, sorted, without what the program printed.
  std::vector<std::string> list() const;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& bytes);
/// The four files of a data set of MNIST's kind: `count` pictures of 28 × 28, which the labels can be learnt from.
void write_pictures(const std::filesystem::path& folder, int count);

}  // namespace convgrad::testing
