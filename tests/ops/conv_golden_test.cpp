// Convolutions, right and wrong ones, with the answers that PyTorch gives (tests/golden/make_conv.py).
#include <convgrad/error.h>

#include <fstream>

#include "ops/conv_golden.h"
#include "places.h"

namespace convgrad::testing {
namespace {

using nlohmann::json;

ScalarType type_named(const std::string& name) {
  for (const ScalarType t : {kFloat32, kFloat64, kInt64, kInt32, kUInt8, kBool})
    if (name == convgrad::name(t)) return t;
  throw std::runtime_error(name);
}

Tensor call(const json& c, const Tensor& x, const Tensor& w, const Tensor& bias) {
  const std::string op = c["op"];
  const size_t rank = static_cast<size_t>(op[op.size() - 2] - '0');
  if (op.find("transpose") != std::string::npos)
    return conv_transpose_of(rank)(x, w, bias,
                                   {.stride = axis_values(c["stride"]),
                                    .padding = axis_values(c["padding"]),
                                    .output_padding = axis_values(c["output_padding"]),
                                    .groups = c["groups"],
                                    .dilation = axis_values(c["dilation"])});
  return conv_of(rank)(
      x, w, bias,
      {.stride = axis_values(c["stride"]),
       .padding = c["padding"].is_string() ? ConvPadding(c["padding"].get<std::string>()) : axis_values(c["padding"]),
       .dilation = axis_values(c["dilation"]),
       .groups = c["groups"]});
}

std::vector<double> checksums(const json& c, Tensor x, Tensor w, Tensor bias) {
  autograd::variable_list inputs{x.requires_grad_(), w.requires_grad_()};
  if (bias.defined()) inputs.push_back(bias.requires_grad_());
  const Tensor y = call(c, x, w, bias);
  EXPECT_EQ(y.sizes().vec(), c["y"].get<std::vector<int64_t>>());
  std::vector<double> sums{checksum(y)};
  for (const Tensor& g : autograd::grad({y}, inputs, {golden_fill(y.sizes().vec(), 4, y.dtype())}))
    sums.push_back(checksum(g));
  return sums;
}

TEST(Conv, ValuesGradientsAndErrorsAreThoseOfPyTorch) {
  const json cases = json::parse(std::ifstream(test::golden("conv.json")));
  ASSERT_GT(cases.size(), 500u);
  for (const json& c : cases) {
    SCOPED_TRACE(c.dump());
    const ScalarType dtype = type_named(c["dtype"]);
    const Tensor x = golden_fill(c["x"], 1, dtype);
    const Tensor w = golden_fill(c["w"], 2, type_named(c.value("w_type", c["dtype"].get<std::string>())));
    Tensor bias;
    if (c.contains("b")) bias = golden_fill(c["b"], 3, type_named(c.value("b_type", c["dtype"].get<std::string>())));
    if (!c.contains("error")) {
      EXPECT_EQ(checksums(c, x, w, bias), c["sums"].get<std::vector<double>>());
      continue;
    }
    try {
      call(c, x, w, bias);
      ADD_FAILURE() << "no error";
    } catch (const Error& e) {
      EXPECT_EQ(std::string(e.what()), c["error"].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace convgrad::testing
