#pragma once
#include <convgrad/convgrad.h>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interruption.h"
#include "model_file.h"
#include "report/record.h"
#include "run/data_files.h"
#include "run/diverged.h"
#include "run/folder.h"
#include "run/metrics.h"
#include "run/options.h"
#include "run/output.h"
#include "run/rate_search.h"
#include "run/state.h"

namespace convgrad::cli {

/// Sees each epoch's row; false ends the training there.
using RowWatch = std::function<bool(const EpochRow&)>;

/// A training from its settings to the folder of its run.
class Training {
 public:
  explicit Training(const TrainSettings& settings);
  ~Training();
  /// The program's exit status.
  int run(const RowWatch& watch = {});
  /// The run's folder, once it runs.
  const std::string& path() const { return folder_->path(); }

  /// What --dry-run tells; writes nothing.
  int plan();
  /// Trains some steps while the rate grows, and tells where the loss falls fastest; keeps nothing.
  int find_rate(const RateSearch& search);

 private:
  struct Loaders;
  struct Diverged {
    int64_t epoch = 0, step = 0;
    Origin origin{};
  };

  void open_loaders();
  void open_folder();
  void go_on();
  RunHead head() const;

  bool train_pass();
  EpochRow finish_epoch();
  void begin_next_epoch();
  void check_finite(double loss, const char* which, const std::string& where, const data::Example& batch);
  double learning_rate() const;
  void count_seconds();

  void say(const std::string& text);
  void flush_steps();
  void save_weights(const EpochRow& row);
  void write_weights(const std::string& state);
  void save_here();
  void write_summary(const std::string& status) const;
  void keep_answers(const Answers& answers, bool of_tests);
  void write_page(const std::string& status);
  int stopped();
  int finished();

  const TrainSettings& settings_;
  const TrainOptions& options_;
  const Task task_;
  Model model_{};
  std::unique_ptr<Loaders> loaders_{};
  std::unique_ptr<optim::Optimizer> optimizer_{};
  std::unique_ptr<Output> output_;
  std::unique_ptr<Record> record_{};
  std::future<std::vector<DataFile>> hashes_{};
  std::optional<RunFolder> folder_{};
  Progress progress_{};
  std::vector<EpochRow> rows_{};
  std::string steps_{}, saved_{};  // lines of steps.jsonl to come; what state of the training the weights' file holds
  double mark_ = 0;                // until when the seconds are counted
  std::vector<int64_t> input_{};   // size of a picture
  std::optional<Score> test_{};    // of the best weights, where they were chosen by others than the test pictures
  std::optional<Diverged> diverged_{};
  struct {
    const char* of = "test";
    int64_t epoch = 0;
  } answered_{};  // whose answers predictions.csv holds
  struct {
    double seconds = 0, page = 0;
    int64_t epochs = 0;
  } kept_{};  // what writing weights, state, tables and page took behind this process's epochs, and the last two alone
  std::optional<Interruption> interruption_{};  // once the data is there: until then a signal just ends the program
};

/// The optimizer of these options.
std::unique_ptr<optim::Optimizer> make_optimizer(const TrainOptions& o, std::vector<Tensor> parameters);
/// The learning rate of step `step` (from 1) of `epochs` epochs of `batches` batches: rises from 0 in the first
/// `warmup` epochs, then as the schedule says. Nothing is remembered, so that a training can go on anywhere.
double learning_rate(const TrainOptions& o, int64_t step, int64_t batches);

}  // namespace convgrad::cli
