#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/ops/random.h"
#include "nn/golden_modules.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad::nn {
namespace {

const nlohmann::json& golden() {
  static const auto document = nlohmann::json::parse(std::ifstream(test::golden("nn.json"))).at("modules");
  return document;
}

TEST(GoldenModules, PrintAsPyTorch) {
  ASSERT_EQ(golden().size(), golden_modules().size());
  for (const auto& [name, make] : golden_modules()) EXPECT_EQ(make()->str(), golden().at(name).at("repr")) << name;
}

TEST(GoldenModules, DrawTheSameInitialValuesFromTheSameSeed) {
  for (const auto& [name, make] : golden_modules()) {
    manual_seed(0);
    const auto module = make();
    const int64_t next = randint(1 << 16, {1}).item<int64_t>();
    const auto& values = golden().at(name).at("values");
    size_t compared = 0;
    for (const auto& [key, tensor] : module->state_dict()) {
      if (name.starts_with("lazy")) continue;
      ASSERT_TRUE(values.contains(key)) << name << ' ' << key;
      EXPECT_EQ(tensor.sizes().vec(), values.at(key).at(0).get<std::vector<int64_t>>()) << name << ' ' << key;
      EXPECT_EQ(golden_bits(tensor), values.at(key).at(1)) << name << ' ' << key;
      ++compared;
    }
    EXPECT_EQ(compared, values.size()) << name;
    EXPECT_EQ(next, golden().at(name).at("next")) << name << ": the stream stands elsewhere";
  }
}

}  // namespace
}  // namespace convgrad::nn
