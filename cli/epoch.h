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
  Hits hits{};
};

/// Sums of one pass; score() makes the means of them.
struct Totals {
  double loss = 0;
  int64_t batches = 0, pictures = 0;
  Hits hits{};

  void add(double batch_loss, const Hits& batch_hits, int64_t examples);
  Score score() const;
};

/// Seconds that the parts of the steps took.
struct Shares {
  double data = 0, forward = 0, backward = 0, optimizer = 0, rest = 0;

  double sum() const { return data + forward + backward + optimizer + rest; }
  friend Shares operator+(const Shares& a, const Shares& b) {
    return {a.data + b.data, a.forward + b.forward, a.backward + b.backward, a.optimizer + b.optimizer,
            a.rest + b.rest};
  }
};

/// What a training's caller does at each step.
struct StepHooks {
  /// Before its forward pass.
  std::function<void()> begin;
  /// With the batch and its loss, before the weights change by it.
  std::function<void(const data::Example& batch, double loss)> seen;
  /// After the weights changed, with the batch's own loss and hits; false ends the pass here.
  std::function<bool(double loss, const Hits& hits)> learnt;
};

/// Trains with the batches that are left of an epoch, adding to `totals` and `shares`.
void train_batches(nn::Sequential& net, data::DataLoader::Iterator batch, optim::Optimizer& optimizer, Totals& totals,
                   Shares& shares, const StepHooks& hooks, const Task& task = {});

/// Called with each batch's output.
using Watch = std::function<void(const Tensor& output, const data::Example& batch, double loss)>;
/// Loss and accuracy without changing anything.
Score evaluate(nn::Sequential& net, data::DataLoader& batches, const Watch& watch = {}, const Task& task = {});

}  // namespace convgrad::cli
