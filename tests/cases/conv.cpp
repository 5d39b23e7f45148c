// Convolutions of one, two and three axes: a row of the table is the sizes of input and weight and the options, in C++
// and in Python.
#include <convgrad/ops/conv.h>
#include <convgrad/ops/conv_matrix.h>
#include <convgrad/ops/conv_size.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using Sizes = std::vector<int64_t>;

auto conv_of(const Sizes& weight) {
  using Conv = Tensor (*)(X, X, X, const ConvOptions&);
  return weight.size() == 3 ? Conv(conv1d) : weight.size() == 4 ? Conv(conv2d) : Conv(conv3d);
}
std::string call_of(const Sizes& weight, const std::string& arguments, const std::string& python) {
  return "F.conv" + std::to_string(weight.size() - 2) + "d(" + arguments + (python.empty() ? "" : ", ") + python + ")";
}

/// y = conv(x, w, b) and conv(x, w).
Case conv(const Sizes& x, const Sizes& weight, const ConvOptions& options = {}, const std::string& python = "") {
  return {.run = [f = conv_of(weight),
                  options](const List& x) { return list(f(x[0], x[1], x[2], options), f(x[0], x[1], {}, options)); },
          .inputs = {{.sizes = x}, {.sizes = weight}, {.sizes = {weight[0]}}},
          .oracle = call_of(weight, "x0, x1, x2", python) + ", " + call_of(weight, "x0, x1", python)};
}

/// One pass for the speed table, and for the algorithms that small inputs do not choose: its gradients are compared
/// with the oracle's, as finite differences would take too long.
Case large_conv(const Sizes& x, const Sizes& weight, const Sizes& large, const ConvOptions& options = {},
                const std::string& python = "") {
  const Sizes in(large.begin() + 2, large.end()), kernel(weight.begin() + 2, weight.end());
  double flops = 2 * static_cast<double>(large[0]);
  const ConvOutputSize out = conv_output_size(in, kernel, options);
  for (const int64_t size : out.sizes()) flops *= static_cast<double>(size);
  for (const int64_t size : weight) flops *= static_cast<double>(size);
  return {.run = [f = conv_of(weight), options](const List& x) { return list(f(x[0], x[1], {}, options)); },
          .inputs = {{.sizes = x}, {.sizes = weight}},
          .oracle = call_of(weight, "x0, x1", python),
          .finite_differences = false,
          .large = {{.sizes = large}, {.sizes = weight}},
          .flops = flops};
}

/// A call that is refused.
Failure refused(const Sizes& x, const Sizes& weight, const ConvOptions& options = {}, const std::string& python = "",
                const Sizes& bias = {}) {
  const auto text = [](const Sizes& sizes) {
    std::string all = "torch.ones((";
    for (const int64_t size : sizes) all += std::to_string(size) + ",";
    return all + "))";
  };
  return {[=] { conv_of(weight)(ones(x), ones(weight), bias.empty() ? Tensor() : ones(bias), options); },
          call_of(weight, text(x) + ", " + text(weight) + (bias.empty() ? "" : ", " + text(bias)), python)};
}

}  // namespace

// ---- one axis

CASE(conv1d) { return conv({2, 3, 9}, {4, 3, 3}); }
CASE(conv1d_all_options) {
  return conv({2, 4, 9}, {6, 2, 3}, {.stride = 2, .padding = 2, .dilation = 2, .groups = 2},
              "stride=2, padding=2, dilation=2, groups=2");
}
CASE(conv1d_depthwise) { return conv({1, 3, 8}, {6, 1, 4}, {.groups = 3}, "groups=3"); }
CASE(conv1d_same) { return conv({1, 2, 7}, {3, 2, 4}, {.padding = "same"}, "padding='same'"); }

// ---- two axes

CASE(conv2d) { return conv({2, 3, 6, 5}, {4, 3, 3, 2}); }
CASE(conv2d_stride) { return conv({2, 2, 7, 6}, {3, 2, 3, 3}, {.stride = {2, 3}}, "stride=(2, 3)"); }
CASE(conv2d_stride_past_kernel) { return conv({1, 2, 7, 7}, {2, 2, 2, 1}, {.stride = {3, 4}}, "stride=(3, 4)"); }
CASE(conv2d_padding) { return conv({2, 2, 4, 5}, {3, 2, 3, 3}, {.padding = {1, 2}}, "padding=(1, 2)"); }
CASE(conv2d_padding_past_kernel) { return conv({1, 2, 2, 2}, {2, 2, 2, 2}, {.padding = {3, 0}}, "padding=(3, 0)"); }
CASE(conv2d_dilation) { return conv({2, 2, 7, 8}, {3, 2, 3, 3}, {.dilation = {2, 3}}, "dilation=(2, 3)"); }
CASE(conv2d_groups) { return conv({2, 4, 5, 5}, {6, 2, 3, 3}, {.groups = 2}, "groups=2"); }
CASE(conv2d_depthwise) { return conv({2, 4, 5, 5}, {4, 1, 3, 3}, {.padding = 1, .groups = 4}, "padding=1, groups=4"); }
CASE(conv2d_depthwise_twice) {
  return conv({1, 3, 6, 5}, {6, 1, 3, 2}, {.stride = 2, .groups = 3}, "stride=2, groups=3");
}
CASE(conv2d_all_options) {
  return conv({2, 4, 8, 7}, {6, 2, 3, 2}, {.stride = {2, 1}, .padding = {2, 1}, .dilation = {2, 3}, .groups = 2},
              "stride=(2, 1), padding=(2, 1), dilation=(2, 3), groups=2");
}
CASE(conv2d_same) { return conv({2, 2, 5, 4}, {2, 2, 4, 3}, {.padding = "same"}, "padding='same'"); }
CASE(conv2d_same_dilated) {
  return conv({1, 2, 5, 6}, {2, 2, 2, 4}, {.padding = "same", .dilation = {3, 1}}, "padding='same', dilation=(3, 1)");
}
CASE(conv2d_valid) {
  return conv({1, 2, 5, 6}, {2, 2, 2, 4}, {.stride = 2, .padding = "valid"}, "padding='valid', stride=2");
}
CASE(conv2d_of_points) { return conv({2, 3, 4, 4}, {5, 3, 1, 1}); }
CASE(conv2d_of_all) { return conv({2, 3, 4, 3}, {5, 3, 4, 3}); }
CASE(conv2d_unbatched) { return conv({2, 5, 5}, {3, 2, 3, 3}, {.padding = 1}, "padding=1"); }
CASE(conv2d_empty_batch) { return conv({0, 2, 5, 5}, {3, 2, 3, 3}); }
CASE(conv2d_of_integers) {
  return {.run =
              [](const List& x) {
                return list(conv2d(x[0], x[1], {.padding = 1}), conv_transpose2d(x[0], x[1].transpose(0, 1)));
              },
          .inputs = {{.sizes = {2, 3, 5, 4}, .low = -9, .high = 9, .integer = true},
                     {.sizes = {2, 3, 2, 3}, .low = -9, .high = 9, .integer = true}},
          .oracle = "F.conv2d(x0, x1, padding=1), F.conv_transpose2d(x0, x1.transpose(0, 1))"};
}

// ---- three axes

CASE(conv3d) { return conv({1, 2, 4, 4, 3}, {2, 2, 2, 3, 2}); }
CASE(conv3d_all_options) {
  return conv({1, 2, 5, 4, 5}, {2, 1, 2, 2, 3},
              {.stride = {2, 1, 2}, .padding = {1, 0, 2}, .dilation = {1, 2, 2}, .groups = 2},
              "stride=(2, 1, 2), padding=(1, 0, 2), dilation=(1, 2, 2), groups=2");
}
CASE(conv3d_same) { return conv({1, 1, 3, 4, 2}, {2, 1, 2, 3, 2}, {.padding = "same"}, "padding='same'"); }

// ---- paddings beyond numbers of zeros

CASE(conv2d_padding_modes) {
  return {.run =
              [](const List& x) {
                List all;
                for (const PaddingMode mode : {kReflect, kReplicate, kCircular})
                  all.push_back(conv2d(x[0], x[1], {.stride = {1, 2}, .padding = {2, 1}, .padding_mode = mode}));
                return all;
              },
          .inputs = {{.sizes = {2, 2, 4, 5}}, {.sizes = {3, 2, 3, 2}}},
          .oracle =
              "[F.conv2d(F.pad(x0, (1, 1, 2, 2), mode), x1, stride=(1, 2)) for mode in ('reflect', 'replicate', "
              "'circular')]"};
}
CASE(conv2d_padding_of_each_end) {
  return {.run =
              [](const List& x) {
                return list(conv2d(x[0], x[1], {.padding = {2, 0}, .padding_high = {1, 3}}),
                            conv2d(x[0], x[1], {.stride = 2, .padding = "same"}));
              },
          .inputs = {{.sizes = {2, 2, 4, 5}}, {.sizes = {3, 2, 3, 2}}},
          .oracle = "F.conv2d(F.pad(x0, (0, 3, 2, 1)), x1), F.conv2d(F.pad(x0, (0, 1, 0, 1)), x1, stride=2)"};
}
CASE(conv_as_matrix) {
  return {.run =
              [](const List& x) {
                const ConvOptions options{.stride = {2, 1}, .padding = 1, .dilation = {1, 2}};
                const CsrMatrix sparse = conv_matrix_csr(x[1], {4, 5}, options);
                return list(conv_matrix(x[1], {4, 5}, options).matmul(x[0].flatten()) * 1, sparse.values.sum());
              },
          .inputs = {{.sizes = {2, 4, 5}}, {.sizes = {3, 2, 3, 2}}},
          .oracle =
              "y = lambda x: F.conv2d(x, x1, stride=(2, 1), padding=1, dilation=(1, 2))\n"
              "y(x0).flatten() * 1, y(torch.ones_like(x0)).sum()"};
}

// ---- refused

CASE(conv_refused) {
  Case c = conv({1, 1, 2}, {1, 1, 1});
  c.failures = {
      refused({1, 3, 5, 5}, {2, 2, 3, 3}),
      refused({3, 5, 5}, {2, 2, 3, 3}),
      refused({5, 5}, {2, 2, 3, 3}),
      refused({1, 1, 1, 5, 5}, {2, 2, 3, 3}),
      refused({1, 2, 2, 5}, {2, 2, 3, 3}),
      refused({1, 2, 2, 5}, {2, 2, 3, 3}, {.padding = {0, 1}, .dilation = 2}, "padding=(0, 1), dilation=2"),
      refused({1, 2, 5}, {2, 2, 7}),
      refused({1, 2, 5, 5, 5}, {2, 2, 1, 1, 6}),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {}, "", {2}),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {}, "", {3, 1}),
      refused({1, 4, 5, 5}, {3, 2, 3, 3}, {.groups = 2}, "groups=2"),
      refused({1, 4, 5, 5}, {4, 4, 3, 3}, {.groups = 2}, "groups=2"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.groups = 0}, "groups=0"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.groups = -1}, "groups=-1"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.stride = 0}, "stride=0"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.stride = {1, -1}}, "stride=(1, -1)"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.padding = -1}, "padding=-1"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.dilation = 0}, "dilation=0"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.stride = {1, 1, 1}}, "stride=(1, 1, 1)"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.padding = {1, 1, 1}}, "padding=(1, 1, 1)"),
      refused({1, 2, 5, 5}, {3, 2, 3, 3}, {.dilation = {1, 1, 1}}, "dilation=(1, 1, 1)"),
      refused({1, 2, 5, 0}, {3, 2, 3, 3}),
      refused({1, 2, 5, 5}, {0, 2, 3, 3}),
      refused({1, 2, 5, 5}, {3, 2, 0, 3}),
      {[] {
         conv2d(ones({1, 2, 5, 5}), ones({3, 2, 3, 3}), {.padding = "half"});
       },
       "F.conv2d(torch.ones(1, 2, 5, 5), torch.ones(3, 2, 3, 3), padding='half')"},
      {[] {
         conv2d(ones({1, 2, 5, 5}), ones({3, 2, 3, 3}, {.dtype = kFloat64}));
       },
       "F.conv2d(torch.ones(1, 2, 5, 5), torch.ones(3, 2, 3, 3).double())"},
      {[] {
         conv2d(ones({1, 2, 5, 5}), ones({3, 2, 3, 3}), ones(3, {.dtype = kFloat64}));
       },
       "F.conv2d(torch.ones(1, 2, 5, 5), torch.ones(3, 2, 3, 3), torch.ones(3).double())"},
  };
  return c;
}

// ---- the gradients by themselves

CASE(conv_gradients) {
  return {.run =
              [](const List& x) {
                return list(conv_input_gradient(ints(2, 3, 6, 5), x[0], x[1], {.stride = 2, .padding = 1}),
                            conv_weight_gradient(x[2], ints(2, 3, 3, 2), x[1], {.stride = 2, .padding = 1}));
              },
          .inputs = {{.sizes = {2, 3, 3, 2}}, {.sizes = {2, 2, 3, 3}}, {.sizes = {2, 3, 6, 5}}},
          .oracle =
              "torch.nn.grad.conv2d_input((2, 3, 6, 5), x0, x1, stride=2, padding=1), "
              "torch.nn.grad.conv2d_weight(x2, (2, 3, 3, 2), x1, stride=2, padding=1)"};
}

// ---- the speed table; what LeNet-5 and larger networks are made of

CASE(time_conv2d_lenet_first) {
  return large_conv({2, 1, 9, 12}, {6, 1, 5, 5}, {128, 1, 28, 28}, {.padding = 2}, "padding=2");
}
CASE(time_conv2d_lenet_second) { return large_conv({2, 6, 14, 14}, {16, 6, 5, 5}, {128, 6, 14, 14}); }
CASE(time_conv2d_3x3) {
  return large_conv({2, 32, 9, 10}, {32, 32, 3, 3}, {16, 32, 28, 28}, {.padding = 1}, "padding=1");
}
CASE(time_conv2d_3x3_strided) {
  return large_conv({2, 32, 9, 10}, {32, 32, 3, 3}, {16, 32, 28, 28}, {.stride = 2, .padding = 1},
                    "padding=1, stride=2");
}
CASE(time_conv2d_3x3_dilated) {
  return large_conv({2, 16, 12, 10}, {24, 16, 3, 3}, {16, 16, 28, 28}, {.padding = 2, .dilation = 2},
                    "padding=2, dilation=2");
}
CASE(time_conv2d_1x1) { return large_conv({2, 48, 7, 7}, {40, 48, 1, 1}, {16, 48, 28, 28}); }
CASE(time_conv2d_groups) {
  return large_conv({2, 32, 9, 9}, {32, 8, 3, 3}, {16, 32, 28, 28}, {.padding = 1, .groups = 4}, "padding=1, groups=4");
}
CASE(time_conv2d_depthwise) {
  return large_conv({2, 32, 9, 9}, {32, 1, 3, 3}, {16, 32, 56, 56}, {.padding = 1, .groups = 32},
                    "padding=1, groups=32");
}
CASE(time_conv1d) { return large_conv({2, 16, 40}, {24, 16, 5}, {16, 16, 2000}, {.padding = 2}, "padding=2"); }
CASE(time_conv3d) {
  return large_conv({1, 8, 6, 7, 6}, {16, 8, 3, 3, 3}, {4, 8, 16, 16, 16}, {.padding = 1}, "padding=1");
}

}  // namespace convgrad::cases
