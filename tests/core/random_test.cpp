#include "core/random.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "convgrad/error.h"
#include "kernels/isa.h"
#include "kernels/random.h"
#include "places.h"

namespace convgrad {
namespace {

const nlohmann::json& golden() {
  static const auto document = nlohmann::json::parse(std::ifstream(test::golden("random.json")));
  return document;
}

/// make_random.py's form of an array's bytes.
template <class T>
std::string bits(const std::vector<T>& values) {
  const auto* raw = reinterpret_cast<const unsigned char*>(values.data());
  const size_t size = values.size() * sizeof(T);
  char text[9];
  if (size > 16) {
    std::snprintf(text, sizeof text, "%08lx", crc32(0, raw, static_cast<unsigned>(size)));
    return text;
  }
  std::string all;
  for (size_t i = 0; i < size; ++i) {
    std::snprintf(text, sizeof text, "%02x", raw[i]);
    all += text;
  }
  return all;
}

template <class T, class Fill>
auto filled(Fill fill) {
  return [fill](RandomStream& stream, size_t n) {
    std::vector<T> values(n);
    fill(stream, std::span<T>(values));
    return bits(values);
  };
}
template <class T, class Draw>
auto drawn(Draw draw) {
  return [draw](RandomStream& stream, size_t n) {
    std::vector<T> values;
    for (size_t i = 0; i < n; ++i) values.push_back(static_cast<T>(draw(stream)));
    return bits(values);
  };
}

using Stream = RandomStream;
const std::map<std::string, std::function<std::string(RandomStream&, size_t)>> draws = {
    {"rand", filled<float>([](Stream& s, std::span<float> out) { s.fill_uniform(out, 0, 1); })},
    {"rand64", filled<double>([](Stream& s, std::span<double> out) { s.fill_uniform(out, 0, 1); })},
    {"uniform", filled<float>([](Stream& s, std::span<float> out) { s.fill_uniform(out, -0.37f, 1.9f); })},
    {"uniform64", filled<double>([](Stream& s, std::span<double> out) { s.fill_uniform(out, -0.37, 1.9); })},
    {"randn", filled<float>([](Stream& s, std::span<float> out) { s.fill_normal(out, 0, 1); })},
    {"randn64", filled<double>([](Stream& s, std::span<double> out) { s.fill_normal(out, 0, 1); })},
    {"normal", filled<float>([](Stream& s, std::span<float> out) { s.fill_normal(out, 0.3, 1.7); })},
    {"normal64", filled<double>([](Stream& s, std::span<double> out) { s.fill_normal(out, 0.3, 1.7); })},
    {"normal_sliced", drawn<float>([](Stream& s) { return s.normal(0.3, 1.7); })},
    {"randperm", filled<int64_t>([](Stream& s, std::span<int64_t> out) { s.fill_permutation(out); })},
    {"randint10", drawn<int64_t>([](Stream& s) { return s.integer(10, 0); })},
    {"randint_small", drawn<int64_t>([](Stream& s) { return s.integer((1 << 28) - 1, -7); })},
    {"randint_large", drawn<int64_t>([](Stream& s) { return s.integer(1 << 28, -7); })},
    {"randint_huge", drawn<int64_t>([](Stream& s) { return s.integer(1ull << 63, -(1ll << 62)); })},
    {"random_full", drawn<int64_t>([](Stream& s) { return s.random64(); })},
    {"bernoulli", drawn<float>([](Stream& s) { return s.bernoulli(0.3); })},
    {"bernoulli_of", drawn<float>([](Stream& s) { return s.bernoulli(0.3f); })},
    {"exponential", drawn<float>([](Stream& s) { return s.exponential(1.3); })},
    {"exponential64", drawn<double>([](Stream& s) { return s.exponential(1.3); })},
};

int64_t count(const nlohmann::json& size) {
  return size.is_array() ? size[0].get<int64_t>() * size[1].get<int64_t>() : size.get<int64_t>();
}

TEST(RandomStream, GivesPyTorchsBits) {
  for (const auto& test : golden()["cases"]) {
    const auto draw = draws.find(test["draw"]);
    if (draw == draws.end()) continue;
    RandomStream stream(test["seed"].get<uint64_t>());
    std::istringstream expected(test["bits"].get<std::string>());
    for (const auto& size : golden()["sizes"]) {
      std::string bits;
      expected >> bits;
      ASSERT_EQ(draw->second(stream, static_cast<size_t>(count(size))), bits)
          << draw->first << " of " << size << ", seed " << test["seed"];
    }
    auto head = stream.state();
    head.resize(24);
    std::string text;
    for (const uint8_t byte : head) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", byte);
      text += two;
    }
    EXPECT_EQ(text, test["head"]) << draw->first << ": place in the stream";
  }
}

TEST(RandomStream, StateHasPyTorchsBytesAndGoesOn) {
  RandomStream stream(5);
  std::vector<float> values(3);
  stream.fill_normal(std::span(values), 0, 1);
  const auto state = stream.state();
  ASSERT_EQ(state.size(), 5056u);
  EXPECT_EQ(crc32(0, state.data(), 5056), golden()["state"].get<uint64_t>());

  RandomStream other(77);
  other.set_state(state);
  values.resize(4);
  other.fill_normal(std::span(values), 0, 1);
  EXPECT_EQ(bits(values), golden()["after_state"]);
}

TEST(RandomStream, RefusesDamagedStates) {
  RandomStream stream(1);
  auto state = stream.state();
  EXPECT_THROW(stream.set_state(std::span(state).first(100)), Error);
  EXPECT_THROW(stream.set_state({}), Error);
  const auto broken = [&](size_t at, uint8_t value) {
    auto copy = state;
    copy[at] = value;
    return copy;
  };
  EXPECT_THROW(stream.set_state(broken(12, 0)), Error);  // not seeded
  EXPECT_THROW(stream.set_state(broken(8, 2)), Error);   // left and next disagree: reads beyond the words
  EXPECT_THROW(stream.set_state(broken(19, 1)), Error);  // next beyond the words
  EXPECT_EQ(stream.state(), state);
}

TEST(RandomStream, PermutationIsOne) {
  RandomStream stream(9);
  for (const size_t n : {0u, 1u, 2u, 1000u}) {
    std::vector<int64_t> order(n), sorted(n);
    stream.fill_permutation(order);
    std::iota(sorted.begin(), sorted.end(), 0);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, sorted);
  }
}

TEST(BoxMuller, SameBitsOnEveryInstructionSet) {
  std::vector<float> uniform(1 << 14);
  RandomStream(3).fill_uniform(uniform, 0, 1);
  uniform[0] = 0;               // log 1
  uniform[1] = 0x1.fffffep-1f;  // log of the smallest
  const auto size = static_cast<int64_t>(uniform.size());
  auto expected = uniform;
  kernels::box_muller(expected.data(), size, 0.5f, 2.0f);
  for (const auto& isa : kernels::supported_isas()) {
    kernels::set_isa(isa);
    auto values = uniform;
    kernels::box_muller(values.data(), size, 0.5f, 2.0f);
    EXPECT_EQ(std::memcmp(values.data(), expected.data(), values.size() * sizeof(float)), 0) << isa;
  }
  kernels::set_isa("");
  for (size_t i = 0; i < uniform.size(); ++i)
    if (i % 16 < 8) {
      const double radius = std::sqrt(-2 * std::log(1 - double(uniform[i]))), angle = 2 * M_PI * uniform[i + 8];
      ASSERT_NEAR(expected[i], radius * std::cos(angle) * 2 + 0.5, 4e-6);
      ASSERT_NEAR(expected[i + 8], radius * std::sin(angle) * 2 + 0.5, 4e-6);
    }
}

}  // namespace
}  // namespace convgrad
