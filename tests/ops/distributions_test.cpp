#include "convgrad/distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/error.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "ops/sample.h"
#include "places.h"

namespace convgrad {
namespace {

using distributions::Distribution, distributions::Normal, distributions::Uniform;
using nlohmann::json;

const json& golden() {
  static const auto document = json::parse(std::ifstream(test::golden("distributions.json")));
  return document;
}

/// Equal but for the last bits of log, erf and sums.
void expect_close(const Tensor& t, const json& expected, const std::string& what) {
  const double tolerance = t.dtype() == kFloat64 ? 1e-13 : 2e-6;
  const auto values = t.to_vector<double>();
  ASSERT_EQ(values.size(), expected.size()) << what;
  for (size_t i = 0; i < values.size(); ++i) {
    if (expected[i] == "nan") {
      EXPECT_TRUE(std::isnan(values[i])) << what;
    } else {
      const double e = expected[i].get<double>();
      EXPECT_NEAR(values[i], e, tolerance * (1 + std::abs(e))) << what << " at " << i;
    }
  }
}

struct Sides {
  Tensor first, second, value;
};

Sides sides_of(const json& test) {
  const TensorOptions options{.dtype = test["dtype"] == "float64" ? kFloat64 : kFloat32, .requires_grad = true};
  const bool normal = test["class"] == "Normal";
  const Tensor value = normal ? tensor({-1.25, 0.0, 3.5}, options) : tensor({0.5, 0.625, 0.7}, options);
  if (test["numbers"]) return {tensor(normal ? 0.5 : -1.0, options), tensor(normal ? 2.0 : 3.0, options), value};
  if (normal) return {tensor({{0.0}, {1.5}}, options), tensor({0.1, 1.0, 7.5}, options), value};
  return {tensor({{-1.0}, {0.5}}, options), tensor({0.75, 2.0, 7.5}, options), value};
}

std::unique_ptr<Distribution> make(const json& test, const Sides& sides) {
  if (test["class"] == "Normal") return std::make_unique<Normal>(sides.first, sides.second);
  return std::make_unique<Uniform>(sides.first, sides.second);
}

/// Sends weights as gradient through `result` and compares what reaches the leaves.
void expect_gradients(const Tensor& result, double shift, const std::vector<Tensor>& leaves, const json& expected,
                      const std::string& what) {
  for (const Tensor& leaf : leaves) Tensor(leaf).mutable_grad() = Tensor();
  result.backward(arange(result.numel(), {.dtype = result.dtype()}).view(result.sizes()) - shift);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (expected[i].is_null())
      EXPECT_FALSE(leaves[i].grad().defined()) << what;
    else
      expect_close(leaves[i].grad(), expected[i], what + " gradient " + std::to_string(i));
  }
}

TEST(Distributions, AnswerAsPyTorch) {
  for (const json& test : golden()["cases"]) {
    const Sides sides = sides_of(test);
    const auto d = make(test, sides);
    EXPECT_EQ(d->str(), test["text"]);
    EXPECT_EQ(json(d->batch_shape().vec()), test["batch_shape"]);
    manual_seed(3);
    const Tensor sample = d->sample({3});
    EXPECT_FALSE(sample.requires_grad());
    EXPECT_EQ(json(sample.to_vector<double>()), test["sample"]);  // to the bit
    EXPECT_EQ(json(d->sample({2, 2}).to_vector<double>()), test["sample_of_many"]);
    const Tensor drawn = d->rsample({2});
    EXPECT_EQ(json(drawn.to_vector<double>()), test["rsample"]);
    expect_gradients(drawn, 2.5, {sides.first, sides.second}, test["rsample_gradients"], "rsample");
    const std::vector<Tensor> leaves{sides.first, sides.second, sides.value};
    expect_close(d->log_prob(sides.value), test["log_prob"], "log_prob");
    expect_gradients(d->log_prob(sides.value), 1.5, leaves, test["log_prob_gradients"], "log_prob");
    expect_close(d->cdf(sides.value), test["cdf"], "cdf");
    expect_gradients(d->cdf(sides.value), 1.5, leaves, test["cdf_gradients"], "cdf");
    expect_close(d->entropy(), test["entropy"], "entropy");
    expect_close(d->mean(), test["mean"], "mean");
    expect_close(d->mode(), test["mode"], "mode");
    expect_close(d->stddev(), test["stddev"], "stddev");
    expect_close(d->variance(), test["variance"], "variance");
  }
}

TEST(Distributions, RefuseInPyTorchsWords) {
  const std::vector<std::function<void()>> calls{
      [] { Normal(0.0, -1.0); },
      [] { Normal(tensor({NAN}), tensor({1.0})); },
      [] {
        Normal(tensor({1.0, 2.0}), tensor({1.0, -2.0}));
      },
      [] { Normal(zeros({2}), ones({3})); },
      [] { Uniform(1.0, 0.0); },
      [] {
        Uniform(tensor({1.0, 2.0}), tensor({1.0, 3.0}));
      },
      [] { Uniform(0.0, 1.0).log_prob(tensor(2.0)); },
      [] { Normal(0.0, 1.0).log_prob(tensor(NAN)); },
      [] { Normal(0.1, 1.0).cdf(tensor(NAN)); },
      [] { Normal(zeros({2}), ones({2})).log_prob(zeros({3})); },
  };
  ASSERT_EQ(calls.size(), golden()["errors"].size());
  for (size_t i = 0; i < calls.size(); ++i) EXPECT_EQ(error_text(calls[i]), golden()["errors"][i]);
  EXPECT_NO_THROW(Normal(0.0, -1.0, false));
}

TEST(Distributions, UniformCdfEndsAtZeroAndOne) {
  const Uniform unchecked(1.0, 3.0, false);
  EXPECT_EQ(unchecked.cdf(tensor({0.0, 1.0, 2.0, 3.0, 9.0})).to_vector<double>(),
            (std::vector<double>{0, 0, 0.5, 1, 1}));
}

TEST(Distributions, NumbersTakeTheTensorsType) {
  EXPECT_EQ(Normal(zeros({2}, {.dtype = kFloat64}), 1.0).scale().dtype(), kFloat64);
  EXPECT_EQ(Normal(0.0, 1.0).sample().dtype(), kFloat32);
  EXPECT_EQ(Normal(0.0, 1.0).sample().dim(), 0);
  Generator own(7), same(7);
  const Uniform uniform(0.0, 1.0);
  EXPECT_EQ(uniform.sample({5}, &own).to_vector<float>(), rand({5}, {}, &same).to_vector<float>());
}

}  // namespace
}  // namespace convgrad
