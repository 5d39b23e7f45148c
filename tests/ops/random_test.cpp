#include "convgrad/ops/random.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "convgrad/autograd/node.h"
#include "convgrad/error.h"
#include "convgrad/ops/creation.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad {
namespace {

constexpr TensorOptions f64{.dtype = kFloat64};

const std::map<std::string, std::function<Tensor(IntArrayRef)>> draws = {
    {"rand", [](IntArrayRef s) { return rand(s); }},
    {"rand64", [](IntArrayRef s) { return rand(s, f64); }},
    {"uniform", [](IntArrayRef s) { return empty(s).uniform_(-0.37, 1.9); }},
    {"uniform64", [](IntArrayRef s) { return empty(s, f64).uniform_(-0.37, 1.9); }},
    {"randn", [](IntArrayRef s) { return randn(s); }},
    {"randn64", [](IntArrayRef s) { return randn(s, f64); }},
    {"normal", [](IntArrayRef s) { return empty(s).normal_(0.3, 1.7); }},
    {"normal64", [](IntArrayRef s) { return empty(s, f64).normal_(0.3, 1.7); }},
    {"randint10", [](IntArrayRef s) { return randint(10, s); }},
    {"randint_small", [](IntArrayRef s) { return randint(-7, (1 << 28) - 8, s); }},
    {"randint_large", [](IntArrayRef s) { return randint(-7, (1 << 28) - 7, s); }},
    {"randint_huge", [](IntArrayRef s) { return randint(-(int64_t{1} << 62), int64_t{1} << 62, s); }},
    {"random_full", [](IntArrayRef s) { return empty(s, {.dtype = kInt64}).random_(INT64_MIN, std::nullopt); }},
    {"random_int64", [](IntArrayRef s) { return empty(s, {.dtype = kInt64}).random_(); }},
    {"random_int32", [](IntArrayRef s) { return empty(s, {.dtype = kInt32}).random_(); }},
    {"random_uint8", [](IntArrayRef s) { return empty(s, {.dtype = kUInt8}).random_(); }},
    {"random_bool", [](IntArrayRef s) { return empty(s, {.dtype = kBool}).random_(); }},
    {"random_float", [](IntArrayRef s) { return empty(s).random_(); }},
    {"random_double", [](IntArrayRef s) { return empty(s, f64).random_(); }},
    {"bernoulli", [](IntArrayRef s) { return empty(s).bernoulli_(0.3); }},
    {"bernoulli_of", [](IntArrayRef s) { return bernoulli(full(s, 0.3)); }},
    {"bernoulli_of64", [](IntArrayRef s) { return bernoulli(full(s, 0.3, f64)); }},
    {"exponential", [](IntArrayRef s) { return empty(s).exponential_(1.3); }},
    {"exponential64", [](IntArrayRef s) { return empty(s, f64).exponential_(1.3); }},
    {"normal_transposed", [](IntArrayRef s) { return empty(s).t().normal_(0.3, 1.7); }},
    {"normal_sliced",
     [](IntArrayRef s) {
       auto twice = s.vec();
       twice.push_back(2);
       return convgrad::empty(twice).select(-1, 0).normal_(0.3, 1.7);
     }},
    {"randperm",
     [](IntArrayRef s) {
       int64_t n = 1;
       for (const int64_t size : s) n *= size;
       return randperm(n);
     }},
};

TEST(Random, DrawsPyTorchsBits) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("random.json")));
  for (const auto& test : golden["cases"]) {
    const std::string draw = test["draw"];
    ASSERT_TRUE(draws.contains(draw)) << draw;
    manual_seed(test["seed"].get<uint64_t>());
    std::istringstream expected(test["bits"].get<std::string>());
    for (const auto& size : golden["sizes"]) {
      const auto sizes = size.is_array() ? size.get<std::vector<int64_t>>() : std::vector{size.get<int64_t>()};
      std::string bits;
      expected >> bits;
      ASSERT_EQ(golden_bits(draws.at(draw)(sizes)), bits) << draw << " of " << size << ", seed " << test["seed"];
    }
  }
}

TEST(Generator, IsAHandleThatCanBeClonedAndRestored) {
  Generator a(5);
  EXPECT_EQ(a.current_seed(), 5u);
  Generator same = a, other = a.clone();
  const auto first = randn({3}, {}, &a).to_vector<float>();
  EXPECT_EQ(randn({3}, {}, &other).to_vector<float>(), first);
  EXPECT_NE(randn({3}, {}, &same).to_vector<float>(), first);  // shares a's stream, which went on
  const Tensor state = a.get_state();                          // a normal is kept in it
  const auto next = randn({4}, {}, &a).to_vector<float>();
  same.set_current_seed(99);
  a.set_state(state);
  EXPECT_EQ(randn({4}, {}, &same).to_vector<float>(), next);
  EXPECT_THROW(a.set_state(zeros({5056})), TypeError);
  EXPECT_THROW(a.set_state(zeros({5}, {.dtype = kUInt8})), Error);
  EXPECT_EQ(Generator().current_seed(), 67280421310721u);
}

TEST(Generator, DefaultOneHasAStateToo) {
  manual_seed(3);
  const Tensor state = get_rng_state();
  const auto values = rand({5}).to_vector<float>();
  set_rng_state(state);
  EXPECT_EQ(rand({5}).to_vector<float>(), values);
  EXPECT_EQ(default_generator().current_seed(), 3u);
}

TEST(Generator, ThreadsDrawWholeTensors) {
  Generator shared(1), alone(1);
  std::vector<std::vector<float>> drawn(4), expected;
  std::vector<std::thread> threads;
  for (auto& values : drawn) threads.emplace_back([&] { values = rand({1000}, {}, &shared).to_vector<float>(); });
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < drawn.size(); ++i) expected.push_back(rand({1000}, {}, &alone).to_vector<float>());
  std::sort(drawn.begin(), drawn.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(drawn, expected);
}

TEST(Random, InPlaceOnHistoryGivesZeroGradients) {
  const auto drawn = [](auto&& change) {
    Tensor leaf = ones({3}, {.requires_grad = true});
    Tensor y = leaf.mul(2);
    change(y);
    y.backward(ones({3}));
    EXPECT_EQ(leaf.grad().to_vector<float>(), (std::vector<float>{0, 0, 0}));
    return y.grad_fn()->name();
  };
  EXPECT_EQ(drawn([](Tensor& y) { y.uniform_(); }), "UniformBackward0");
  EXPECT_EQ(drawn([](Tensor& y) { y.normal_(); }), "NormalBackward0");
  EXPECT_EQ(drawn([](Tensor& y) { y.random_(); }), "RandomBackward2");
  EXPECT_EQ(drawn([](Tensor& y) { y.random_(5); }), "RandomBackward1");
  EXPECT_EQ(drawn([](Tensor& y) { y.random_(2, 5); }), "RandomBackward0");
  EXPECT_EQ(drawn([](Tensor& y) { y.bernoulli_(0.5); }), "BernoulliBackward2");
  EXPECT_EQ(drawn([](Tensor& y) { y.bernoulli_(full({1}, 0.5)); }), "BernoulliBackward1");
  EXPECT_EQ(drawn([](Tensor& y) { y.exponential_(); }), "ExponentialBackward0");
  Tensor leaf = ones({3}, {.requires_grad = true});
  EXPECT_THROW(leaf.uniform_(), Error);
  EXPECT_EQ(bernoulli(full({2}, 0.5, {.requires_grad = true})).grad_fn()->name(), "BernoulliBackward0");
  EXPECT_EQ(normal(leaf, 1.).grad_fn()->name(), "NormalBackward1");
  EXPECT_EQ(normal(1., leaf).grad_fn()->name(), "NormalBackward2");
  EXPECT_EQ(normal(leaf, ones({3})).grad_fn()->name(), "NormalBackward3");
}

TEST(Bernoulli, RefusesWhatIsNoProbability) {
  EXPECT_THROW(bernoulli(full({1}, 2.)), Error);
  EXPECT_THROW(bernoulli(full({1}, NAN)), Error);
  EXPECT_THROW(zeros({2}).bernoulli_(full({3}, 0.5)), Error);
}

}  // namespace
}  // namespace convgrad
