#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

#include "core/check.h"
#include "kernels/random.h"

namespace convgrad {
namespace {

/// PyTorch's layout of a saved generator, kept since Torch 7: words widened to 64 bits, two fields that nothing reads.
struct SavedStream {
  uint64_t seed;
  int32_t left;
  int32_t seeded;
  uint64_t next;
  uint64_t words[MersenneTwister::words];
  double normal_x, normal_y, normal_rho;
  int32_t normal_is_valid;
  int32_t padding;
  float next_float_normal;
  uint8_t next_float_normal_is_valid;
};
static_assert(sizeof(SavedStream) == 5056);

/// Box–Muller on a block of 16, in double; kernels::box_muller is its float32 form.
void box_muller_16(double* block, double mean, double std) {
  for (int i = 0; i < 8; ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - block[i]));
    const double angle = 2 * std::numbers::pi * block[i + 8];
    block[i] = std::fma(radius * std::cos(angle), std, mean);
    block[i + 8] = std::fma(radius * std::sin(angle), std, mean);
  }
}

}  // namespace

MersenneTwister::MersenneTwister(uint32_t seed) {
  state_[0] = seed;
  for (uint32_t i = 1; i < words; ++i) state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
}

void MersenneTwister::twist() {
  const auto mix = [](uint32_t u, uint32_t v) {
    return (((u & 0x80000000u) | (v & 0x7fffffffu)) >> 1) ^ (-(v & 1) & 0x9908b0dfu);
  };
  uint32_t* s = state_.data();
  for (int i = 0; i < words - 397; ++i) s[i] = s[i + 397] ^ mix(s[i], s[i + 1]);
  for (int i = words - 397; i < words - 1; ++i) s[i] = s[i + 397 - words] ^ mix(s[i], s[i + 1]);
  s[words - 1] = s[396] ^ mix(s[words - 1], s[0]);
  used_ = 0;
}

void MersenneTwister::fill(std::span<uint32_t> out) {
  for (size_t done = 0; done < out.size();) {
    if (used_ == 0 || used_ == words) twist();
    const size_t count = std::min(out.size() - done, static_cast<size_t>(words - used_));
    for (size_t i = 0; i < count; ++i) out[done + i] = temper(state_[used_ + i]);
    used_ += static_cast<int>(count);
    done += count;
  }
}

std::vector<uint8_t> RandomStream::state() const {
  SavedStream saved;
  std::memset(&saved, 0, sizeof saved);  // padding too: equal states are equal bytes
  saved.seed = seed_;
  saved.left = engine_.used() == 0 ? 1 : MersenneTwister::words + 1 - engine_.used();
  saved.seeded = 1;
  saved.next = static_cast<uint64_t>(engine_.used());
  std::copy(engine_.state().begin(), engine_.state().end(), saved.words);
  saved.normal_y = next_normal_.value_or(0);
  saved.normal_is_valid = next_normal_.has_value();
  saved.next_float_normal = next_float_normal_.value_or(0);
  saved.next_float_normal_is_valid = next_float_normal_.has_value();
  const auto* bytes = reinterpret_cast<const uint8_t*>(&saved);
  return {bytes, bytes + sizeof saved};
}

void RandomStream::set_state(std::span<const uint8_t> bytes) {
  SavedStream saved;
  check(bytes.size() == sizeof saved,
        "Expected a CPUGeneratorImplState of size {} but found the input RNG state size to be {}", sizeof saved,
        bytes.size());
  std::memcpy(&saved, bytes.data(), sizeof saved);
  const int64_t left = saved.next == 0 ? 1 : MersenneTwister::words + 1 - static_cast<int64_t>(saved.next);
  check(saved.seeded && saved.next <= MersenneTwister::words && saved.left == left, "Invalid mt19937 state");
  std::array<uint32_t, MersenneTwister::words> words;
  std::transform(std::begin(saved.words), std::end(saved.words), words.begin(),
                 [](uint64_t word) { return static_cast<uint32_t>(word); });
  seed_ = saved.seed;
  engine_ = MersenneTwister(words, static_cast<int>(saved.next));
  next_normal_ = saved.normal_is_valid ? std::optional(saved.normal_y) : std::nullopt;
  next_float_normal_ = saved.next_float_normal_is_valid ? std::optional(saved.next_float_normal) : std::nullopt;
}

double RandomStream::normal() {
  if (next_normal_) return *std::exchange(next_normal_, std::nullopt);
  const double u1 = uniform_double(), u2 = uniform_double();
  const double radius = std::sqrt(-2 * std::log1p(-u2));
  const double angle = 2 * std::numbers::pi * u1;
  next_normal_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

double RandomStream::uniform(double low, double high) {
  const double value = std::fma(uniform_double(), high - low, low);
  return value == high ? low : value;
}

float RandomStream::uniform(float low, float high) {
  float value = uniform_float();
  kernels::spread(&value, 1, low, high);
  return value;
}

double RandomStream::exponential(double lambda) { return -1 / lambda * std::log1p(-uniform_double()); }

void RandomStream::fill_uniform(std::span<float> out, float low, float high) {
  std::array<uint32_t, MersenneTwister::words> bits;
  for (size_t done = 0; done < out.size(); done += bits.size()) {
    const auto part = out.subspan(done, std::min(bits.size(), out.size() - done));
    engine_.fill(std::span(bits).first(part.size()));
    for (size_t i = 0; i < part.size(); ++i)
      part[i] = static_cast<float>(static_cast<int32_t>(bits[i] & 0xffffff)) * 0x1p-24f;
    if (low != 0 || high != 1) kernels::spread(part.data(), static_cast<int64_t>(part.size()), low, high);
  }
}

void RandomStream::fill_uniform(std::span<double> out, double low, double high) {
  for (double& value : out) value = uniform(low, high);
}

void RandomStream::fill_normal(std::span<float> out, double mean, double std) {
  if (out.size() < 16) {
    for (float& value : out) value = static_cast<float>(normal(mean, std));
    return;
  }
  const auto m = static_cast<float>(mean), s = static_cast<float>(std);
  fill_uniform(out, 0, 1);
  kernels::box_muller(out.data(), static_cast<int64_t>(out.size() / 16 * 16), m, s);
  if (out.size() % 16 == 0) return;
  const auto tail = out.last(16);  // drawn anew, though part of it was done
  fill_uniform(tail, 0, 1);
  kernels::box_muller(tail.data(), 16, m, s);
}

void RandomStream::fill_normal(std::span<double> out, double mean, double std) {
  if (out.size() < 16) {
    for (double& value : out) value = normal(mean, std);
    return;
  }
  fill_uniform(out, 0, 1);
  for (size_t i = 0; i + 16 <= out.size(); i += 16) box_muller_16(&out[i], mean, std);
  if (out.size() % 16 == 0) return;
  const auto tail = out.last(16);
  fill_uniform(tail, 0, 1);
  box_muller_16(tail.data(), mean, std);
}

void RandomStream::fill_permutation(std::span<int64_t> out) {
  const uint64_t n = out.size();
  if (n < UINT32_MAX / 20) {
    std::iota(out.begin(), out.end(), 0);
    for (uint64_t i = 0; i + 1 < n; ++i) std::swap(out[i], out[i + random() % (n - i)]);
    return;
  }
  // 32 bits would no longer be fair: Fisher and Yates inside out, with 64.
  for (uint64_t i = 0; i < n; ++i) {
    const uint64_t j = random64() % (i + 1);
    out[i] = out[j];  // out[j] is unset where j = i; overwritten below
    out[j] = static_cast<int64_t>(i);
  }
}

uint64_t nondeterministic_seed() {
  std::random_device device;
  const uint64_t high = device();
  return (high << 32 | device()) & ((1ull << 53) - 1);  // exact as a double, as PyTorch's
}

}  // namespace convgrad
