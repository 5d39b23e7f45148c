#include "waiting.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace convgrad::cli {

void wait_briefly(char** arguments) {
  if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY")) return;
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);  // by its name, which lists show
  if (failed) return;
  setenv("GOMP_SPINCOUNT", "10000", 0);  // about a tenth of a millisecond
  execv(program.c_str(), arguments);
  unsetenv("GOMP_SPINCOUNT");
}

std::string waiting() {
  for (const char* name : {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"})
    if (const char* value = std::getenv(name)) return std::string(name) + "=" + value;
  return "as the OpenMP library does";
}

}  // namespace convgrad::cli
