#include "epoch.h"

#include <fmt/format.h>

#include <cmath>

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
            .pictures = pictures};
  }
};

}  // namespace

Score train_epoch(nn::Sequential& net, data::DataLoader& batches, optim::Optimizer& optimizer,
                  const Progress& progress) {
  const nn::CrossEntropyLoss loss;
  Totals totals;
  net->train();
  for (auto& [images, labels] : batches) {
    const Tensor logits = net(images), l = loss(logits, labels);
    const double value = l.item<double>();
    if (!std::isfinite(value))
      throw DivergedError({.op = "train",
                           .what = fmt::format("the loss is {} at step {} of this epoch", value, totals.batches),
                           .hint = "a smaller --lr; the weights of the last whole epoch are kept"});
    optimizer.zero_grad();
    l.backward();
    optimizer.step();
    totals.add(value, logits.detach(), labels);
    progress(totals.batches, totals.score());
  }
  return totals.score();
}

Score evaluate(nn::Sequential& net, data::DataLoader& batches) {
  const nn::CrossEntropyLoss loss;
  const NoGradGuard guard;
  Totals totals;
  net->eval();
  for (auto& [images, labels] : batches) {
    const Tensor logits = net(images);
    totals.add(loss(logits, labels).item<double>(), logits, labels);
  }
  return totals.score();
}

}  // namespace convgrad::cli
