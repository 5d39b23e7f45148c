#include "epoch.h"

namespace convgrad::cli {
namespace {

/// Sums of one pass; score() makes the means of them.
struct Totals {
  double loss = 0;
  int64_t batches = 0, pictures = 0;
  Hits hits{};

  void add(double batch_loss, const Hits& batch_hits, int64_t examples) {
    loss += batch_loss;
    batches++;
    hits.right += batch_hits.right, hits.of += batch_hits.of;
    pictures += examples;
  }
  Score score() const {
    return {.loss = loss / static_cast<double>(batches),
            .accuracy = static_cast<double>(hits.right) / static_cast<double>(hits.of),
            .batches = batches,
            .pictures = pictures};
  }
};

}  // namespace

Score train_epoch(nn::Sequential& net, data::DataLoader& batches, optim::Optimizer& optimizer, const Watch& watch,
                  const Task& task) {
  Totals totals;
  net->train();
  for (const data::Example& batch : batches) {
    const Tensor output = net(batch.data), l = task.loss(output, batch);
    totals.add(l.item<double>(), task.hits(output, batch), output.size(0));
    if (!watch(l.item<double>(), totals.score())) break;
    optimizer.zero_grad();
    l.backward();
    optimizer.step();
  }
  return totals.score();
}

Score evaluate(nn::Sequential& net, data::DataLoader& batches, const Watch& watch, const Task& task) {
  const NoGradGuard guard;
  Totals totals;
  net->eval();
  for (const data::Example& batch : batches) {
    const Tensor output = net(batch.data);
    const double value = task.loss(output, batch).item<double>();
    totals.add(value, task.hits(output, batch), output.size(0));
    if (watch && !watch(value, totals.score())) break;
  }
  return totals.score();
}

}  // namespace convgrad::cli
