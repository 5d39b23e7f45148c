#pragma once
#include <cstdint>

#include "epoch.h"

namespace convgrad::cli {

/// Seconds on a clock that never goes back.
double now();

/// A line on a terminal that is written over, ten times a second; nothing where stderr is a file.
class ProgressLine {
 public:
  ProgressLine(int64_t epoch, int64_t batches);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Score& so_far);

 private:
  int64_t epoch_, batches_;
  bool on_terminal_, shown_ = false;
  double start_ = now(), last_ = 0;
};

}  // namespace convgrad::cli
