#include "waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace convgrad::cli {

void wait_briefly(char** arguments) {
  if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY")) return;
  setenv("GOMP_SPINCOUNT", "10000", 0);  // about a tenth of a millisecond
  execv("/proc/self/exe", arguments);
  unsetenv("GOMP_SPINCOUNT");
}

std::string waiting() {
  for (const char* name : {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"})
    if (const char* value = std::getenv(name)) return std::string(name) + "=" + value;
  return "as the OpenMP library does";
}

}  // namespace convgrad::cli
