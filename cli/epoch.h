#pragma once
#include <convgrad/convgrad.h>

#include <functional>

namespace convgrad::cli {

/// Means over one pass of a data set, as document 002 computes them: of the batches' losses, of the pictures' hits.
struct Score {
  double loss = 0, accuracy = 0;
  int64_t pictures = 0;
};

/// Called after each batch with the pictures done so far.
using Progress = std::function<void(int64_t batch, const Score& so_far)>;

/// One epoch of training. DivergedError where a loss is not finite: says at which step; the weights are those before
/// it.
Score train_epoch(nn::Sequential& net, data::DataLoader& batches, optim::Optimizer& optimizer,
                  const Progress& progress);
/// Loss and accuracy without changing anything.
Score evaluate(nn::Sequential& net, data::DataLoader& batches);

}  // namespace convgrad::cli
