// One program for each target; CMake says which.
#include <convgrad/backends.h>

#include "program_targets.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  convgrad::set_memory_pool_limit(0);  // the sanitizer shall see each block's end
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  convgrad::fuzz::CONVGRAD_FUZZ_TARGET({data, size});
  return 0;
}
