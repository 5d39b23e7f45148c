#include "peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/threads.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "peak.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// `steps` times ten independent multiply-adds of whole vectors; returns the floats of a vector. `sink` keeps them.
size_t multiply_add(int64_t steps, float* sink) {
  const hn::ScalableTag<float> d;
  constexpr int kSums = 10;  // two units of latency four or five
  const auto factor = hn::Set(d, sink[0]);
  hn::Vec<decltype(d)> sum[kSums];
#pragma GCC unroll 10
  for (int i = 0; i < kSums; ++i) sum[i] = hn::Set(d, static_cast<float>(i));
  for (int64_t s = 0; s < steps; ++s) {
#pragma GCC unroll 10
    for (int i = 0; i < kSums; ++i) sum[i] = hn::MulAdd(sum[i], factor, factor);
  }
#pragma GCC unroll 10
  for (int i = 1; i < kSums; ++i) sum[0] = hn::Add(sum[0], sum[i]);
  sink[0] = hn::GetLane(hn::SumOfLanes(d, sum[0]));
  return kSums * hn::Lanes(d);
}

float sum_of(const float* data, int64_t count) {
  const hn::ScalableTag<float> d;
  const int64_t L = static_cast<int64_t>(hn::Lanes(d));
  auto a = hn::Zero(d), b = a, c = a, e = a;
  for (int64_t i = 0; i + 4 * L <= count; i += 4 * L) {
    a = hn::Add(a, hn::LoadU(d, data + i));
    b = hn::Add(b, hn::LoadU(d, data + i + L));
    c = hn::Add(c, hn::LoadU(d, data + i + 2 * L));
    e = hn::Add(e, hn::LoadU(d, data + i + 3 * L));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
}

}  // namespace bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bench {
namespace {

HWY_EXPORT(multiply_add);
HWY_EXPORT(sum_of);

constexpr int kRounds = 40;  // short ones: busy neighbours leave some alone

/// The most of some rounds of work(thread, threads) a second.
template <class Work>
double best_rate(int threads, double work, Work run) {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    convgrad::parallel_team(threads, run);
    best = std::max(best, work / std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace

double peak_gflops(int threads) {
  constexpr int64_t kSteps = 300'000;
  float one = 0;
  const auto floats = static_cast<double>(HWY_DYNAMIC_DISPATCH(multiply_add)(1, &one));
  return best_rate(threads, 2e-9 * floats * static_cast<double>(kSteps) * threads, [](int, int) {
    float sink = 0;
    HWY_DYNAMIC_DISPATCH(multiply_add)(kSteps, &sink);
  });
}

double read_bandwidth(int threads) {
  constexpr int64_t kFloats = 32 << 20;
  const std::vector<float> array(kFloats, 1.0f);
  std::vector<float> sums(static_cast<size_t>(threads));
  return best_rate(threads, 4e-9 * kFloats, [&](int thread, int team) {
    const int64_t first = kFloats * thread / team, last = kFloats * (thread + 1) / team;
    sums[static_cast<size_t>(thread)] = HWY_DYNAMIC_DISPATCH(sum_of)(array.data() + first, last - first);
  });
}

}  // namespace bench
#endif  // HWY_ONCE
