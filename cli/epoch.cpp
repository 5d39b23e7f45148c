#include "epoch.h"

#include <utility>

#include "clock.h"

namespace convgrad::cli {

void Totals::add(double batch_loss, const Hits& batch_hits, int64_t examples) {
  loss += batch_loss;
  batches++;
  hits.right += batch_hits.right, hits.of += batch_hits.of;
  pictures += examples;
}

Score Totals::score() const {
  return {.loss = loss / static_cast<double>(batches),
          .accuracy = static_cast<double>(hits.right) / static_cast<double>(hits.of),
          .batches = batches,
          .pictures = pictures,
          .hits = hits};
}

void train_batches(nn::Sequential& net, data::DataLoader::Iterator batch, optim::Optimizer& optimizer, Totals& totals,
                   Shares& shares, const StepHooks& hooks, const Task& task) {
  double mark = now();
  const auto lap = [&mark] {
    const double before = std::exchange(mark, now());
    return mark - before;
  };
  net->train();
  for (; batch != std::default_sentinel; ++batch) {
    shares.data += lap();
    hooks.begin();
    const Tensor output = net(batch->data), loss = task.loss(output, *batch);
    const double value = loss.item<double>();
    const Hits hits = task.hits(output, *batch);
    totals.add(value, hits, output.size(0));
    hooks.seen(*batch, value);
    shares.forward += lap();
    optimizer.zero_grad();
    loss.backward();
    shares.backward += lap();
    optimizer.step();
    shares.optimizer += lap();
    const bool more = hooks.learnt(value, hits);
    shares.rest += lap();
    if (!more) break;
  }
}

Score evaluate(nn::Sequential& net, data::DataLoader& batches, const Watch& watch, const Task& task) {
  const NoGradGuard guard;
  Totals totals;
  net->eval();
  for (const data::Example& batch : batches) {
    const Tensor output = net(batch.data);
    const double value = task.loss(output, batch).item<double>();
    totals.add(value, task.hits(output, batch), output.size(0));
    if (watch) watch(output, batch, value);
  }
  return totals.score();
}

}  // namespace convgrad::cli
