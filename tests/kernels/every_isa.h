#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/threads.h"
#include "kernels/isa.h"

namespace convgrad::kernels {

/// Runs body() on these instruction sets, with one and with two threads by turns.
template <class F>
void on_isas(const std::vector<std::string>& isas, F body) {
  static int turn = 0;
  const int threads = num_threads();
  for (const auto& isa : isas) {
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

/// Runs body() on every instruction set of this machine.
template <class F>
void on_every_isa(F body) {
  on_isas(supported_isas(), body);
}

/// Runs body() on one of them, the n-th modulo their number: for tests of thousands of cases.
template <class F>
void on_isa(int64_t n, F body) {
  const auto isas = supported_isas();
  on_isas({isas[static_cast<size_t>(n) % isas.size()]}, body);
}

}  // namespace convgrad::kernels
