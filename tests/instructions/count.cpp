// Runs each small call under callgrind, which count.py starts, and dumps what it took under the call's name.
#include <valgrind/callgrind.h>

#include "small_calls.h"

int main() {
  constexpr int kWarm = 3, kTimes = 10;  // the first calls make what is made once
  for (const auto& call : convgrad::bench::small_calls()) {
    for (int i = 0; i < kWarm; ++i) call.run();
    CALLGRIND_ZERO_STATS;
    for (int i = 0; i < kTimes; ++i) call.run();
    CALLGRIND_DUMP_STATS_AT(call.name.c_str());
  }
}
