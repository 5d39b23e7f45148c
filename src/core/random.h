#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace convgrad {

/// The Mersenne twister MT19937 (Matsumoto and Nishimura, 1998), seeded by init_genrand with the low 32 bits of the
/// seed.
class MersenneTwister {
 public:
  static constexpr int words = 624;

  explicit MersenneTwister(uint32_t seed);
  /// Goes on from `state`, of which `used` words have been read; 0 for a freshly seeded one.
  MersenneTwister(const std::array<uint32_t, words>& state, int used) : state_(state), used_(used) {}

  uint32_t operator()() {
    if (used_ == 0 || used_ == words) twist();
    return temper(state_[used_++]);
  }
  /// The next out.size() numbers, faster.
  void fill(std::span<uint32_t> out);

  const std::array<uint32_t, words>& state() const { return state_; }
  int used() const { return used_; }

 private:
  static uint32_t temper(uint32_t y) {
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >> 18);
  }
  void twist();

  std::array<uint32_t, words> state_;
  int used_ = 0;
};

/// One stream of random numbers: number for number, and bit for bit, that of PyTorch's CPU generator. Not thread-safe;
/// Generator adds the lock.
class RandomStream {
 public:
  explicit RandomStream(uint64_t seed) : seed_(seed), engine_(static_cast<uint32_t>(seed)) {}

  uint64_t seed() const { return seed_; }
  /// PyTorch's 5056 bytes (torch.get_rng_state).
  std::vector<uint8_t> state() const;
  /// Throws Error for what is no such state.
  void set_state(std::span<const uint8_t> bytes);

  uint32_t random() { return engine_(); }
  uint64_t random64() {
    const uint64_t high = engine_();
    return high << 32 | engine_();
  }

  // One value of a distribution. A float takes one draw of 32 bits, a double two.
  float uniform_float() { return static_cast<float>(random() & 0xffffff) * 0x1p-24f; }                // [0, 1)
  double uniform_double() { return static_cast<double>(random64() & ((1ull << 53) - 1)) * 0x1p-53; }  // [0, 1)
  float uniform(float low, float high);  // [low, high), low where rounding gives high
  double uniform(double low, double high);
  double normal();  // two at a time: every other call costs no draw
  double normal(double mean, double std) { return __builtin_fma(normal(), std, mean); }
  double exponential(double lambda);
  bool bernoulli(double p) { return uniform_double() < p; }
  bool bernoulli(float p) { return uniform_float() < p; }
  /// [base, base + range), range > 0; 32 bits where the range is under 2²⁸.
  int64_t integer(uint64_t range, int64_t base) {
    return static_cast<int64_t>((range >= 1ull << 28 ? random64() : random()) % range + static_cast<uint64_t>(base));
  }

  // Arrays.
  void fill(std::span<uint32_t> out) { engine_.fill(out); }
  void fill_uniform(std::span<float> out, float low, float high);  // [low, high)
  void fill_uniform(std::span<double> out, double low, double high);
  /// 16 and more values are made in blocks (kernels::box_muller), fewer one by one.
  void fill_normal(std::span<float> out, double mean, double std);
  void fill_normal(std::span<double> out, double mean, double std);
  /// A permutation of 0 … out.size() − 1.
  void fill_permutation(std::span<int64_t> out);

 private:
  uint64_t seed_;
  MersenneTwister engine_;
  std::optional<double> next_normal_{};
  std::optional<float> next_float_normal_{};  // never set by PyTorch's own CPU operations, but part of the state
};

/// A seed from the operating system.
uint64_t nondeterministic_seed();

}  // namespace convgrad
