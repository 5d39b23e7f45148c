#include "epoch.h"

namespace convgrad::cli {
namespace {

/// Sums of one pass; score() makes the means of them.
struct Totals {
  double loss = 0;
  int64_t batches = 0, hits = 0, pictures = 0;

  void add(double batch_loss, const Tensor& logits, const Tensor& labels) {
    loss += batch_loss;
    batches++;
    hits += (logits.argmax(1) == labels).sum().item<int64_t>();
    pictures += labels.size(0);
  }
  Score score() const {
    return {.loss = loss / static_cast<double>(batches),
            .accuracy = static_cast<double>(hits) / static_cast<double>(pictures),
            .batches = batches,
            .pictures = pictures};
  }
};

}  // namespace

Score train_epoch(nn::Sequential& net, data::DataLoader& batches, optim::Optimizer& optimizer, const Watch& watch) {
  const nn::CrossEntropyLoss loss;
  Totals totals;
  net->train();
  for (auto& [images, labels] : batches) {
    const Tensor logits = net(images), l = loss(logits, labels);
    totals.add(l.item<double>(), logits.detach(), labels);
    if (!watch(l.item<double>(), totals.score())) break;
    optimizer.zero_grad();
    l.backward();
    optimizer.step();
  }
  return totals.score();
}

Score evaluate(nn::Sequential& net, data::DataLoader& batches, const Watch& watch) {
  const nn::CrossEntropyLoss loss;
  const NoGradGuard guard;
  Totals totals;
  net->eval();
  for (auto& [images, labels] : batches) {
    const Tensor logits = net(images);
    const double value = loss(logits, labels).item<double>();
    totals.add(value, logits, labels);
    if (watch && !watch(value, totals.score())) break;
  }
  return totals.score();
}

}  // namespace convgrad::cli
