#include <convgrad/error.h>
#include <convgrad/ops/fold.h>

#include <fstream>

#include "ops/conv_golden.h"
#include "places.h"

namespace convgrad::testing {
namespace {

using nlohmann::json;

Tensor call(const json& c, const Tensor& x) {
  const FoldOptions options{
      .dilation = axis_values(c["dilation"]), .padding = axis_values(c["padding"]), .stride = axis_values(c["stride"])};
  return c["op"] == "unfold" ? unfold(x, axis_values(c["kernel_size"]), options)
                             : fold(x, axis_values(c["output_size"]), axis_values(c["kernel_size"]), options);
}

TEST(Fold, ValuesGradientsAndErrorsAreThoseOfPyTorch) {
  const json cases = json::parse(std::ifstream(test::golden("fold.json")));
  ASSERT_GT(cases.size(), 150u);
  for (const json& c : cases) {
    SCOPED_TRACE(c.dump());
    Tensor x = golden_fill(c["x"], 1);
    if (!c.contains("error")) {
      const Tensor y = call(c, x.requires_grad_());
      EXPECT_EQ(y.sizes().vec(), c["y"].get<std::vector<int64_t>>());
      const Tensor dx = autograd::grad({y}, {x}, {golden_fill(y.sizes().vec(), 4)})[0];
      EXPECT_EQ((std::vector<double>{checksum(y), checksum(dx)}), c["sums"].get<std::vector<double>>());
      continue;
    }
    try {
      call(c, x);
      ADD_FAILURE() << "no error";
    } catch (const Error& e) {
      EXPECT_EQ(std::string(e.what()), c["error"].get<std::string>());
    }
  }
}

TEST(Fold, UnfoldReadsAnyStrides) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Tensor x = random_tensor(random, {2, 3, 5, 6}, pick(random, 0, 1) ? kFloat32 : kFloat64);
    const FoldOptions options{.dilation = {1, 2}, .padding = {0, 1}, .stride = {2, 1}};
    EXPECT_EQ(numbers(unfold(x, {3, 2}, options)), numbers(unfold(x.clone().contiguous(), {3, 2}, options)));
    const Tensor columns = random_tensor(random, {2, 12, 20});
    EXPECT_EQ(numbers(fold(columns, {5, 6}, 2)), numbers(fold(columns.contiguous(), {5, 6}, 2)));
  }
}

TEST(Fold, NodesAreNamedAsInPyTorch) {
  const Tensor x = ones({1, 1, 3, 3}, {.requires_grad = true});
  EXPECT_EQ(unfold(x, 2).grad_fn()->name(), "Im2ColBackward0");
  EXPECT_EQ(fold(unfold(x, 2), 3, 2).grad_fn()->name(), "Col2ImBackward0");
}

// docs: bad inputs that broke others, section 2.
TEST(FoldBadInput, UnfoldNearTheEndOfInt64IsRefused) {
  const Tensor x = zeros({1, 1, 3, 3});
  constexpr int64_t most = std::numeric_limits<int64_t>::max(), trillion = 1000000000000;
  EXPECT_THROW(unfold(x, most - 1, {.dilation = trillion, .padding = trillion, .stride = trillion}), ShapeError);
  EXPECT_THROW(unfold(x, 2, {.dilation = int64_t{1} << 62}), ShapeError);
  EXPECT_THROW(unfold(x, 2, {.padding = int64_t{1} << 62}), ShapeError);
  EXPECT_THROW(unfold(x, int64_t{1} << 33), ShapeError);
  EXPECT_THROW(unfold(x, int64_t{1} << 33, {.padding = int64_t{1} << 33}), ShapeError);
  EXPECT_EQ(numbers(unfold(x, 2, {.stride = most})), std::vector<double>(4, 0));
}

TEST(FoldBadInput, FoldNearTheEndOfInt64IsRefused) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_THROW(fold(zeros({1, 1, 1}), 100, 1, {.dilation = 100, .padding = most - 1, .stride = most}), ShapeError);
  EXPECT_THROW(fold(zeros({1, 4, 1}), int64_t{1} << 40, 2), ShapeError);
  EXPECT_THROW(fold(zeros({1, 4, 1}), 2, int64_t{1} << 33), ShapeError);
  EXPECT_THROW(fold(zeros({1, 4, 1}), most, 2, {.dilation = most, .stride = 1}), ShapeError);
  EXPECT_THROW(fold(zeros({1, 4, 1}), {most, 2}, 2, {.stride = most}), Error);
}

TEST(FoldBadInput, BlockCountsWhoseProductIsRightByChanceAreRefused) {
  try {
    fold(zeros({1, 4, 12}), {4, 5}, 2, {.dilation = 8});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_NE(std::string(e.what()).find("(-4, -3), which is too small (non-positive)"), std::string::npos);
  }
}

}  // namespace
}  // namespace convgrad::testing
