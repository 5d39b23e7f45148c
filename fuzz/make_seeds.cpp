// fuzz_seeds DIR: writes each target's seeds to DIR/<target>/.
#include <convgrad/io/atomic_file.h>

#include <cstdio>
#include <filesystem>

#include "seeds.h"

namespace {

using namespace convgrad;

void write_seeds(const std::filesystem::path& folder, const std::vector<fuzz::Bytes>& files) {
  std::filesystem::create_directories(folder);
  for (size_t i = 0; i < files.size(); ++i)
    io::write_file((folder / ("seed" + std::to_string(i))).string(), std::string(files[i].begin(), files[i].end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: fuzz_seeds DIR\n"), 2;
  const std::filesystem::path folder = argv[1];
  write_seeds(folder / "idx", fuzz::idx_files());
  write_seeds(folder / "gzip", fuzz::gzip_files());
  write_seeds(folder / "png", fuzz::png_files());
  write_seeds(folder / "safetensors", fuzz::safetensors_files());
  write_seeds(folder / "checkpoint", fuzz::checkpoint_files());
  write_seeds(folder / "cifar", fuzz::cifar_files());
  write_seeds(folder / "toml", fuzz::toml_files());
  write_seeds(folder / "state", fuzz::state_files());
}
