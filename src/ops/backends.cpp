#include "convgrad/backends.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include "core/check.h"
#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/conv.h"
#include "kernels/conv/plan.h"
#include "kernels/conv/reference.h"
#include "kernels/isa.h"

namespace convgrad {

const char* version() { return CONVGRAD_VERSION; }

int get_num_threads() { return num_threads(); }
void set_num_threads(int threads) {
  check<ValueError>(threads > 0, "set_num_threads expects a positive integer");
  set_thread_count(threads);
}

MemoryStats memory_stats() { return block_stats(); }
void reset_peak_memory_stats() { reset_peak_stats(); }
void set_memory_pool_limit(int64_t bytes) { set_pool_limit(bytes); }
void empty_cache() { empty_pool(); }

namespace backends {

std::vector<std::string> supported_isas() { return kernels::supported_isas(); }
std::string isa() { return kernels::current_isa(); }
void set_isa(const std::string& name) { kernels::set_isa(name); }
void set_flush_denormal(bool on) { convgrad::set_flush_denormal(on); }

namespace conv {

void set_allow_winograd(bool allowed) { kernels::set_allow_winograd(allowed); }
bool allow_winograd() { return kernels::allow_winograd(); }
void set_workspace_limit(int64_t bytes) {
  check<ValueError>(bytes > 0, "set_workspace_limit expects a positive number of bytes, but got {}", bytes);
  kernels::set_workspace_limit(bytes);
}
int64_t workspace_limit() { return kernels::workspace_limit(); }

}  // namespace conv

namespace {

using kernels::ConvProblem;

struct Case {
  ConvProblem problem;
  std::vector<float> x, w, y;
};

std::array<int64_t, 5> strides_of(std::array<int64_t, 5> sizes) {
  std::array<int64_t, 5> strides{};
  int64_t step = 1;
  for (int d = 4; d >= 0; --d) strides[d] = step, step *= sizes[d];
  return strides;
}

Case random_case(std::mt19937& random) {
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  Case c;
  ConvProblem& p = c.problem;
  p.groups = pick(0, 3) == 0 ? pick(2, 4) : 1;
  p.batch = pick(1, 3);
  p.in_channels = p.groups * pick(1, 9);
  p.out_channels = p.groups * pick(1, 20);
  for (int a = 1; a < 3; ++a) {
    auto& axis = p.axes[a];
    axis.kernel = pick(1, 5), axis.stride = pick(1, 3), axis.dilation = pick(1, 2);
    axis.pad_low = pick(0, 2), axis.pad_high = pick(0, 2);
    const int64_t span = axis.dilation * (axis.kernel - 1) + 1;
    axis.input = span + pick(0, 20);
    axis.output = (axis.input + axis.pad_low + axis.pad_high - span) / axis.stride + 1;
  }
  const auto& [d, h, w] = p.axes;
  const std::array<int64_t, 5> x{p.batch, p.in_channels, d.input, h.input, w.input},
      k{p.out_channels, p.in_channels / p.groups, d.kernel, h.kernel, w.kernel},
      y{p.batch, p.out_channels, d.output, h.output, w.output};
  p.x_strides = strides_of(x), p.w_strides = strides_of(k), p.y_strides = strides_of(y);
  const auto fill = [&](std::vector<float>& v, const std::array<int64_t, 5>& sizes) {
    v.resize(static_cast<size_t>(sizes[0] * sizes[1] * sizes[2] * sizes[3] * sizes[4]));
    for (float& f : v) f = std::uniform_real_distribution<float>(-1, 1)(random);
  };
  fill(c.x, x), fill(c.w, k), fill(c.y, y);
  return c;
}

/// Largest difference, as a share of the largest value.
double error(const std::vector<float>& got, const std::vector<float>& want) {
  double difference = 0, size = 1e-30;
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(got[i])) return INFINITY;
    difference = std::max(difference, std::abs(static_cast<double>(got[i]) - want[i]));
    size = std::max(size, std::abs(static_cast<double>(want[i])));
  }
  return difference / size;
}

void compare(const Case& c, SelfTest& result) {
  const float* none = nullptr;
  const auto note = [&](const char* pass, const std::vector<float>& got, const std::vector<float>& want) {
    const double e = error(got, want);
    result.worst_error = std::max(result.worst_error, e);
    if (!(e < 1e-4))
      result.failures.push_back(fmt::format("{} on {}: error {:.1e} (batch {}, channels {} → {}, groups {})", pass,
                                            isa(), e, c.problem.batch, c.problem.in_channels, c.problem.out_channels,
                                            c.problem.groups));
  };
  std::vector<float> got(c.y.size()), want(c.y.size());
  kernels::conv_forward(c.problem, c.x.data(), c.w.data(), none, got.data());
  kernels::conv_reference::forward(c.problem, c.x.data(), c.w.data(), none, want.data());
  note("forward", got, want);
  got.resize(c.x.size()), want.resize(c.x.size());
  kernels::conv_backward_data(c.problem, c.y.data(), c.w.data(), none, got.data());
  kernels::conv_reference::backward_data(c.problem, c.y.data(), c.w.data(), none, want.data());
  note("backward-data", got, want);
  got.resize(c.w.size()), want.resize(c.w.size());
  kernels::conv_backward_weights(c.problem, c.x.data(), c.y.data(), got.data());
  kernels::conv_reference::backward_weights(c.problem, c.x.data(), c.y.data(), want.data());
  note("backward-weights", got, want);
  result.problems++;
}

}  // namespace

SelfTest self_test(double seconds) {
  SelfTest result;
  std::mt19937 random(1);
  const std::string before = isa();
  const auto isas = supported_isas();
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  for (size_t turn = 0; turn < isas.size() || elapsed() < seconds; ++turn) {
    set_isa(isas[turn % isas.size()]);
    compare(random_case(random), result);
  }
  set_isa(before);
  return result;
}

}  // namespace backends
}  // namespace convgrad
