#pragma once
#include <convgrad/convgrad.h>

#include <functional>

#include "task.h"

namespace convgrad::cli {

/// Means over one pass of a data set, as document 002 computes them: of the batches' losses, and the share of
/// right answers among what the task counts.
struct Score {
  double loss = 0, accuracy = 0;
  int64_t batches = 0, pictures = 0;
};

/// Called with each batch's loss, before the weights change by it, and the score so far, which includes it; false ends
/// the pass here.
using Watch = std::function<bool(double loss, const Score& so_far)>;

/// One epoch of training.
Score train_epoch(nn::Sequential& net, data::DataLoader& batches, optim::Optimizer& optimizer, const Watch& watch,
                  const Task& task = {});
/// Loss and accuracy without changing anything.
Score evaluate(nn::Sequential& net, data::DataLoader& batches, const Watch& watch = {}, const Task& task = {});

}  // namespace convgrad::cli
