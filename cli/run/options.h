#pragma once
#include <cstdint>
#include <string>
#include <vector>

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
  double lr = 0.1, momentum = 0, weight_decay = 0, warmup = 0;
  bool skip_bad = false;

  std::string runs = "runs", name, out, config, resume, format = "auto";
  int64_t save_every = 0;
  bool json = false, quiet = false, dry_run = false;
};

/// A setting as it is used, and where it came from: default, given, config, resumed.
struct Setting {
  std::string key, value, origin;  // value: as TOML writes it
  bool operator==(const Setting&) const = default;
};

/// The options of a training, of the program's option tree and of a settings file alike.
class TrainSettings {
 public:
  explicit TrainSettings(CLI::App& command);

  TrainOptions options{};
  /// What the command line left open is taken from the file of --config, then from the run of --resume. ValueError
  /// for unknown keys and wrong types, with file and line.
  void resolve();
  /// All settings, in the order of the help.
  const std::vector<Setting>& list() const { return list_; }
  /// Those that the run of --resume had otherwise: "lr 0.1 → 0.05".
  const std::vector<std::string>& changed() const { return changed_; }
  /// list() as config.toml holds it.
  std::string toml() const;

 private:
  void add_settings();
  void add_switches();
  void read(const std::string& path, const std::string& origin);
  Setting& setting(const std::string& key);

  CLI::App& command_;
  std::vector<CLI::Option*> settings_{};
  std::vector<Setting> list_{};
  std::vector<std::string> changed_{};
};

}  // namespace convgrad::cli
