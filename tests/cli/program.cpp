#include "cli/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace convgrad::testing {

Ran run_program(const std::string& arguments, const std::filesystem::path& folder) {
  const std::string out = folder / ".stdout", err = folder / ".stderr";
  const std::string command =
      "cd '" + folder.string() + "' && '" CONVGRAD_PROGRAM "' " + arguments + " >'" + out + "' 2>'" + err + "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out), read_file(err)};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "convgrad-XXXXXX";
  if (!mkdtemp(name.data())) std::abort();
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

namespace {

std::string big_endian(uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}

}  // namespace

void write_pictures(const std::filesystem::path& folder, int count) {
  for (const std::string part : {"train", "t10k"}) {
    std::string images = big_endian(0x803) + big_endian(count) + big_endian(28) + big_endian(28);
    std::string labels = big_endian(0x801) + big_endian(count);
    for (int i = 0; i < count; ++i) {
      const int label = i % 10;
      labels += static_cast<char>(label);
      for (int p = 0; p < 28 * 28; ++p)  // a bar whose place is the label
        images += static_cast<char>(p % 28 / 2 == label ? 255 : (i * 7 + p * 13) % 40);
    }
    write_file(folder / (part + "-images-idx3-ubyte"), images);
    write_file(folder / (part + "-labels-idx1-ubyte"), labels);
  }
}

}  // namespace convgrad::testing
