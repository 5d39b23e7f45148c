// Times small calls on the caller's thread: by Google Benchmark, bench_small [--benchmark_filter=…]; or, for
// bench/small.py, which takes turns with PyTorch, bench_small --turns: each line names a call, and is answered with
// seconds.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "small_calls.h"

namespace {

using convgrad::bench::SmallCall;

/// Seconds a call, over some hundredth of a second.
double seconds(const SmallCall& call) {
  using Clock = std::chrono::steady_clock;
  for (int64_t times = 8;; times *= 4) {
    const auto start = Clock::now();
    for (int64_t i = 0; i < times; ++i) call.run();
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    if (took > 0.01) return took / static_cast<double>(times);
  }
}

void take_turns(const std::vector<SmallCall>& calls) {
  for (std::string name; std::getline(std::cin, name);)
    for (const SmallCall& call : calls)
      if (call.name == name) std::printf("%.9f\n", seconds(call)), std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<SmallCall> calls = convgrad::bench::small_calls();
  if (argc == 2 && std::strcmp(argv[1], "--turns") == 0) return take_turns(calls), 0;
  for (const SmallCall& call : calls)
    benchmark::RegisterBenchmark(call.name.c_str(), [run = call.run](benchmark::State& state) {
      for (auto _ : state) run();
    });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
