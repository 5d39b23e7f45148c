#include "convgrad/nn/models.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/nn/summary.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"
#include "places.h"

namespace convgrad::nn {
namespace {

TEST(LeNet5, BeginsWithPyTorchsWeightsAtSeed0) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("lenet5.json"))).at("weights");
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

// Counted by hand: positions · kernel · channels, layer by layer.
TEST(Models, HaveTheParametersAndMultiplyAddsTheySay) {
  struct {
    const char* name;
    ModelOptions options;
    std::vector<int64_t> input, output;
    int64_t parameters, multiply_adds;
  } const cases[] = {
      {"resnet", {}, {2, 1, 32, 32}, {2, 10}, 272186, 2 * 40518272},
      {"mobilenet", {.in_channels = 3}, {1, 3, 32, 32}, {1, 10}, 73130, 5136896},
      {"unet", {.classes = 11, .image = 28}, {1, 1, 28, 28}, {1, 11, 28, 28}, 117243, 19117056},
      {"signal1d", {.classes = 8, .image = 128}, {1, 1, 1, 128}, {1, 8}, 16232, 1995008},
      {"autoencoder", {}, {1, 1, 32, 32}, {1, 1, 32, 32}, 277521, 1183744},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Summary s = summary(make_model(c.name, model_options(c.options)), c.input);
    EXPECT_EQ(s.layers[0].output_size, c.output);
    EXPECT_EQ(s.parameters, c.parameters);
    EXPECT_EQ(s.multiply_adds, c.multiply_adds);
  }
}

TEST(Models, GiveEveryParameterAGradientAndRefuseWrongSides) {
  for (const char* name : {"resnet", "mobilenet", "unet", "signal1d", "autoencoder"}) {
    SCOPED_TRACE(name);
    Sequential net = make_model(name, {{"image", "16"}});
    net(rand({2, 1, 16, 16})).square().sum().backward();
    for (const auto& [parameter, tensor] : net->named_parameters()) EXPECT_TRUE(tensor.grad().defined()) << parameter;
    EXPECT_THROW(make_model(name, {{"image", "0"}}), ValueError);
  }
  EXPECT_THROW(unet({.image = 30}), ValueError);
  EXPECT_THROW(autoencoder({.image = 30}), ValueError);
}

TEST(MakeModel, BuildsByNameAndTextOptions) {
  EXPECT_EQ(model_names(), (std::vector<std::string>{"lenet5", "lenet5-classic", "resnet", "resnet9", "mobilenet",
                                                     "unet", "signal1d", "autoencoder"}));
  const ModelOptions options{.classes = 26, .image = 14};
  EXPECT_EQ(make_model("lenet5", model_options(options))->str(), lenet5(options)->str());
}

TEST(MakeModel, SaysWhatThereIs) {
  try {
    make_model("lenet6");
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_STREQ(e.what(), "no model is called 'lenet6'");
    EXPECT_EQ(e.hint(), "there are lenet5, lenet5-classic, resnet, resnet9, mobilenet, unet, signal1d, autoencoder");
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
