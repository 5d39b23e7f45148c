// One pass of one convolution layer, timed on request through the public API: bench/layers.py sends a JSON object a
// line and takes turns with a peer that speaks the same way (bench/peers/layers.py).
//   {"peak": true}                       → {"gflops": …, "gbs": …}: what the cores and the memory can do at most
//   {"case": {"batch": 32, "in_channels": 3, "input": [224, 224], "out_channels": 64, "kernel": [3, 3], "stride": [1,
//   1],
//    "pad": [1, 1], "dilation": [1, 1], "groups": 1, "transposed": false, "pass": "forward"}} → {"algorithm": "flat"}
//   {"case": {…}, "algorithm": "flat"}    → the same, that one forced where it applies: {"algorithm": "flat"}
//   {"run": 0.1}                         → seconds a call: {"least": …, "median": …, "cpu": …}
#include <convgrad/convgrad.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kernels/conv/conv.h"
#include "kernels/conv/plan.h"
#include "peak.h"

namespace {

namespace cg = convgrad;
using cg::kernels::ConvAxis;
using cg::kernels::ConvProblem;
using cg::kernels::Pass;
using Sizes = std::vector<int64_t>;

struct Layer {
  int64_t batch, in_channels, out_channels, groups;
  Sizes input, kernel, stride, pad, dilation;
  bool transposed;

  explicit Layer(const nlohmann::json& j)
      : batch(j.at("batch")),
        in_channels(j.at("in_channels")),
        out_channels(j.at("out_channels")),
        groups(j.at("groups")),
        input(j.at("input")),
        kernel(j.at("kernel")),
        stride(j.at("stride")),
        pad(j.at("pad")),
        dilation(j.at("dilation")),
        transposed(j.at("transposed")) {}

  int64_t span(size_t a) const { return dilation[a] * (kernel[a] - 1) + 1; }
  int64_t output(size_t a) const {
    return transposed ? (input[a] - 1) * stride[a] + span(a) - 2 * pad[a]
                      : (input[a] + 2 * pad[a] - span(a)) / stride[a] + 1;
  }
  Sizes sizes(int64_t first, int64_t second, const std::function<int64_t(size_t)>& size) const {
    Sizes all{first, second};
    for (size_t a = 0; a < input.size(); ++a) all.push_back(size(a));
    return all;
  }
};

std::array<int64_t, 5> dense_strides(int64_t channels, const ConvProblem& p, int64_t ConvAxis::*which) {
  const int64_t d = p.axes[0].*which, h = p.axes[1].*which, w = p.axes[2].*which;
  return {channels * d * h * w, d * h * w, h * w, w, 1};
}

/// The problem behind a layer: a transposed one is read the other way round.
ConvProblem problem_of(const Layer& l) {
  ConvProblem p{.batch = l.batch, .in_channels = l.in_channels, .out_channels = l.out_channels, .groups = l.groups};
  if (l.transposed) std::swap(p.in_channels, p.out_channels);
  const size_t rank = l.input.size();
  for (size_t a = 0; a < rank; ++a)
    p.axes[3 - rank + a] = {.input = l.transposed ? l.output(a) : l.input[a],
                            .kernel = l.kernel[a],
                            .stride = l.stride[a],
                            .pad_low = l.pad[a],
                            .pad_high = l.pad[a],
                            .dilation = l.dilation[a],
                            .output = l.transposed ? l.input[a] : l.output(a)};
  p.x_strides = dense_strides(p.in_channels, p, &ConvAxis::input);
  p.w_strides = dense_strides(p.in_channels / p.groups, p, &ConvAxis::kernel);
  p.y_strides = dense_strides(p.out_channels, p, &ConvAxis::output);
  return p;
}

const char* algorithm(const Layer& l, const std::string& pass) {
  const Pass of_problem = pass == "backward_weights"            ? Pass::backward_weights
                          : (pass == "forward") == l.transposed ? Pass::backward_data
                                                                : Pass::forward;
  return cg::kernels::chosen_algorithm<float>(problem_of(l), of_problem);
}

cg::Tensor convolution(const cg::Tensor& x, const cg::Tensor& w, const cg::Tensor& bias, const cg::ConvOptions& o) {
  using Function = cg::Tensor(const cg::Tensor&, const cg::Tensor&, const cg::Tensor&, const cg::ConvOptions&);
  constexpr Function* functions[] = {cg::conv1d, cg::conv2d, cg::conv3d};
  return functions[x.dim() - 3](x, w, bias, o);
}

cg::Tensor transposed(const cg::Tensor& x, const cg::Tensor& w, const cg::Tensor& bias,
                      const cg::ConvTransposeOptions& o) {
  using Function = cg::Tensor(const cg::Tensor&, const cg::Tensor&, const cg::Tensor&, const cg::ConvTransposeOptions&);
  constexpr Function* functions[] = {cg::conv_transpose1d, cg::conv_transpose2d, cg::conv_transpose3d};
  return functions[x.dim() - 3](x, w, bias, o);
}

struct Case {
  std::function<void()> run = {};
  std::string algorithm = {};
};

/// The gradients of a transposed layer are the passes of the problem that it is the adjoint of.
Case make_case(const nlohmann::json& spec) {
  const Layer l(spec);
  const std::string pass = spec.at("pass");
  const int64_t in = l.transposed ? l.out_channels : l.in_channels, out = l.transposed ? l.in_channels : l.out_channels;
  const auto x = cg::rand(l.sizes(l.batch, l.in_channels, [&](size_t a) { return l.input[a]; })) - 0.5;
  const auto w = cg::rand(l.sizes(out, in / l.groups, [&](size_t a) { return l.kernel[a]; })) - 0.5;
  const auto bias = cg::rand({l.out_channels});
  const auto dy = cg::rand(l.sizes(l.batch, l.out_channels, [&](size_t a) { return l.output(a); })) - 0.5;
  const cg::ConvOptions o{.stride = l.stride, .padding = l.pad, .dilation = l.dilation, .groups = l.groups};
  const cg::ConvTransposeOptions t{.stride = l.stride, .padding = l.pad, .groups = l.groups, .dilation = l.dilation};
  Case c{.run = {}, .algorithm = algorithm(l, pass)};
  if (pass == "forward")
    c.run =
        l.transposed ? std::function<void()>([=] { transposed(x, w, bias, t); }) : [=] { convolution(x, w, bias, o); };
  else if (pass == "backward_data")
    c.run = l.transposed ? std::function<void()>([=] { convolution(dy, w, {}, o); })
                         : [=] { cg::conv_input_gradient(x.sizes(), w, dy, o); };
  else
    c.run = l.transposed ? std::function<void()>([=] { cg::conv_weight_gradient(dy, w.sizes(), x, o); })
                         : [=] { cg::conv_weight_gradient(x, w.sizes(), dy, o); };
  return c;
}

nlohmann::json time_of(const std::function<void()>& run, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const auto begin = Clock::now();
  run();
  const int repeats = since(begin) < 1e-4 ? 50 : 1;  // the clocks take some hundred nanoseconds themselves
  std::vector<double> times;
  const std::clock_t cpu = std::clock();
  do {
    const auto start = Clock::now();
    for (int i = 0; i < repeats; ++i) run();
    times.push_back(since(start) / repeats);
  } while (since(begin) < seconds);
  const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::sort(times.begin(), times.end());
  return {{"least", times.front()},
          {"median", times[times.size() / 2]},
          {"cpu", cpu_seconds / static_cast<double>(times.size()) / repeats}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) cg::set_num_threads(std::stoi(argv[1]));
  cg::manual_seed(0);
  Case current;
  for (std::string line; std::getline(std::cin, line);) {
    const auto asked = nlohmann::json::parse(line);
    nlohmann::json answer;
    if (asked.contains("peak")) {
      answer = {{"gflops", bench::peak_gflops(cg::get_num_threads())},
                {"gbs", bench::read_bandwidth(cg::get_num_threads())}};
    } else if (asked.contains("case")) {
      current = {};  // frees the last one's tensors first
      cg::kernels::force_algorithm(asked.value("algorithm", ""));
      current = make_case(asked["case"]);
      answer = {{"algorithm", current.algorithm}};
    } else {
      answer = time_of(current.run, asked["run"]);
    }
    std::cout << answer << std::endl;
  }
}
