#include <convgrad/ops/activation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// y = f(x) on both sides of 0.
Case activation(std::function<Tensor(const Tensor&)> f, const std::string& oracle) {
  return {.run = [f](const variable_list& x) { return variable_list{f(x[0])}; },
          .inputs = {{.sizes = {3, 5}, .low = -3, .high = 3}},
          .oracle = oracle,
          .large = {{.sizes = {1 << 18}, .low = -3, .high = 3}}};
}

}  // namespace

CASE(relu) {
  Case c = activation(relu, "F.relu(x0)");
  c.failures = {{[] { relu(Tensor::of(true)); }, "F.relu(torch.tensor(True))"}};
  return c;
}
CASE(leaky_relu) {
  Case c = activation([](const Tensor& x) { return leaky_relu(x, 0.2); }, "F.leaky_relu(x0, 0.2)");
  c.failures = {{[] { leaky_relu(Tensor::of(1)); }, "F.leaky_relu(torch.tensor(1))"}};
  return c;
}
CASE(elu) {
  return activation([](const Tensor& x) { return elu(x, 1.3); }, "F.elu(x0, 1.3)");
}
CASE(gelu) {
  Case c = activation([](const Tensor& x) { return gelu(x); }, "F.gelu(x0)");
  c.failures = {{[] { gelu(Tensor::of(1.), "erf"); }, "F.gelu(torch.tensor(1.), approximate='erf')"}};
  return c;
}
CASE(gelu_tanh) {
  return activation([](const Tensor& x) { return gelu(x, "tanh"); }, "F.gelu(x0, approximate='tanh')");
}
CASE(silu) { return activation(silu, "F.silu(x0)"); }
CASE(softplus) {
  return activation([](const Tensor& x) { return softplus(x, 2, 3); }, "F.softplus(x0, 2, 3)");
}
CASE(hardtanh) {
  Case c = activation([](const Tensor& x) { return hardtanh(x, -1.5, 0.5); }, "F.hardtanh(x0, -1.5, 0.5)");
  c.failures = {{[] { hardtanh(Tensor::of(1.), 1, 0); }, "F.hardtanh(torch.tensor(1.), 1, 0)"}};
  return c;
}
CASE(relu6) {
  return activation([](const Tensor& x) { return relu6(x * 3); }, "F.relu6(x0 * 3)");
}

}  // namespace convgrad::cases
