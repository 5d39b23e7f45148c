#include "data/draws.h"

#include <cmath>
#include <utility>

#include "core/make.h"

namespace convgrad::data {
namespace {

thread_local std::optional<uint64_t> t_epoch;  // the seed, inside a loader
thread_local Draws* t_draws = nullptr;

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

Draws fresh() { return Draws(static_cast<uint64_t>(make_tensor({}, kInt64).random_().item<int64_t>())); }

}  // namespace

Draws::Draws(uint64_t seed, int64_t index) : state_(mix(seed + kGolden * (static_cast<uint64_t>(index) + 1))) {}

uint64_t Draws::bits() { return mix(state_ += kGolden); }

double Draws::uniform(double low, double high) {
  return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
}

int64_t Draws::integer(int64_t low, int64_t high) {
  const uint64_t count = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  return static_cast<int64_t>(static_cast<uint64_t>(low) + (count ? bits() % count : bits()));
}

double Draws::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * M_PI * uniform());
}

Draws& Draws::current() {
  if (t_draws) return *t_draws;
  thread_local Draws draws(0);
  return draws = fresh();
}

EpochScope::EpochScope(uint64_t seed) : before_(std::exchange(t_epoch, seed)) {}
EpochScope::~EpochScope() { t_epoch = before_; }

ExampleScope::ExampleScope(int64_t index) : before_(t_draws) {
  if (t_epoch) t_draws = &draws_.emplace(*t_epoch, index);
}
ExampleScope::~ExampleScope() { t_draws = before_; }

}  // namespace convgrad::data
