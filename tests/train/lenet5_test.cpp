// The main job against PyTorch: tests/golden/lenet5.json holds what it gave at seed 0 (make_lenet5.py made it).
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/conv/plan.h"
#include "places.h"

namespace convgrad {
namespace {

const nlohmann::json& golden() {
  static const nlohmann::json value = nlohmann::json::parse(std::ifstream(test::golden("lenet5.json")));
  return value;
}

const data::datasets::FashionMNIST& pictures() {
  namespace t = data::transforms;
  static const data::datasets::FashionMNIST set({.transform = t::Compose({t::Resize(32), t::ToTensor()})});
  return set;
}

TEST(LeNet5, StartsFromPyTorchsWeights) {
  manual_seed(0);
  const auto net = nn::make_model("lenet5", {});
  for (const auto& [name, value] : net->state_dict()) {
    const auto& want = golden()["weights"][name];
    const auto got = value.to_vector<double>();
    double sum = 0, abs_sum = 0;
    for (const double v : got) sum += v, abs_sum += std::abs(v);
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(got[i], want["first"][i].get<double>(), 6e-9) << name;  // 8 decimals
    EXPECT_NEAR(sum, want["sum"].get<double>(), 1e-9 * abs_sum) << name;
    EXPECT_NEAR(abs_sum, want["abs_sum"].get<double>(), 1e-12 * abs_sum) << name;
  }
}

/// The losses of the first `steps` steps of the document's training.
std::vector<double> first_losses(double lr, int steps) {
  manual_seed(0);
  auto net = nn::make_model("lenet5", {});
  data::DataLoader batches(pictures(), {.batch_size = 128, .shuffle = true, .workers = 1});
  optim::SGD trainer(net->parameters(), {.lr = lr, .weight_decay = 1e-6});
  const nn::CrossEntropyLoss loss;
  std::vector<double> losses;
  for (auto& [images, labels] : batches) {
    const Tensor l = loss(net(images), labels);
    losses.push_back(l.item<double>());
    if (static_cast<int>(losses.size()) == steps) break;
    trainer.zero_grad();
    l.backward();
    trainer.step();
  }
  return losses;
}

void expect_golden(double lr, double tolerance) {
  for (const auto& run : golden()["runs"]) {
    if (run["lr"] != lr || run["threads"] != 2) continue;
    const auto losses = first_losses(lr, 10);
    for (size_t i = 0; i < losses.size(); ++i)
      EXPECT_NEAR(losses[i], run["first_losses"][i][1].get<double>(), tolerance) << "lr " << lr << ", step " << i;
  }
}

// PyTorch rounds to six decimals in the file: 5e-7 of the bounds is theirs.
TEST(LeNet5, LosesAsPyTorchDoesByDirectMethods) {
  kernels::set_allow_winograd(false);
  expect_golden(0.1, 5e-6);
  kernels::set_allow_winograd(true);
}

TEST(LeNet5, LosesAsPyTorchDoesWithWinograd) {
  expect_golden(0.1, 2e-5);
  expect_golden(0.01, 2e-5);
}

TEST(LeNet5, GivesTheSameLossesEveryTime) { EXPECT_EQ(first_losses(0.1, 3), first_losses(0.1, 3)); }

}  // namespace
}  // namespace convgrad
