// Times matrix products alone, without tensors: bench_kernels [regular expression of case names] [seconds a case].
// Prints, for each case, the least and the median time, the GFLOP/s of both, and the least processor time: with
// OMP_NUM_THREADS=1 what busy neighbours disturb least. Convolutions: bench/layers.py.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <regex>
#include <string>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/gemm.h"
#include "kernels/isa.h"

namespace {

using namespace convgrad;
using namespace convgrad::kernels;
using Clock = std::chrono::steady_clock;

double seconds_a_case = 0.5;
std::regex wanted;

/// In memory as tensors have it, filled with numbers in [-1, 1).
struct Array : Scratch<float> {
  explicit Array(int64_t count) : Scratch(count) {
    uint32_t state = 1;
    for (int64_t i = 0; i < count; ++i)
      data()[i] = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / (1 << 23) - 1;
  }
};

template <class F>
void report(const std::string& name, double flops, F run) {
  if (!std::regex_search(name, wanted)) return;
  const auto warm = Clock::now();
  run();
  const double once = std::chrono::duration<double>(Clock::now() - warm).count();
  const int repeats = once < 1e-4 ? 100 : 1;  // the clocks take some hundred nanoseconds themselves
  std::vector<double> times;
  double least_cpu = 1e30;
  const auto begin = Clock::now();
  do {
    const auto start = Clock::now();
    const std::clock_t cpu = std::clock();
    for (int i = 0; i < repeats; ++i) run();
    least_cpu = std::min(least_cpu, static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / repeats);
    times.push_back(std::chrono::duration<double>(Clock::now() - start).count() / repeats);
  } while (times.size() < 5 || std::chrono::duration<double>(Clock::now() - begin).count() < seconds_a_case);
  std::sort(times.begin(), times.end());
  const double best = times.front(), median = times[times.size() / 2];
  std::printf("%-28s %9.4f ms %9.4f ms %7.1f %7.1f GFLOP/s %9.3f ms processor\n", name.c_str(), best * 1e3,
              median * 1e3, flops / best / 1e9, flops / median / 1e9, least_cpu * 1e3);
  std::fflush(stdout);
}

void bench_gemm(const char* name, int64_t m, int64_t n, int64_t k, bool a_turned, bool b_turned) {
  if (!std::regex_search(name, wanted)) return;
  Array a(m * k), b(k * n), c(m * n);
  GemmProblem<float> p{.m = m, .n = n, .k = k};
  p.a = {a.data(), a_turned ? 1 : k, a_turned ? m : 1};
  p.b = {b.data(), b_turned ? 1 : n, b_turned ? k : 1};
  p.c = {c.data(), n, 1};
  report(name, 2.0 * m * n * k, [&] { gemm(p); });
}

}  // namespace

int main(int argc, char** argv) {
  wanted = argc > 1 ? argv[1] : ".";
  if (argc > 2) seconds_a_case = std::atof(argv[2]);
  std::printf("%s, %d threads\n", current_isa().c_str(), num_threads());
  for (const int64_t n : {8, 64, 256, 512, 1024, 2048})
    bench_gemm(("gemm_" + std::to_string(n)).c_str(), n, n, n, false, false);
  bench_gemm("gemm_nt_1024", 1024, 1024, 1024, false, true);
  bench_gemm("linear_forward", 128, 84, 48000, false, true);
  bench_gemm("linear_input_gradient", 128, 48000, 84, false, false);
  bench_gemm("linear_weight_gradient", 84, 48000, 128, true, false);
  bench_gemm("linear_small_forward", 128, 120, 84, false, true);
}
