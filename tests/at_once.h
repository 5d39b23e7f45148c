#pragma once
#include <barrier>
#include <thread>
#include <vector>

namespace convgrad::testing {

/// Runs f(0) … f(threads − 1) on as many threads, which all begin when the last has started.
template <class F>
void at_once(int threads, F f) {
  std::barrier start(threads);
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      start.arrive_and_wait();
      f(i);
    });
  for (std::thread& one : all) one.join();
}

}  // namespace convgrad::testing
