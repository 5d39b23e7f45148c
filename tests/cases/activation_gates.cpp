#include <convgrad/ops/activation.h>
#include <convgrad/ops/creation.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/random.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using Activation = std::function<Tensor(const Tensor&)>;

Case activation(Activation f, const std::string& oracle) {
  return {.run = [f](const variable_list& x) { return variable_list{f(x[0])}; },
          .inputs = {{.sizes = {3, 7}, .low = -5, .high = 5}},
          .oracle = oracle,
          .large = {{.sizes = {1 << 18}, .low = -5, .high = 5}}};
}

/// f_ on a tensor of the graph: its gradient is computed from the result, or from a copy of what was there.
Case in_place(std::function<Tensor&(Tensor&)> f, const std::string& oracle) {
  return activation(
      [f](const Tensor& x) {
        Tensor y = x * 1;
        return f(y);
      },
      oracle);
}

/// PyTorch's gradient rounds a constant to float32, whatever the type.
Case with_float_constant(Case c) {
  c.tolerance64 = 1e-7;
  return c;
}

Case with_failures(Case c, std::vector<Failure> failures) {
  c.failures = std::move(failures);
  return c;
}

const Tensor whole = Tensor::of(1), real = Tensor::of(1.);

}  // namespace

CASE(selu) {
  return with_failures(activation(selu, "F.selu(x0)"), {{[] { selu(whole); }, "F.selu(torch.tensor(1))"}});
}
CASE(celu) {
  return with_failures(
      with_float_constant(activation([](const Tensor& x) { return celu(x, 1.7); }, "F.celu(x0, 1.7)")),
      {{[] { celu(whole); }, "F.celu(torch.tensor(1))"}, {[] { celu(real, 0); }, "F.celu(torch.tensor(1.), 0.)"}});
}
CASE(mish) {
  return with_failures(activation(mish, "F.mish(x0)"), {{[] { mish(whole); }, "F.mish(torch.tensor(1))"}});
}
CASE(mish_far) {
  return activation([](const Tensor& x) { return mish(x * 20); }, "F.mish(x0 * 20)");
}
CASE(logsigmoid) {
  return with_failures(activation(logsigmoid, "F.logsigmoid(x0)"),
                       {{[] { logsigmoid(whole); }, "F.logsigmoid(torch.tensor(1))"}});
}
CASE(logsigmoid_far) {
  return activation([](const Tensor& x) { return logsigmoid(x * 20); }, "F.logsigmoid(x0 * 20)");
}
CASE(softsign) { return activation(softsign, "F.softsign(x0)"); }
CASE(tanhshrink) { return activation(tanhshrink, "F.tanhshrink(x0)"); }
CASE(softshrink) {
  return with_failures(
      activation([](const Tensor& x) { return softshrink(x, 1.5); }, "F.softshrink(x0, 1.5)"),
      {{[] { softshrink(whole); }, "F.softshrink(torch.tensor(1))"},
       {[] { softshrink(ones({2}), -1); }, "F.softshrink(torch.ones(2), -1)"},
       {[] { softshrink(ones({2}, {.dtype = kFloat64}), -0.5); }, "F.softshrink(torch.ones(2).double(), -0.5)"}});
}
CASE(hardshrink) {
  return with_failures(activation([](const Tensor& x) { return hardshrink(x, 1.5); }, "F.hardshrink(x0, 1.5)"),
                       {{[] { hardshrink(whole); }, "F.hardshrink(torch.tensor(1))"}});
}
CASE(hardsigmoid) {
  return with_failures(with_float_constant(activation(hardsigmoid, "F.hardsigmoid(x0)")),
                       {{[] { hardsigmoid(whole); }, "F.hardsigmoid(torch.tensor(1))"}});
}
CASE(hardswish) {
  return with_failures(activation(hardswish, "F.hardswish(x0)"),
                       {{[] { hardswish(whole); }, "F.hardswish(torch.tensor(1))"}});
}
CASE(threshold) {
  return with_failures(
      activation([](const Tensor& x) { return threshold(x, 0.4, -7); }, "F.threshold(x0, 0.4, -7)"),
      {{[] { threshold(Tensor::of(true), 0, 3); }, "F.threshold(torch.tensor(True), 0, 3)"},
       {[] { threshold(Tensor::of(1).to(kUInt8), 0, 300); }, "F.threshold(torch.tensor(1).byte(), 0, 300)"}});
}
CASE(threshold_whole) {
  return {.run = [](const variable_list& x) { return variable_list{threshold(x[0], 2, 9)}; },
          .inputs = {{.sizes = {3, 5}, .low = -5, .high = 6, .integer = true}},
          .oracle = "F.threshold(x0, 2, 9)"};
}
CASE(glu) {
  Case c{.run =
             [](const variable_list& x) {
               return variable_list{glu(x[0], 1), glu(x[0])};
             },
         .inputs = {{.sizes = {3, 4, 2}, .low = -3, .high = 3}},
         .oracle = "F.glu(x0, 1), F.glu(x0)",
         .large = {{.sizes = {256, 8, 128}, .low = -3, .high = 3}}};
  c.failures = {{[] { glu(ones({3})); }, "F.glu(torch.ones(3))"},
                {[] { glu(real); }, "F.glu(torch.tensor(1.))"},
                {[] {
                   glu(tensor({1, 2}));
                 },
                 "F.glu(torch.tensor([1, 2]))"},
                {[] {
                   glu(ones({2, 2}), 2);
                 },
                 "F.glu(torch.ones(2, 2), 2)"}};
  return c;
}
CASE(prelu) {
  Case c{.run =
             [](const variable_list& x) {
               return variable_list{prelu(x[0], x[1]), prelu(x[0], x[2])};
             },
         .inputs = {{.sizes = {3, 4, 5}, .low = -3, .high = 3}, {.sizes = {4}}, {.sizes = {1}}},
         .oracle = "F.prelu(x0, x1), F.prelu(x0, x2)",
         .large = {{.sizes = {16, 16, 32, 32}, .low = -3, .high = 3}, {.sizes = {16}}, {.sizes = {1}}}};
  c.failures = {{[] { prelu(tensor({1}), ones({1})); }, "F.prelu(torch.tensor([1]), torch.ones(1))"},
                {[] {
                   prelu(ones({4, 6}), ones({3}));
                 },
                 "F.prelu(torch.ones(4, 6), torch.ones(3))"},
                {[] { prelu(ones({2}), ones({2})); }, "F.prelu(torch.ones(2), torch.ones(2))"},
                {[] { prelu(real, ones({3})); }, "F.prelu(torch.tensor(1.), torch.ones(3))"},
                {[] {
                   prelu(ones({4, 6}), ones({2, 3}));
                 },
                 "F.prelu(torch.ones(4, 6), torch.ones(2, 3))"}};
  return c;
}
CASE(rrelu) {
  Case c = activation([](const Tensor& x) { return rrelu(x, 0.1, 0.5); }, "F.rrelu(x0, 0.1, 0.5)");
  c.failures = {{[] { rrelu(whole); }, "F.rrelu(torch.tensor(1))"},
                {[] { rrelu(whole, 0.1, 0.5, true); }, "F.rrelu(torch.tensor(1), 0.1, 0.5, training=True)"},
                {[] { rrelu(real, 0.5, 0.1, true); }, "F.rrelu(torch.tensor(1.), 0.5, 0.1, training=True)"}};
  return c;
}
CASE(rrelu_training) {
  return activation(
      [](const Tensor& x) {
        manual_seed(5);
        return rrelu(x, 0.1, 0.5, true);
      },
      "torch.manual_seed(5); F.rrelu(x0, 0.1, 0.5, training=True)");
}
CASE(softmin) {
  Case c = activation([](const Tensor& x) { return softmin(x, 1); }, "F.softmin(x0, 1)");
  c.large.clear();
  return c;
}

CASE(leaky_relu_in_place) {
  return with_failures(in_place([](Tensor& y) -> Tensor& { return leaky_relu_(y, 0.2); }, "F.leaky_relu_(x0 * 1, 0.2)"),
                       {{[] {
                           Tensor x = ones({2}).requires_grad_(), y = x * 1;
                           leaky_relu_(y, -0.1).sum().backward();
                         },
                         "F.leaky_relu_(torch.ones(2, requires_grad=True) * 1, -0.1).sum().backward()"}});
}
CASE(elu_in_place) {
  return with_failures(in_place([](Tensor& y) -> Tensor& { return elu_(y, 1.3); }, "F.elu_(x0 * 1, 1.3)"),
                       {{[] {
                           Tensor x = ones({2}).requires_grad_(), y = x * 1;
                           elu_(y, -0.1).sum().backward();
                         },
                         "F.elu_(torch.ones(2, requires_grad=True) * 1, -0.1).sum().backward()"}});
}
CASE(selu_in_place) { return in_place(selu_, "F.selu_(x0 * 1)"); }
CASE(celu_in_place) {
  return with_float_constant(in_place([](Tensor& y) -> Tensor& { return celu_(y, 0.7); }, "F.celu_(x0 * 1, 0.7)"));
}
CASE(silu_in_place) { return in_place(silu_, "F.silu(x0 * 1, inplace=True)"); }
CASE(mish_in_place) { return in_place(mish_, "F.mish(x0 * 1, inplace=True)"); }
CASE(hardtanh_in_place) {
  return in_place([](Tensor& y) -> Tensor& { return hardtanh_(y, -1.5, 2); }, "F.hardtanh_(x0 * 1, -1.5, 2)");
}
CASE(relu6_in_place) { return in_place(relu6_, "F.relu6(x0 * 1, inplace=True)"); }
CASE(hardsigmoid_in_place) {
  return with_float_constant(in_place(hardsigmoid_, "F.hardsigmoid(x0 * 1, inplace=True)"));
}
CASE(hardswish_in_place) { return in_place(hardswish_, "F.hardswish(x0 * 1, inplace=True)"); }
CASE(threshold_in_place) {
  return in_place([](Tensor& y) -> Tensor& { return threshold_(y, 0.4, -7); }, "F.threshold_(x0 * 1, 0.4, -7)");
}
CASE(rrelu_in_place) {
  return in_place([](Tensor& y) -> Tensor& { return rrelu_(y, 0.1, 0.5); }, "F.rrelu_(x0 * 1, 0.1, 0.5)");
}
CASE(rrelu_training_in_place) {
  return in_place(
      [](Tensor& y) -> Tensor& {
        manual_seed(5);
        return rrelu_(y, 0.1, 0.5, true);
      },
      "torch.manual_seed(5); F.rrelu_(x0 * 1, 0.1, 0.5, training=True)");
}

}  // namespace convgrad::cases
