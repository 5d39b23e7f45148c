#pragma once
#include <convgrad/tensor.h>

#include <cstdint>
#include <memory>

namespace convgrad {

/// A stream of random numbers: MT19937, and every number that functions draw from it, are those of PyTorch's CPU
/// generator of the same seed. A handle: copies share the stream; clone() makes another. Safe to use from several
/// threads, which draw one tensor at a time. Like torch::Generator.
class CONVGRAD_API Generator {
 public:
  static constexpr uint64_t default_seed = 67280421310721;

  explicit Generator(uint64_t seed = default_seed);
  /// Begins anew with this seed; its low 32 bits count.
  Generator& set_current_seed(uint64_t seed);
  /// The seed it began with.
  uint64_t current_seed() const;
  /// Begins anew with a seed from the operating system, and returns it.
  uint64_t seed();
  /// All of it, as a uint8 tensor of 5056 elements in PyTorch's layout.
  Tensor get_state() const;
  /// Goes on where get_state() was called. TypeError for another dtype, Error for bytes that are no state.
  void set_state(const Tensor& state);
  Generator clone() const;

  struct Shared;
  Shared& shared() const { return *shared_; }

 private:
  std::shared_ptr<Shared> shared_;
};

/// The generator of all functions that are given none; seeded by the operating system at the start.
/// Like torch.default_generator.
CONVGRAD_API Generator& default_generator();
/// While alive, the default generator of this thread is another one: a loader's worker draws from its own stream.
class CONVGRAD_API ThreadGeneratorGuard {
 public:
  explicit ThreadGeneratorGuard(Generator generator);
  ~ThreadGeneratorGuard();
  ThreadGeneratorGuard(const ThreadGeneratorGuard&) = delete;
  ThreadGeneratorGuard& operator=(const ThreadGeneratorGuard&) = delete;

 private:
  Generator generator_;
  Generator* before_;
};
/// Seeds the default generator. Like torch.manual_seed.
CONVGRAD_API Generator& manual_seed(uint64_t seed);
/// State of the default generator. Like torch.get_rng_state, torch.set_rng_state.
CONVGRAD_API Tensor get_rng_state();
CONVGRAD_API void set_rng_state(const Tensor& state);

}  // namespace convgrad
