#include "report/run_files.h"

#include <convgrad/convgrad.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "report/csv.h"
#include "report/files.h"
#include "run/sha256.h"
#include "run/toml.h"

namespace convgrad::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_json(const std::string& path) {
  const Json json = Json::parse(read_text(path).value_or(""), nullptr, false);
  return json.is_object() ? json : Json::object();
}

/// The value of a key where it has this type, else `otherwise`.
template <class T>
T get(const Json& json, const char* key, T otherwise = {}) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  try {
    return found->template get<T>();
  } catch (const Json::exception&) {
    return otherwise;
  }
}

RunStatus status_of(const std::string& word) {
  if (word == "finished") return RunStatus::finished;
  if (word == "stopped") return RunStatus::stopped;
  return word == "diverged" ? RunStatus::diverged : RunStatus::running;
}

RunSummary summary_of(const Json& json) {
  const Json diverged = get<Json>(json, "diverged", Json::object()),
             answers = get<Json>(json, "answers", Json::object());
  RunSummary s{.model = get<std::string>(json, "model"),
               .data = get<std::string>(json, "data"),
               .layer = get<std::string>(diverged, "layer"),
               .operation = get<std::string>(diverged, "operation"),
               .best_by = get<std::string>(json, "best_by", "test"),
               .answers_of = get<std::string>(answers, "of", "test"),
               .status = status_of(get<std::string>(json, "status")),
               .signal = get<int64_t>(json, "signal"),
               .epoch = get<int64_t>(json, "epoch"),
               .epochs = get<int64_t>(json, "epochs"),
               .batch = get<int64_t>(json, "batch"),
               .batches = get<int64_t>(json, "batches"),
               .best_epoch = get<int64_t>(json, "best_epoch"),
               .parameters = get<int64_t>(json, "parameters"),
               .macs = get<int64_t>(json, "macs"),
               .diverged_step = get<int64_t>(diverged, "step"),
               .training = get<int64_t>(json, "training_images"),
               .validation = get<int64_t>(json, "validation_images"),
               .testing = get<int64_t>(json, "test_images"),
               .answers_epoch = get<int64_t>(answers, "epoch"),
               .best_accuracy = get<double>(json, "best_accuracy"),
               .seconds = get<double>(json, "seconds"),
               .classes = get<std::vector<std::string>>(json, "classes")};
  if (json.contains("test_accuracy")) s.test_accuracy = get<double>(json, "test_accuracy");
  return s;
}

std::vector<Setting> settings_of(const std::string& path) {
  std::vector<Setting> settings;
  try {
    for (const TomlItem& item : read_toml(path))
      settings.push_back(
          {.key = item.key, .value = item.quoted ? toml_quoted(item.value) : item.value, .origin = item.note});
  } catch (const Error&) {  // no settings, then
    return {};
  }
  return settings;
}

/// The command lines of command.sh.
std::vector<std::string> commands_of(const std::string& path) {
  const std::string text = read_text(path).value_or("");
  std::vector<std::string> commands;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (text[begin] != '#' && end > begin) commands.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return commands;
}

void read_environment(const Json& json, RunFiles& run) {
  for (const auto& [key, value] : json.items()) {
    if (key == "data_files" && value.is_array()) {
      for (const Json& file : value)
        if (file.is_object())
          run.data_files.push_back(
              {get<std::string>(file, "name"), get<std::string>(file, "sha256"), get<std::string>(file, "known")});
    } else {
      run.environment.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

/// The groups of pictures.csv with their sheets.
void read_pictures(const std::string& folder, RunFiles& run) {
  std::map<std::string, std::vector<int64_t>> groups;
  for (const auto& cells : read_csv(folder + "/pictures.csv").rows)
    if (const auto index = cells.size() == 3 ? number_in<int64_t>(cells[2]) : std::nullopt)
      groups[cells[0]].push_back(*index);
  for (auto& [name, indices] : groups) {
    Sheet sheet = read_sheet(folder + "/" + name + ".png", static_cast<int64_t>(indices.size()));
    if (sheet.png.empty()) continue;
    sheet.indices = std::move(indices);
    run.sheets[name] = std::move(sheet);
  }
  run.filters = read_filters(folder + "/filters.csv");
  run.maps = read_maps(folder + "/maps.csv");
  for (const char* name : {"filters-before", "filters-after"})
    run.sheets[name] = read_sheet(folder + "/" + name + ".png", static_cast<int64_t>(run.filters.size()));
  std::vector<std::pair<std::string, int64_t>> layers;
  for (const MapRow& row : run.maps) {
    if (layers.empty() || layers.back().first != row.layer) layers.emplace_back(row.layer, 0);
    layers.back().second++;
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    const std::string name = fmt::format("maps-{}", i + 1);
    run.sheets[name] = read_sheet(folder + "/" + name + ".png", layers[i].second);
  }
}

/// Of what the run left, once it is at rest.
void hash_checkpoints(RunFiles& run) {
  if (run.summary.status == RunStatus::running) return;
  for (const char* name : {"weights/best.safetensors", "weights/last.safetensors", "state/last.safetensors"})
    if (const std::string hash = sha256_of_file(run.path + "/" + name); !hash.empty())
      run.checkpoints.push_back({.name = name, .sha256 = hash});
}

}  // namespace

std::string RunFiles::answers_words() const {
  return summary.answers_of == "validation" ? "validation images" : "test images";
}

const Answer* RunFiles::answer(int64_t index) const {
  const auto found =
      std::lower_bound(answers.begin(), answers.end(), index, [](const Answer& a, int64_t i) { return a.index < i; });
  return found != answers.end() && found->index == index ? &*found : nullptr;
}

RunFiles read_run(const std::string& path) {
  RunFiles run;
  std::error_code error;
  const fs::path whole = fs::canonical(path, error);
  run.path = error ? path : whole.string(), run.name = whole.filename().string();
  const Json summary = read_json(run.path + "/summary.json");
  if (error || summary.empty())
    throw FileError({.op = "report",
                     .argument = path,
                     .what = fmt::format("{} is no folder of a run: {}", path,
                                         error ? error.message() : "it holds no summary.json, or a damaged one"),
                     .hint = "give a folder that `convgrad train` made, as in runs/lenet5-fashion-mnist-001"});
  run.summary = summary_of(summary);
  run.task = task_of(run.summary.model);
  run.epochs = read_metrics(run.path + "/metrics.csv");
  run.steps = read_steps(run.path + "/steps.jsonl");
  run.settings = settings_of(run.path + "/config.toml");
  run.commands = commands_of(run.path + "/command.sh");
  read_environment(read_json(run.path + "/env.json"), run);
  run.answers = read_answers(run.path + "/predictions.csv");
  std::stable_sort(run.answers.begin(), run.answers.end(),
                   [](const Answer& a, const Answer& b) { return a.index < b.index; });
  run.confusion = read_confusion(run.path + "/confusion.csv");
  run.layers = read_layers(run.path + "/layers.csv");
  read_pictures(run.path + "/pictures", run);
  hash_checkpoints(run);
  return run;
}

}  // namespace convgrad::cli
