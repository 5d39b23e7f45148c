// Times the kernels alone, without tensors: bench_kernels [regular expression of case names] [seconds a case].
// Prints, for each case, the algorithm, the least and the median time, the GFLOP/s of both by the direct method's
// count, and the least processor time: with OMP_NUM_THREADS=1 what busy neighbours disturb least.
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
#include "kernels/conv/conv.h"
#include "kernels/gemm.h"
#include "kernels/isa.h"

namespace {

using namespace convgrad;
using namespace convgrad::kernels;
using Clock = std::chrono::steady_clock;

double seconds_a_case = 0.5;
std::regex wanted;

struct Array {
  std::vector<float> values;
  explicit Array(int64_t count) : values(static_cast<size_t>(count)) {
    uint32_t state = 1;
    for (auto& v : values) v = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / (1 << 23) - 1;
  }
  float* data() { return values.data(); }
};

template <class F>
void report(const std::string& name, const char* algorithm, double flops, F run) {
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
  std::printf("%-28s %-14s %9.4f ms %9.4f ms %7.1f %7.1f GFLOP/s %9.3f ms processor\n", name.c_str(), algorithm,
              best * 1e3, median * 1e3, flops / best / 1e9, flops / median / 1e9, least_cpu * 1e3);
  std::fflush(stdout);
}

void bench_gemm(const char* name, int64_t m, int64_t n, int64_t k, bool a_turned, bool b_turned) {
  if (!std::regex_search(name, wanted)) return;
  Array a(m * k), b(k * n), c(m * n);
  GemmProblem<float> p{.m = m, .n = n, .k = k};
  p.a = {a.data(), a_turned ? 1 : k, a_turned ? m : 1};
  p.b = {b.data(), b_turned ? 1 : n, b_turned ? k : 1};
  p.c = {c.data(), n, 1};
  report(name, "gemm", 2.0 * m * n * k, [&] { gemm(p); });
}

struct Layer {
  const char* name;
  int64_t batch, in_channels;
  std::array<int64_t, 3> input;
  int64_t out_channels;
  std::array<int64_t, 3> kernel, stride, pad, dilation;
  int64_t groups;
  bool transposed;
};

constexpr std::array<int64_t, 3> one{1, 1, 1}, none{0, 0, 0};
constexpr std::array<int64_t, 3> flat(int64_t n) { return {1, n, n}; }
constexpr std::array<int64_t, 3> line(int64_t n) { return {1, 1, n}; }
constexpr std::array<int64_t, 3> pads(int64_t n) { return {0, n, n}; }

const Layer layers[] = {
    {"tiny_3x3", 1, 1, flat(5), 1, flat(3), one, none, one, 1, false},
    {"small_3x3", 1, 16, flat(8), 16, flat(3), one, pads(1), one, 1, false},
    {"small_1x1", 1, 64, flat(7), 64, one, one, none, one, 1, false},
    {"lenet_c1_128", 128, 1, flat(32), 6, flat(5), one, none, one, 1, false},
    {"lenet_c2_128", 128, 6, flat(28), 16, flat(5), one, none, one, 1, false},
    {"lenet_c3_128", 128, 16, flat(24), 120, flat(5), one, none, one, 1, false},
    {"alex_c1", 32, 3, flat(224), 64, flat(11), flat(4), pads(2), one, 1, false},
    {"alex_c2", 32, 64, flat(27), 192, flat(5), one, pads(2), one, 1, false},
    {"vgg_1_1", 32, 3, flat(224), 64, flat(3), one, pads(1), one, 1, false},
    {"vgg_3_2", 32, 256, flat(56), 256, flat(3), one, pads(1), one, 1, false},
    {"vgg_5_1", 32, 512, flat(14), 512, flat(3), one, pads(1), one, 1, false},
    {"r50_stem", 32, 3, flat(224), 64, flat(7), flat(2), pads(3), one, 1, false},
    {"r50_l1_3x3", 32, 64, flat(56), 64, flat(3), one, pads(1), one, 1, false},
    {"r50_l1_1x1", 32, 64, flat(56), 256, one, one, none, one, 1, false},
    {"r50_l2_s2", 32, 128, flat(56), 128, flat(3), flat(2), pads(1), one, 1, false},
    {"r50_ds", 32, 256, flat(56), 512, one, flat(2), none, one, 1, false},
    {"r50_l3_3x3", 32, 256, flat(14), 256, flat(3), one, pads(1), one, 1, false},
    {"r50_l4_1x1", 32, 2048, flat(7), 512, one, one, none, one, 1, false},
    {"rx50_g32", 32, 128, flat(56), 128, flat(3), one, pads(1), one, 32, false},
    {"mbv2_dw_s2", 32, 96, flat(112), 96, flat(3), flat(2), pads(1), one, 96, false},
    {"mbv2_dw", 32, 384, flat(14), 384, flat(3), one, pads(1), one, 384, false},
    {"mbv2_pw", 32, 96, flat(14), 576, one, one, none, one, 1, false},
    {"mbv3_dw5_s2", 32, 672, flat(14), 672, flat(5), flat(2), pads(2), one, 672, false},
    {"effb0_dw5", 32, 240, flat(28), 240, flat(5), one, pads(2), one, 240, false},
    {"cnxt_stem", 32, 3, flat(224), 96, flat(4), flat(4), none, one, 1, false},
    {"cnxt_dw7", 32, 96, flat(56), 96, flat(7), one, pads(3), one, 96, false},
    {"unet_up", 32, 128, flat(98), 64, flat(2), flat(2), none, one, 1, true},
    {"dcgan_g1", 32, 100, one, 512, flat(4), one, none, one, 1, true},
    {"dcgan_g4", 32, 128, flat(16), 64, flat(4), flat(2), pads(1), one, 1, true},
    {"dcgan_g5", 32, 64, flat(32), 3, flat(4), flat(2), pads(1), one, 1, true},
    {"wavenet_d512", 16, 64, line(16000), 128, line(2), one, {0, 0, 512}, line(512), 1, false},
    {"tasnet_enc", 16, 1, line(32000), 512, line(16), line(8), none, one, 1, false},
    {"tasnet_dw128", 16, 512, line(3999), 512, line(3), one, {0, 0, 128}, line(128), 512, false},
    {"ds2_c2", 32, 32, {1, 81, 200}, 32, {1, 21, 11}, {1, 2, 1}, {0, 10, 5}, one, 1, false},
    {"c3d_c2", 8, 64, {16, 56, 56}, 128, {3, 3, 3}, one, {1, 1, 1}, one, 1, false},
    {"r3d_stem", 8, 3, {16, 112, 112}, 64, {3, 7, 7}, flat(2), {1, 3, 3}, one, 1, false},
    {"dlab_aspp12", 32, 2048, flat(33), 256, flat(3), one, pads(12), flat(12), 1, false},
};

std::array<int64_t, 5> dense_strides(int64_t channels, const ConvProblem& p, int64_t ConvAxis::*which) {
  const int64_t d = p.axes[0].*which, h = p.axes[1].*which, w = p.axes[2].*which;
  return {channels * d * h * w, d * h * w, h * w, w, 1};
}

/// A transposed layer is the problem whose input is the layer's output, and its forward pass is backward-data.
ConvProblem problem_of(const Layer& l) {
  ConvProblem p{.batch = l.batch, .in_channels = l.in_channels, .out_channels = l.out_channels, .groups = l.groups};
  if (l.transposed) std::swap(p.in_channels, p.out_channels);
  for (int a = 0; a < 3; ++a) {
    ConvAxis& axis = p.axes[a];
    axis = {.input = l.input[a],
            .kernel = l.kernel[a],
            .stride = l.stride[a],
            .pad_low = l.pad[a],
            .pad_high = l.pad[a],
            .dilation = l.dilation[a]};
    const int64_t span = axis.dilation * (axis.kernel - 1) + 1;
    if (l.transposed) axis.input = (l.input[a] - 1) * axis.stride + span - 2 * l.pad[a];
    axis.output = (axis.input + 2 * l.pad[a] - span) / axis.stride + 1;
  }
  p.x_strides = dense_strides(p.in_channels, p, &ConvAxis::input);
  p.w_strides = dense_strides(p.in_channels / p.groups, p, &ConvAxis::kernel);
  p.y_strides = dense_strides(p.out_channels, p, &ConvAxis::output);
  return p;
}

void bench_conv(const Layer& l) {
  const std::string name = l.name, forward = name + (l.transposed ? " backward_data" : " forward"),
                    backward_data = name + (l.transposed ? " forward" : " backward_data"),
                    backward_weights = name + " backward_weights";
  const auto asked = [](const std::string& case_name) { return std::regex_search(case_name, wanted); };
  if (!asked(forward) && !asked(backward_data) && !asked(backward_weights)) return;
  const ConvProblem p = problem_of(l);
  Array x(p.batch * p.x_strides[0]), w(p.out_channels * p.w_strides[0]), y(p.batch * p.y_strides[0]), bias(4096);
  double flops =
      2.0 * static_cast<double>(p.batch) * static_cast<double>(p.y_strides[0]) * static_cast<double>(p.w_strides[0]);
  const auto algorithm = [&](Pass pass) { return chosen_algorithm<float>(p, pass); };
  report(forward, algorithm(Pass::forward), flops,
         [&] { conv_forward<float>(p, x.data(), w.data(), bias.data(), y.data()); });
  report(backward_data, algorithm(Pass::backward_data), flops,
         [&] { conv_backward_data<float>(p, y.data(), w.data(), nullptr, x.data()); });
  report(backward_weights, algorithm(Pass::backward_weights), flops,
         [&] { conv_backward_weights<float>(p, x.data(), y.data(), w.data()); });
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
  for (const auto& layer : layers) bench_conv(layer);
}
