#include "cli/program.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace convgrad::testing {

Ran run_shell(const std::string& command, const std::filesystem::path& folder) {
  const std::string out = folder / ".stdout", err = folder / ".stderr";
  write_file(folder / ".command", command + "\n");
  // what waits in vain, or trains on where it should have ended, is killed, with 124 for its status
  const std::string whole = "cd '" + folder.string() +
                            "' && export OMP_NUM_THREADS=1 convgrad='" CONVGRAD_PROGRAM
                            "' && timeout -k 5 300 sh .command >'" +
                            out + "' 2>'" + err + "'";
  const int status = std::system(whole.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out), read_file(err)};
}

Ran run_program(const std::string& arguments, const std::filesystem::path& folder) {
  return run_shell("\"$convgrad\" " + arguments, folder);
}

void expect_words(const Ran& ran, int status, const std::string& part) {
  EXPECT_EQ(ran.status, status) << ran.err;
  // the training's first line may stand before it
  const size_t begin = ran.err.rfind("convgrad: ");
  ASSERT_TRUE(begin == 0 || (begin != std::string::npos && ran.err[begin - 1] == '\n')) << ran.err;
  const std::string words = ran.err.substr(begin);
  const size_t end = words.find('\n');
  EXPECT_NE(words.substr(0, end).find(part), std::string::npos) << ran.err;
  EXPECT_TRUE(end + 1 == words.size() || words.find("  hint: ") == end + 1) << ran.err;
  EXPECT_LE(std::count(words.begin(), words.end(), '\n'), 2) << ran.err;
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

std::vector<std::string> TemporaryFolder::list() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    if (const std::string name = entry.path().filename(); name != ".command" && name != ".stdout" && name != ".stderr")
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
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
