#pragma once
#include <convgrad/data/augment.h>

#include <optional>

namespace convgrad::data {

/// While it lives, this thread makes examples of the epoch with this seed.
class EpochScope {
 public:
  explicit EpochScope(uint64_t seed);
  ~EpochScope();
  EpochScope(const EpochScope&) = delete;
  EpochScope& operator=(const EpochScope&) = delete;

 private:
  std::optional<uint64_t> before_;
};

/// While it lives, Draws::current() of this thread are those of example `index` of its epoch. Outside an epoch it
/// changes nothing.
class ExampleScope {
 public:
  explicit ExampleScope(int64_t index);
  ~ExampleScope();
  ExampleScope(const ExampleScope&) = delete;
  ExampleScope& operator=(const ExampleScope&) = delete;

 private:
  std::optional<Draws> draws_;
  Draws* before_;
};

}  // namespace convgrad::data
