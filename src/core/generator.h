#pragma once
#include <convgrad/generator.h>

#include <mutex>

#include "core/random.h"

namespace convgrad {

struct Generator::Shared {
  explicit Shared(uint64_t seed) : stream(seed) {}
  std::mutex mutex;
  RandomStream stream;
};

/// The stream of a generator, or of the default one for nullptr, locked while this lives.
class LockedStream {
 public:
  explicit LockedStream(const Generator* generator)
      : shared_((generator ? *generator : default_generator()).shared()), lock_(shared_.mutex) {}
  RandomStream* operator->() const { return &shared_.stream; }
  RandomStream& operator*() const { return shared_.stream; }

 private:
  Generator::Shared& shared_;
  std::lock_guard<std::mutex> lock_;
};

}  // namespace convgrad
