#pragma once
#include <gtest/gtest.h>

#include "core/threads.h"
#include "kernels/isa.h"

namespace convgrad::kernels {

/// Runs body() on every instruction set of this machine, with one and with two threads by turns.
template <class F>
void on_every_isa(F body) {
  static int turn = 0;
  const int threads = num_threads();
  for (const auto& isa : supported_isas()) {
    const int count = 1 + turn++ % 2;
    SCOPED_TRACE(isa + ", threads " + std::to_string(count));
    set_isa(isa);
    set_thread_count(count);
    body();
  }
  ++turn;  // an even number of sets must not always meet the same counts
  set_isa("");
  set_thread_count(threads);
}

}  // namespace convgrad::kernels
