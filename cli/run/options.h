#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model_file.h"
#include "run/output_options.h"
#include "run/setting.h"
#include "run/toml.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace convgrad::cli {

/// What `convgrad train` is told. The first lines are the settings of the training, which its folder keeps.
struct TrainOptions {
  std::string model, data = "fashion-mnist", optimizer = "sgd", schedule = "constant";
  int64_t epochs = 1, batch_size = 128, workers = 1, validation = 0;
  uint64_t seed = 0;
  int threads = 0;
  double lr = 0.1, momentum = 0, weight_decay = 0, warmup = 0, label_smoothing = 0;
  bool skip_bad = false, nesterov = false;
  Augmentation augmentation;

  std::string runs = "runs", name, out, config, resume, recipe;
  OutputOptions output;
  int64_t save_every = 0;
  bool json = false, dry_run = false, with_paths = false;
};

/// The options of a training, of the program's option tree and of a settings file alike.
class TrainSettings {
 public:
  enum Which { all, settings_alone };  // without what is about the run's folder and what it prints
  explicit TrainSettings(CLI::App& command, Which which = all);

  TrainOptions options{};
  /// What the command line left open is taken from the file of --config, then from --recipe, then from the run of
  /// --resume. ValueError for unknown keys and wrong types, with file and line.
  void resolve();
  /// All settings, in the order of the help.
  const std::vector<Setting>& list() const { return list_; }
  /// Those that the run of --resume had otherwise: "lr 0.1 → 0.05".
  const std::vector<std::string>& changed() const { return changed_; }
  /// list() as config.toml holds it.
  std::string toml() const;

 private:
  void add_settings();
  void add_pictures();
  void add_switches();
  void read(const std::vector<TomlItem>& items, const std::string& path, const std::string& origin);
  void check_unchanged(const std::vector<std::string>& keys) const;
  Setting& setting(const std::string& key);

  CLI::App& command_;
  std::vector<CLI::Option*> settings_{};
  std::vector<Setting> list_{};
  std::vector<std::string> changed_{};
};

}  // namespace convgrad::cli
