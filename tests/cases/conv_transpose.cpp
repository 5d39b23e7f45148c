// Transposed convolutions of one, two and three axes; a row as in conv.cpp.
#include <convgrad/ops/conv.h>
#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using Sizes = std::vector<int64_t>;

auto conv_of(const Sizes& weight) {
  using Conv = Tensor (*)(X, X, X, const ConvTransposeOptions&);
  return weight.size() == 3   ? Conv(conv_transpose1d)
         : weight.size() == 4 ? Conv(conv_transpose2d)
                              : Conv(conv_transpose3d);
}
std::string call_of(const Sizes& weight, const std::string& arguments, const std::string& python) {
  return "F.conv_transpose" + std::to_string(weight.size() - 2) + "d(" + arguments + (python.empty() ? "" : ", ") +
         python + ")";
}

/// y = conv(x, w, b) and conv(x, w).
Case conv(const Sizes& x, const Sizes& weight, const ConvTransposeOptions& options = {},
          const std::string& python = "") {
  return {.run = [f = conv_of(weight),
                  options](const List& x) { return list(f(x[0], x[1], x[2], options), f(x[0], x[1], {}, options)); },
          .inputs = {{.sizes = x}, {.sizes = weight}, {.sizes = {weight[1] * options.groups}}},
          .oracle = call_of(weight, "x0, x1, x2", python) + ", " + call_of(weight, "x0, x1", python)};
}

/// One pass for the speed table, its gradients compared with the oracle's alone.
Case large_conv(const Sizes& x, const Sizes& weight, const Sizes& large, const ConvTransposeOptions& options,
                const std::string& python) {
  double flops = 2;
  for (const int64_t size : large) flops *= static_cast<double>(size);
  for (size_t i = 1; i < weight.size(); ++i) flops *= static_cast<double>(weight[i]);
  return {.run = [f = conv_of(weight), options](const List& x) { return list(f(x[0], x[1], {}, options)); },
          .inputs = {{.sizes = x}, {.sizes = weight}},
          .oracle = call_of(weight, "x0, x1", python),
          .finite_differences = false,
          .large = {{.sizes = large}, {.sizes = weight}},
          .flops = flops};
}

/// A call that is refused.
Failure refused(const Sizes& x, const Sizes& weight, const ConvTransposeOptions& options = {},
                const std::string& python = "") {
  const auto text = [](const Sizes& sizes) {
    std::string all = "torch.ones((";
    for (const int64_t size : sizes) all += std::to_string(size) + ",";
    return all + "))";
  };
  return {[=] { conv_of(weight)(ones(x), ones(weight), {}, options); },
          call_of(weight, text(x) + ", " + text(weight), python)};
}

}  // namespace

CASE(conv_transpose1d) { return conv({2, 3, 5}, {3, 2, 3}); }
CASE(conv_transpose1d_all_options) {
  return conv({2, 4, 4}, {4, 3, 3}, {.stride = 3, .padding = 2, .output_padding = 1, .groups = 2, .dilation = 2},
              "stride=3, padding=2, output_padding=1, groups=2, dilation=2");
}
CASE(conv_transpose2d) { return conv({2, 3, 4, 3}, {3, 2, 3, 2}); }
CASE(conv_transpose2d_stride) { return conv({1, 2, 3, 4}, {2, 3, 3, 3}, {.stride = {2, 3}}, "stride=(2, 3)"); }
CASE(conv_transpose2d_stride_past_kernel) { return conv({1, 2, 3, 3}, {2, 2, 1, 2}, {.stride = 3}, "stride=3"); }
CASE(conv_transpose2d_padding) { return conv({1, 2, 4, 4}, {2, 2, 3, 3}, {.padding = {1, 2}}, "padding=(1, 2)"); }
CASE(conv_transpose2d_output_padding) {
  return conv({1, 2, 3, 3}, {2, 2, 3, 3}, {.stride = 3, .padding = 1, .output_padding = {1, 2}},
              "stride=3, padding=1, output_padding=(1, 2)");
}
CASE(conv_transpose2d_dilation) {
  return conv({1, 2, 3, 4}, {2, 2, 3, 2}, {.output_padding = {1, 0}, .dilation = {2, 3}},
              "output_padding=(1, 0), dilation=(2, 3)");
}
CASE(conv_transpose2d_groups) { return conv({2, 4, 3, 3}, {4, 3, 2, 2}, {.groups = 2}, "groups=2"); }
CASE(conv_transpose2d_depthwise) {
  return conv({2, 3, 4, 4}, {3, 1, 3, 3}, {.stride = 2, .padding = 1, .groups = 3}, "stride=2, padding=1, groups=3");
}
CASE(conv_transpose2d_unbatched) { return conv({2, 3, 3}, {2, 3, 2, 2}, {.stride = 2}, "stride=2"); }
CASE(conv_transpose2d_empty_batch) { return conv({0, 2, 3, 3}, {2, 3, 2, 2}); }
CASE(conv_transpose3d) { return conv({1, 2, 3, 2, 2}, {2, 2, 2, 3, 2}); }
CASE(conv_transpose3d_all_options) {
  return conv(
      {1, 2, 2, 3, 2}, {2, 2, 2, 2, 3},
      {.stride = {2, 1, 2}, .padding = {1, 0, 2}, .output_padding = {1, 0, 1}, .groups = 2, .dilation = {1, 2, 2}},
      "stride=(2, 1, 2), padding=(1, 0, 2), output_padding=(1, 0, 1), groups=2, dilation=(1, 2, 2)");
}
CASE(conv_transpose_output_size) {
  return {.run =
              [](const List& x) {
                return list(conv_transpose2d(x[0], x[1], {.stride = 2, .output_size = ints(8, 7)}),
                            conv_transpose2d(x[0], x[1], {.stride = 2, .padding = 1, .output_size = ints(1, 3, 5, 6)}));
              },
          .inputs = {{.sizes = {1, 2, 3, 3}}, {.sizes = {2, 3, 3, 3}}},
          .oracle =
              "F.conv_transpose2d(x0, x1, stride=2, output_padding=(1, 0)), "
              "F.conv_transpose2d(x0, x1, stride=2, padding=1, output_padding=(0, 1))"};
}

// The adjoint of the convolution with that padding.
CASE(conv_transpose2d_padding_modes) {
  return {.run =
              [](const List& x) {
                List all;
                for (const PaddingMode mode : {kReflect, kReplicate, kCircular})
                  all.push_back(
                      conv_transpose2d(x[0], x[1], {.stride = {2, 1}, .padding = {1, 2}, .padding_mode = mode}) * 1);
                return all;
              },
          .inputs = {{.sizes = {2, 3, 2, 6}}, {.sizes = {3, 2, 3, 2}}},
          .oracle = R"(
z = torch.zeros(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)
conv = lambda mode: F.conv2d(F.pad(z, (2, 2, 1, 1), mode), x1, stride=(2, 1))
adjoint = lambda mode: torch.autograd.grad(conv(mode), z, x0, create_graph=True)
[adjoint(mode)[0] * 1 for mode in ('reflect', 'replicate', 'circular')])"};
}

CASE(conv_transpose_refused) {
  Case c = conv({1, 1, 2}, {1, 1, 1});
  c.failures = {refused({1, 3, 5, 5}, {2, 2, 3, 3}),
                refused({5, 5}, {2, 2, 3, 3}),
                refused({1, 2, 1, 1}, {2, 2, 1, 1}, {.padding = 1}, "padding=1"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.output_padding = 1}, "output_padding=1"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.stride = 2, .output_padding = 2}, "stride=2, output_padding=2"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.stride = 2, .output_padding = -1}, "stride=2, output_padding=-1"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.stride = 0}, "stride=0"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.padding = -1}, "padding=-1"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.dilation = 0}, "dilation=0"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.groups = 0}, "groups=0"),
                refused({1, 3, 5, 5}, {3, 2, 3, 3}, {.groups = 2}, "groups=2"),
                refused({1, 2, 5, 5}, {2, 2, 3, 3}, {.output_padding = {0, 0, 0}}, "output_padding=(0, 0, 0)")};
  return c;
}

// ---- the speed table

CASE(time_conv_transpose2d) {
  return large_conv({1, 24, 6, 5}, {24, 16, 4, 4}, {16, 24, 16, 16}, {.stride = 2, .padding = 1},
                    "stride=2, padding=1");
}
CASE(time_conv_transpose2d_unstrided) {
  return large_conv({1, 24, 9, 8}, {24, 16, 3, 3}, {16, 24, 28, 28}, {.padding = 1}, "padding=1");
}

}  // namespace convgrad::cases
