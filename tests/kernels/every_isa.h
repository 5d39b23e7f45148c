#pragma once
#include <gtest/gtest.h>

#include "core/threads.h"
#include "kernels/isa.h"

namespace convgrad::kernels {

/// Runs body() on every instruction set of this machine, with one thread and with two.
template <class F>
void on_every_isa(F body) {
  const int threads = num_threads();
  for (const auto& isa : supported_isas())
    for (const int count : {1, 2}) {
      SCOPED_TRACE(isa + ", threads " + std::to_string(count));
      set_isa(isa);
      set_thread_count(count);
      body();
    }
  set_isa("");
  set_thread_count(threads);
}

}  // namespace convgrad::kernels
