#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace convgrad::cli {

/// What is known of an epoch: a row of metrics.csv.
struct EpochRow {
  int64_t epoch = 0, step = 0;
  double lr = 0, train_loss = 0, train_acc = 0;
  std::optional<double> val_loss{}, val_acc{}, test_loss{}, test_acc{};
  double images_per_s = 0, seconds = 0, data_wait_s = 0, optimizer_s = 0;
  std::string weights_sha256{};

  /// Of the pictures that were not trained with: those held out, else those to test with.
  std::optional<double> held_loss() const { return val_loss ? val_loss : test_loss; }
  std::optional<double> held_acc() const { return val_acc ? val_acc : test_acc; }
  /// What the best epoch is chosen by.
  double choice() const { return val_acc ? *val_acc : test_acc.value_or(0); }
};

/// The table with its line of names; numbers as short as they can be read back exactly, nothing where there is none.
std::string metrics_csv(const std::vector<EpochRow>& rows);
/// What metrics_csv wrote, up to the first line that is none of it; empty where there is no such file.
std::vector<EpochRow> read_metrics(const std::string& path);

}  // namespace convgrad::cli
