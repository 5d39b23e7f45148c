// Makes a run's weights again and compares them, epoch by epoch.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "report/run_files.h"
#include "run/output.h"
#include "run/training.h"

namespace convgrad::cli {
namespace {

namespace fs = std::filesystem;

std::string value_of(const RunFiles& run, const std::string& key) {
  for (const auto& [name, value] : run.environment)
    if (name == key) return value;
  return "";
}

/// What a result may depend on, and is not as it was: "isa AVX3, now AVX2; threads 8, now 2".
std::string differences(const RunFiles& before, const RunFiles& now) {
  std::string text;
  for (const char* key : {"convgrad", "commit", "compiler", "isa", "threads", "cpu"})
    if (value_of(before, key) != value_of(now, key))
      text += fmt::format("{}{} {}, now {}", text.empty() ? "" : "; ", key, value_of(before, key), value_of(now, key));
  for (size_t i = 0; i < std::min(before.data_files.size(), now.data_files.size()); ++i)
    if (before.data_files[i].sha256 != now.data_files[i].sha256)
      text += fmt::format("{}{} is another file", text.empty() ? "" : "; ", now.data_files[i].name);
  return text;
}

/// The first step that went otherwise; empty where none that both made did.
std::string first_step(const Steps& before, const Steps& now) {
  for (size_t i = 0; i < std::min(before.step.size(), now.step.size()); ++i) {
    const auto differs = [&](const std::vector<double> Steps::*what, const char* name) {
      const double old = (before.*what)[i], fresh = (now.*what)[i];
      return old == fresh ? "" : fmt::format("step {}: {} {}, now {}", now.step[i], name, old, fresh);
    };
    for (const std::string& found :
         {differs(&Steps::loss, "loss"), differs(&Steps::accuracy, "accuracy"), differs(&Steps::lr, "learning rate")})
      if (!found.empty()) return found;
  }
  return "";
}

/// As the run was computed, as far as this machine can.
void compute_as(const RunFiles& run, TrainOptions& options) {
  if (options.threads == 0) options.threads = std::max(0, std::atoi(value_of(run, "threads").c_str()));
  const auto isas = backends::supported_isas();
  if (std::find(isas.begin(), isas.end(), value_of(run, "isa")) != isas.end()) backends::set_isa(value_of(run, "isa"));
}

int run_reproduce(const std::string& path, const std::string& runs) {
  const RunFiles before = read_run(path);
  if (before.epochs.empty())
    throw ValueError({.op = "reproduce",
                      .argument = "run",
                      .what = fmt::format("{} has no epoch to compare with", path),
                      .hint = "let it finish one: convgrad train --resume " + path});
  CLI::App command;
  TrainSettings settings(command);
  TrainOptions& o = settings.options;
  o.config = before.path + "/config.toml";
  o.runs = runs.empty() ? fs::path(path).lexically_normal().parent_path().string() : runs;
  if (o.runs.empty()) o.runs = ".";
  o.output.quiet = true;
  settings.resolve();
  compute_as(before, o);
  for (const Setting& s : before.settings)
    if (s.origin == "resumed")
      std::fprintf(stderr, "%s was changed to %s on the way: a run with it from the begin may differ\n", s.key.c_str(),
                   s.value.c_str());
  std::string found;
  size_t compared = 0;
  Training training(settings);
  const int status = training.run([&](const EpochRow& row) {
    const EpochRow& old = before.epochs[compared];
    if (old.weights_sha256 != row.weights_sha256) {
      found = fmt::format("after epoch {}: weights {:.12}…, now {:.12}…", row.epoch, old.weights_sha256,
                          row.weights_sha256);
      return false;
    }
    std::printf("epoch %lld: the same weights, %s\n", static_cast<long long>(row.epoch), row.weights_sha256.c_str());
    std::fflush(stdout);
    return ++compared < before.epochs.size();
  });
  if (found.empty() && compared < before.epochs.size()) return status;  // a signal
  const RunFiles now = read_run(training.path());
  if (found.empty()) {
    std::printf("%zu epochs: the same bits; made again in %s\n", compared, training.path().c_str());
    return kOk;
  }
  const std::string step = first_step(before.steps, now.steps), other = differences(before, now);
  throw Error(
      {.op = "reproduce",
       .what = fmt::format("the first difference is {}{}", step.empty() ? "" : step + ", and ", found),
       .hint = other.empty() ? "version, machine and data are as they were" : "what is not as it was: " + other});
}

}  // namespace

void add_reproduce(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "reproduce", "Make a run's weights again, and name the first difference",
                                  "  convgrad reproduce runs/lenet5-fashion-mnist-001\n");
  auto path = std::make_shared<std::string>(), runs = std::make_shared<std::string>();
  command->add_option("run", *path, "The folder of the run")->required();
  command->add_option("--runs", *runs, "Where the new run's folder is made; default: beside the first");
  command->callback([path, runs, &status] { status = run_reproduce(*path, *runs); });
}

}  // namespace convgrad::cli
