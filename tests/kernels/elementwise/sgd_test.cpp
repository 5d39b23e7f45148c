#include "kernels/elementwise/sgd.h"

#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

#include "kernels/every_isa.h"
#include "places.h"

namespace convgrad::kernels {
namespace {

const SgdStep kConfigurations[] = {
    {.lr = 0.1},
    {.lr = 0.1, .weight_decay = 1e-3},
    {.lr = 0.05, .momentum = 0.9},
    {.lr = 0.05, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.01},
    {.lr = 0.05, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true},
    {.lr = 0.3, .momentum = 0.5, .weight_decay = 0.01, .maximize = true},
};

template <class T>
std::vector<T> next_line(std::istream& file) {
  std::string line, word;
  std::getline(file, line);
  std::istringstream words(line);
  std::vector<T> values;
  while (words >> word) values.push_back(static_cast<T>(std::strtod(word.c_str(), nullptr)));
  return values;
}

/// Three steps of every configuration, as torch.optim.SGD took them (tests/golden/make_sgd.py).
template <class T>
void expect_steps_of_torch(std::istream& file) {
  const auto start = next_line<T>(file);
  std::vector<std::vector<T>> grads;
  for (int i = 0; i < 3; ++i) grads.push_back(next_line<T>(file));
  for (const SgdStep& configuration : kConfigurations) {
    const auto want = next_line<T>(file);
    ASSERT_EQ(want.size(), start.size());
    on_every_isa([&] {
      auto param = start;
      std::vector<T> buffer(param.size(), T(NAN));  // not read in the first step
      SgdStep step = configuration;
      step.first = true;
      for (const auto& grad : grads) {
        sgd_step(param.data(), grad.data(), step.momentum != 0 ? buffer.data() : nullptr, step,
                 static_cast<int64_t>(param.size()));
        step.first = false;
      }
      // the same bits where multiply–adds are fused, as in PyTorch's vector code
      const bool fused = current_isa() == "AVX2" || current_isa() == "AVX3";
      const double tolerance = fused ? 0 : 8 * std::numeric_limits<T>::epsilon();
      for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(param[i], want[i], tolerance) << "element " << i;
    });
  }
}

TEST(Sgd, TakesTheStepsOfTorch) {
  std::ifstream file(test::golden("sgd.txt"));
  expect_steps_of_torch<float>(file);
  expect_steps_of_torch<double>(file);
}

TEST(Sgd, IsTheSameOnAnyNumberOfThreads) {
  const int64_t n = 100003;
  std::vector<float> grad(n), expected;
  for (int64_t i = 0; i < n; ++i) grad[i] = static_cast<float>(std::sin(0.1 * static_cast<double>(i)));
  const int threads = num_threads();
  for (const int count : {1, 2, 3}) {
    set_thread_count(count);
    std::vector<float> param(n, 1), buffer(n);
    SgdStep step{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .first = true};
    for (int i = 0; i < 3; ++i, step.first = false) sgd_step(param.data(), grad.data(), buffer.data(), step, n);
    if (expected.empty()) expected = param;
    EXPECT_EQ(param, expected);
  }
  set_thread_count(threads);
}

}  // namespace
}  // namespace convgrad::kernels
