#include "convgrad/nn/models.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(LeNet5, BeginsWithPyTorchsWeightsAtSeed0) {
  const auto golden = nlohmann::json::parse(std::ifstream(CONVGRAD_TEST_DIR "/golden/lenet5.json")).at("weights");
  manual_seed(0);
  const StateDict state = lenet5()->state_dict();
  ASSERT_EQ(state.size(), golden.size());
  for (const auto& [name, tensor] : state) {
    const auto& expected = golden.at(name);
    const auto values = tensor.to_vector<double>();
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(values[i], expected.at("first")[i].get<double>(), 5e-9) << name;
    double sum = 0, abs_sum = 0;
    for (double v : values) sum += v, abs_sum += std::abs(v);
    EXPECT_NEAR(sum, expected.at("sum").get<double>(), 1e-9 * abs_sum) << name;
    EXPECT_NEAR(abs_sum, expected.at("abs_sum").get<double>(), 1e-9 * abs_sum) << name;
  }
}

TEST(LeNet5, FitsOtherPictures) {
  const Tensor y = lenet5({.in_channels = 3, .classes = 26, .image = 14})(zeros({2, 3, 14, 14}));
  EXPECT_EQ(y.sizes(), IntArrayRef({2, 26}));
  EXPECT_EQ(lenet5_classic({.image = 36})(zeros({1, 1, 36, 36})).sizes(), IntArrayRef({1, 10}));
  EXPECT_THROW(lenet5({.image = 12}), ValueError);
  EXPECT_THROW(lenet5({.classes = 0}), ValueError);
  EXPECT_THROW(lenet5_classic({.image = 31}), ValueError);
  EXPECT_THROW(lenet5({.image = int64_t{1} << 40}), Error);
}

TEST(MakeModel, BuildsByNameAndTextOptions) {
  EXPECT_EQ(model_names(), (std::vector<std::string>{"lenet5", "lenet5-classic"}));
  const ModelOptions options{.classes = 26, .image = 14};
  EXPECT_EQ(make_model("lenet5", model_options(options))->str(), lenet5(options)->str());
}

TEST(MakeModel, SaysWhatThereIs) {
  try {
    make_model("lenet6");
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_STREQ(e.what(), "no model is called 'lenet6'");
    EXPECT_EQ(e.hint(), "there are lenet5, lenet5-classic");
  }
  EXPECT_EQ(error_text<ValueError>([] {
              make_model("lenet5", {{"depth", "3"}});
            }),
            "model lenet5 has no option 'depth'");
  EXPECT_EQ(error_text<ValueError>([] {
              make_model("lenet5", {{"classes", "3x"}});
            }),
            "model option classes must be a whole number, but got '3x'");
}

}  // namespace
}  // namespace convgrad::nn
