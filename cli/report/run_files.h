#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/answers.h"
#include "report/filters.h"
#include "report/layers.h"
#include "report/pictures.h"
#include "report/steps.h"
#include "run/metrics.h"
#include "run/setting.h"

namespace convgrad::cli {

/// How a run ended, or not yet.
enum class RunStatus { running, finished, stopped, diverged };

/// A file that a run read or wrote, by its name alone.
struct HashedFile {
  std::string name{}, sha256{};
  std::string known{};  // what file of a standard data set it is, bit for bit; empty: none that is known
};

/// summary.json, with what can be told where a part of it is missing.
struct RunSummary {
  std::string model{}, data{}, layer{}, operation{}, best_by = "test", answers_of{};
  RunStatus status = RunStatus::running;
  int64_t signal = 0, epoch = 0, epochs = 0, batch = 0, batches = 0, best_epoch = 0, parameters = 0, macs = 0,
          diverged_step = 0, training = 0, validation = 0, testing = 0, answers_epoch = 0;
  double best_accuracy = 0, seconds = 0;
  std::optional<double> test_accuracy{};
  std::vector<std::string> classes{};
};

/// A run's folder, read whole: the report is made from this and nothing else. What is missing or damaged is empty.
struct RunFiles {
  std::string path{}, name{};
  RunSummary summary{};
  Task task{};
  std::vector<EpochRow> epochs{};
  Steps steps{};
  std::vector<Setting> settings{};
  std::vector<std::string> commands{};
  std::vector<std::pair<std::string, std::string>> environment{};  // of env.json, in its order
  std::vector<HashedFile> data_files{}, checkpoints{};
  std::vector<Answer> answers{};
  Confusion confusion{};
  Layers layers{};
  std::map<std::string, Sheet> sheets{};  // by name: worst, confusion, filters-before, maps-1 …
  std::vector<FilterRow> filters{};
  std::vector<MapRow> maps{};

  /// The pictures that the answers are about: "test images", "validation images".
  std::string answers_words() const;
  const Answer* answer(int64_t index) const;
};

/// FileError where the folder is none of a run.
RunFiles read_run(const std::string& path);

}  // namespace convgrad::cli
