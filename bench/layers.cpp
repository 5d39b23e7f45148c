// One pass of one convolution layer, timed on request through the public API: bench/layers.py sends a JSON object a
// line and takes turns with a peer that speaks the same way (bench/peers/layers.py).
//   {"peak": true}                       → {"gflops": …, "gbs": …}: what the cores and the memory can do at most
//   {"case": {"batch": 32, "in_channels": 3, "input": [224, 224], "out_channels": 64, "kernel": [3, 3], "stride": [1,
//   1],
//    "pad": [1, 1], "dilation": [1, 1], "groups": 1, "transposed": false, "pass": "forward"}} → {"algorithm": "flat"}
//   {"case": {…}, "algorithm": "flat"}    → the same, that one forced where it applies: {"algorithm": "flat"}
//   {"run": 0.1}                         → seconds a call: {"least": …, "median": …, "cpu": …}
#include <convgrad/convgrad.h>

#include "kernels/conv/conv.h"
#include "kernels/conv/plan.h"
#include "layer.h"
#include "peak.h"

namespace {

namespace cg = convgrad;
using bench::Case;
using bench::Layer;
using cg::kernels::ConvAxis;
using cg::kernels::ConvProblem;
using cg::kernels::Pass;

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

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) cg::set_num_threads(std::stoi(argv[1]));
  cg::manual_seed(0);
  bench::serve(
      [](const nlohmann::json& asked) {
        cg::kernels::force_algorithm(asked.value("algorithm", ""));
        return make_case(asked["case"]);
      },
      [](const nlohmann::json&) {
        return nlohmann::json{{"gflops", bench::peak_gflops(cg::get_num_threads())},
                              {"gbs", bench::read_bandwidth(cg::get_num_threads())}};
      });
}
