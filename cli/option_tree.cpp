#include "option_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace convgrad::cli {
namespace {

/// The words between the braces of "TEXT:{sgd,adam}".
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (size_t at = open + 1; at < close;) {
    const size_t end = std::min(type.find(',', at), close);
    choices.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return choices;
}

ValueKind kind_of(const std::string& name) {
  const auto is_one_of = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (is_one_of({"--data", "data", "name"})) return ValueKind::data;
  if (is_one_of({"--resume", "--runs", "run", "runs", "--all"})) return ValueKind::folder;
  if (is_one_of({"--out", "--config", "--weights", "weights", "--svg", "pictures", "model"})) return ValueKind::file;
  return ValueKind::any;
}

}  // namespace

OptionInfo option_info(const CLI::Option* option) {
  OptionInfo info{.words = option->get_description(),
                  .standard = option->get_default_str(),
                  .group = option->get_group(),
                  .required = option->get_required(),
                  .many = option->get_items_expected_max() > 1};
  for (const std::string& name : option->get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option->get_lnames()) info.names.push_back("--" + name);
  info.positional = info.names.empty();
  if (info.positional) info.names.push_back(option->get_name(true));
  if (option->get_type_size() == 0) return info;
  const std::string type = option->get_type_name();
  info.value = type.substr(0, type.find(':'));
  info.choices = choices_in(type);
  const bool path = info.choices.empty() && info.value == "TEXT";
  info.kind = path ? kind_of(info.names.back()) : ValueKind::any;
  return info;
}

CommandInfo describe(const CLI::App& app) {
  CommandInfo info{.name = app.get_name(), .words = app.get_description(), .examples = app.get_footer()};
  for (const CLI::Option* option : app.get_options()) info.options.push_back(option_info(option));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    info.commands.push_back(describe(*command));
  return info;
}

const CLI::App& whole_program(const CLI::App& command) {
  const CLI::App* app = &command;
  while (app->get_parent()) app = app->get_parent();
  return *app;
}

}  // namespace convgrad::cli
