// The one file that knows where it was compiled, so that a compiler cache serves the others in every folder.
#include "places.h"

namespace convgrad::test {

std::string golden(const std::string& name) { return CONVGRAD_SOURCE_DIR "/tests/golden/" + name; }
std::string source(const std::string& name) { return CONVGRAD_SOURCE_DIR "/" + name; }

}  // namespace convgrad::test
