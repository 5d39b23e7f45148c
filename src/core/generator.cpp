#include "core/generator.h"

#include <algorithm>

#include "core/check.h"
#include "core/fork.h"
#include "core/make.h"

namespace convgrad {

Generator::Generator(uint64_t seed) : shared_(std::make_shared<Shared>(seed)) {}

Generator& Generator::set_current_seed(uint64_t seed) {
  *LockedStream(this) = RandomStream(seed);
  return *this;
}

uint64_t Generator::current_seed() const { return LockedStream(this)->seed(); }

uint64_t Generator::seed() {
  const uint64_t seed = nondeterministic_seed();
  set_current_seed(seed);
  return seed;
}

Tensor Generator::get_state() const {
  const auto bytes = LockedStream(this)->state();
  Tensor state = make_tensor({static_cast<int64_t>(bytes.size())}, kUInt8);
  std::copy(bytes.begin(), bytes.end(), state.data_ptr<uint8_t>());
  return state;
}

void Generator::set_state(const Tensor& state) {
  check<TypeError>(state.defined() && state.dtype() == kUInt8, "RNG state must be a torch.ByteTensor");
  const Tensor packed = state.contiguous();
  LockedStream(this)->set_state({packed.data_ptr<uint8_t>(), static_cast<size_t>(packed.numel())});
}

Generator Generator::clone() const {
  Generator copy;
  *LockedStream(&copy) = *LockedStream(this);
  return copy;
}

namespace {
thread_local Generator* of_this_thread = nullptr;
}

/// Never destroyed, as its lock is taken by every fork.
Generator& default_generator() {
  static Generator* generator = [] {
    auto* made = new Generator(nondeterministic_seed());
    hold_across_forks(made->shared().mutex);
    return made;
  }();
  return of_this_thread ? *of_this_thread : *generator;
}

namespace {
[[maybe_unused]] const Generator& made_at_once = default_generator();  // see core/fork.h
}

ThreadGeneratorGuard::ThreadGeneratorGuard(Generator generator)
    : generator_(std::move(generator)), before_(of_this_thread) {
  of_this_thread = &generator_;
}
ThreadGeneratorGuard::~ThreadGeneratorGuard() { of_this_thread = before_; }

Generator& manual_seed(uint64_t seed) { return default_generator().set_current_seed(seed); }
Tensor get_rng_state() { return default_generator().get_state(); }
void set_rng_state(const Tensor& state) { default_generator().set_state(state); }

}  // namespace convgrad
