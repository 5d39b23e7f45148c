#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "epoch.h"
#include "run/metrics.h"
#include "run/output_options.h"
#include "run/state.h"

namespace convgrad::cli {

/// What the lines are told at the beginning.
struct RunHead {
  std::string run{}, model{}, data{}, isa{};
  int64_t parameters = 0, training = 0, validation = 0, testing = 0, epochs = 0, batches = 0;
  uint64_t seed = 0;
  int threads = 0;
};

/// How a training tells what it does. Lines of epochs go to stdout, words and the line that is written over to stderr.
class Output {
 public:
  /// By format: auto, table, log, document, json; quiet: nothing at all.
  static std::unique_ptr<Output> make(const OutputOptions& options);
  virtual ~Output() = default;

  virtual void begin(const RunHead& head) = 0;
  /// Where an epoch is, after each batch.
  virtual void batch(const Progress& /*progress*/) {}
  virtual void epoch(const EpochRow& row) = 0;
  /// Words about it.
  virtual void say(const std::string& text) = 0;
  /// status: finished, stopped.
  virtual void end(const std::string& /*status*/, const Progress& /*progress*/) {}
};

/// "lenet5 · 4,083,626 parameters · 60,000 + 10,000 pictures · seed 0 · 2 threads, AVX2 · runs/…"
std::string head_line(const RunHead& head);
/// "epoch=1 loss=0.9058 acc=0.701 val_loss=0.6417 val_acc=0.762 img_s=4138 time_s=14.5"
std::string log_line(const EpochRow& row);
/// 4083626 → "4,083,626".
std::string grouped(int64_t n);
/// 130 → "2 min 10 s".
std::string duration(double seconds);

}  // namespace convgrad::cli
