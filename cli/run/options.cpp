#include "run/options.h"

#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "commands.h"
#include "run/recipes.h"
#include "suggest.h"

namespace convgrad::cli {
namespace {

std::string key_of(const CLI::Option* option) {
  return option->get_lnames().empty() ? option->get_name() : option->get_lnames().front();
}

/// A finite number: CLI11's ranges let nan pass.
const CLI::Validator& finite() {
  static const CLI::Validator validator(
      [](std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && std::isfinite(value) ? "" : text + " is no finite number";
      },
      "");
  return validator;
}

/// A number from 0 to 2⁶⁴ − 1: CLI11 takes others, and uses what they wrap to.
const CLI::Validator& seed() {
  static const CLI::Validator validator(
      [](std::string& text) {
        uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size() ? ""
                                                                        : text + " is no number from 0 to 2^64 - 1";
      },
      "");
  return validator;
}

bool is_text(const CLI::Option* option) { return option->get_type_name().rfind("TEXT", 0) == 0; }

/// As TOML writes it: texts quoted, numbers as short as they can be read back.
std::string toml_value(const CLI::Option* option) {
  const std::string text = option->count() > 0 ? option->results().back() : option->get_default_str();
  if (is_text(option)) return toml_quoted(text);
  if (option->get_type_name().rfind("FLOAT", 0) == 0) return fmt::format("{}", std::stod(text));
  return text.empty() ? "false" : text;  // a switch
}

}  // namespace

TrainSettings::TrainSettings(CLI::App& command, Which which) : command_(command) {
  add_settings();
  add_pictures();
  if (which == all) add_switches();
}

void TrainSettings::add_settings() {
  TrainOptions& o = options;
  const auto keep = [&](CLI::Option* option) {
    if (option->get_type_name() == "FLOAT") option->check(finite());
    settings_.push_back(option->capture_default_str());
    return option;
  };
  constexpr const char* kLearning = "Learning";
  const std::string models = fmt::format("{}", fmt::join(nn::model_names(), ", "));
  keep(command_.add_option("model", o.model, "The net: " + models))->check(CLI::IsMember(nn::model_names()));
  keep(command_.add_option(
      "--data", o.data,
      "fashion-mnist (Debian's dataset-fashion-mnist), cifar10, shapes10 or signals (generated), or a "
      "folder: with files like MNIST's or CIFAR-10's, or of PNG pictures by class"));
  settings_.push_back(
      command_.add_flag("--skip-bad", o.skip_bad, "Leave out files of a folder that are no pictures, and tell which"));
  keep(command_.add_option("--epochs", o.epochs, "Passes over the training pictures"))->check(CLI::Range(1, 1000000));
  keep(command_.add_option("--optimizer", o.optimizer, "sgd, adam, adamw or rmsprop"))
      ->check(CLI::IsMember({"sgd", "adam", "adamw", "rmsprop"}))
      ->group(kLearning);
  keep(command_.add_option("--lr", o.lr, "Learning rate"))->check(CLI::NonNegativeNumber)->group(kLearning);
  keep(command_.add_option("--schedule", o.schedule,
                           "How the learning rate goes on: constant, linear or cosine (both to 0 at the end)"))
      ->check(CLI::IsMember({"constant", "linear", "cosine"}))
      ->group(kLearning);
  keep(command_.add_option("--warmup", o.warmup, "Epochs in which the learning rate rises from 0"))
      ->check(CLI::NonNegativeNumber)
      ->group(kLearning);
  keep(command_.add_option("--momentum", o.momentum, "Momentum of sgd and rmsprop"))
      ->check(CLI::NonNegativeNumber)
      ->group(kLearning);
  settings_.push_back(command_.add_flag("--nesterov", o.nesterov, "Nesterov's momentum, for sgd")->group(kLearning));
  keep(command_.add_option("--weight-decay", o.weight_decay, "L2 penalty"))
      ->check(CLI::NonNegativeNumber)
      ->group(kLearning);
  keep(command_.add_option("--label-smoothing", o.label_smoothing,
                           "Share of each label that is spread over all classes, in training alone"))
      ->check(CLI::Range(0.0, 1.0))
      ->group(kLearning);
  keep(command_.add_option("--batch-size", o.batch_size, "Pictures a step"))->check(CLI::Range(1, 1 << 20));
  keep(command_.add_option("--validation", o.validation,
                           "Training pictures held out, drawn by the seed; the best epoch is chosen by them"))
      ->check(CLI::Range(0, 1 << 30));
  keep(command_.add_option("--seed", o.seed, "Of the weights and the order of the pictures; the numbers are PyTorch's"))
      ->check(seed());
  keep(command_.add_option("--threads", o.threads, "Threads that compute; 0: all processors"))
      ->check(CLI::Range(0, 1024));
  keep(command_.add_option("--workers", o.workers, "Threads that load; 0: none besides"))->check(CLI::Range(0, 256));
}

/// What is done to the pictures that are trained with, drawn anew for each in each epoch.
void TrainSettings::add_pictures() {
  Augmentation& a = options.augmentation;
  const auto keep = [&](const char* name, auto& value, const char* words, double most) {
    CLI::Option* option = command_.add_option(name, value, words)->capture_default_str();
    settings_.push_back(option->check(finite())->check(CLI::Range(0.0, most))->group("Training pictures"));
  };
  keep("--flip", a.flip, "Probability that left and right are exchanged", 1);
  keep("--crop-padding", a.crop_padding, "Moved by at most so many pixels, zeros behind", 1000);
  keep("--rotate", a.rotate, "Turned by at most so many degrees", 180);
  keep("--jitter", a.jitter, "Brightness and contrast changed by at most this share", 1);
  keep("--erase", a.erase, "Probability that a rectangle is erased", 1);
}

void TrainSettings::add_switches() {
  TrainOptions& o = options;
  constexpr const char *kFolder = "The run's folder", *kOutput = "What it prints";
  command_
      .add_option("--recipe", o.recipe,
                  "Settings that are known to be good: " + fmt::format("{}", fmt::join(recipe_names(), ", ")))
      ->check(CLI::IsMember(recipe_names()))
      ->group("Settings from elsewhere");
  command_.add_option("--config", o.config, "TOML file of settings: lines as `epochs = 10`")
      ->group("Settings from elsewhere");
  command_.add_option("--resume", o.resume, "Folder of a run to go on with; settings given besides are changed")
      ->group(kFolder);
  command_.add_option("--runs", o.runs, "Where the folder of the run is made")->capture_default_str()->group(kFolder);
  command_.add_option("--name", o.name, "The folder's name; default: MODEL-DATA-NNN")->group(kFolder);
  command_.add_option("--out", o.out, "Writes the weights to this file besides")->group(kFolder);
  command_.add_option("--save-every", o.save_every, "Batches after which the state is saved; 0: after each epoch")
      ->capture_default_str()
      ->check(CLI::Range(0, 1 << 30))
      ->group(kFolder);
  command_
      .add_option("--format", o.output.format,
                  "Lines of the epochs: table, log, document (the course's), json; auto: table on a terminal, else log")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "table", "log", "document", "json"}))
      ->group(kOutput);
  command_.add_flag("--json", o.json, "Same as --format json; errors are JSON, too")->group(kOutput);
  command_.add_flag("--quiet", o.output.quiet, "Nothing but errors")->group(kOutput);
  add_color_option(command_, o.output.color)->group(kOutput);
  command_
      .add_option("--progress", o.output.progress, "The line that is written over: auto (on a terminal), always, never")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(kOutput);
  command_.add_flag("--with-paths", o.with_paths, "The report names folders, too; without it, no user, host or folder")
      ->group(kFolder);
  command_.add_flag("--dry-run", o.dry_run,
                    "Shapes, parameters, multiply-adds, memory and minutes; trains a few steps, writes nothing");
}

Setting& TrainSettings::setting(const std::string& key) {
  return *std::find_if(list_.begin(), list_.end(), [&](const Setting& s) { return s.key == key; });
}

void TrainSettings::read(const std::vector<TomlItem>& items, const std::string& path, const std::string& origin) {
  for (const TomlItem& item : items) {
    const auto fail = [&](const std::string& what, const std::string& hint = {}) {
      throw ValueError({.op = "config",
                        .argument = item.key,
                        .what = fmt::format("{}, line {}: {}", path, item.line, what),
                        .hint = hint});
    };
    const auto found = std::find_if(settings_.begin(), settings_.end(),
                                    [&](const CLI::Option* option) { return key_of(option) == item.key; });
    if (found == settings_.end()) {
      std::vector<std::string> known;
      for (const CLI::Option* option : settings_) known.push_back(key_of(option));
      const std::string meant = nearest(item.key, known);
      fail(fmt::format("unknown setting {}{}", item.key, meant.empty() ? "" : "; did you mean " + meant + "?"),
           fmt::format("settings are {}", fmt::join(known, ", ")));
    }
    CLI::Option* option = *found;
    if (item.quoted != is_text(option))
      fail(fmt::format("{} takes {}, not {}", item.key,
                       is_text(option)                   ? "a text in quotes"
                       : option->get_type_name().empty() ? "true or false"
                                                         : "a number",
                       item.quoted ? "the text " + toml_quoted(item.value) : item.value));
    const bool settled = option->count() > 0;
    if (settled && origin != "resumed") continue;
    const std::string used = toml_value(option), stored = item.quoted ? toml_quoted(item.value) : item.value;
    Setting& setting = this->setting(item.key);
    if (settled) {  // what the run had, against what it shall have now
      if (used != stored) changed_.push_back(fmt::format("{} {} → {}", item.key, stored, used));
      setting.origin = used == stored ? item.note : "resumed";
      continue;
    }
    try {
      option->add_result(item.value);
      option->run_callback();
    } catch (const CLI::Error& e) {
      fail(fmt::format("{} = {}: {}", item.key, stored, e.what()));
    }
    setting.origin = origin == "resumed" && !item.note.empty() ? item.note : origin;
  }
}

void TrainSettings::resolve() {
  for (const CLI::Option* option : settings_)
    list_.push_back({.key = key_of(option), .value = {}, .origin = option->count() > 0 ? "given" : "default"});
  if (!options.config.empty()) read(read_toml(options.config), options.config, "config");
  if (!options.recipe.empty()) read(parse_toml(recipe_text(options.recipe), options.recipe), options.recipe, "recipe");
  if (!options.resume.empty()) {
    const std::string path = options.resume + "/config.toml";
    read(read_toml(path), path, "resumed");
    check_unchanged({"seed", "validation"});
  }
  if (options.model.empty())
    throw ValueError({.op = "train",
                      .argument = "model",
                      .what = fmt::format("no model is named: convgrad train {}", fmt::join(nn::model_names(), " | ")),
                      .hint = "convgrad train --help"});
  for (size_t i = 0; i < settings_.size(); ++i) list_[i].value = toml_value(settings_[i]);
  if (options.json) options.output.format = "json";
}

/// What decides which pictures are held out must stay: else some that were trained with would choose the best epoch.
void TrainSettings::check_unchanged(const std::vector<std::string>& keys) const {
  for (const std::string& change : changed_)
    for (const std::string& key : keys)
      if (change.rfind(key + " ", 0) == 0)
        throw ValueError({.op = "train",
                          .argument = "--" + key,
                          .what = fmt::format("--{} cannot be changed on the way: {}", key, change),
                          .hint = "it decides which pictures are trained with; begin a new run"});
}

std::string TrainSettings::toml() const {
  std::string text;
  for (const Setting& s : list_) text += fmt::format("{} = {}  # {}\n", s.key, s.value, s.origin);
  return text;
}

}  // namespace convgrad::cli
