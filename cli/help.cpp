#include "help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include "exit_codes.h"
#include "option_tree.h"

namespace convgrad::cli {
namespace {

constexpr size_t kColumn = 30, kScreen = 100;

/// Words in lines, each from `kColumn` on.
std::string in_column(const std::string& words) {
  std::string text;
  size_t at = kColumn;
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(' ', begin), words.size());
    const size_t length = end - begin;
    if (at > kColumn && at + 1 + length > kScreen) {
      text += "\n" + std::string(kColumn, ' ');
      at = kColumn;
    } else if (at > kColumn) {
      text += ' ', ++at;
    }
    text += words.substr(begin, length), at += length;
    begin = end + 1;
  }
  return text;
}

/// "N=128": what stands behind an option, and what it is without one.
std::string value_text(const OptionInfo& o, bool has_value) {
  if (!has_value) return "";
  const bool listed = o.choices.empty() || o.words.find(o.choices[0]) != std::string::npos;
  const std::string name = !o.choices.empty()                      ? "NAME"
                           : o.value == "INT" || o.value == "UINT" ? "N"
                           : o.value == "FLOAT"                    ? "X"
                                                                   : o.value;
  return " " + (listed ? name : fmt::format("{{{}}}", fmt::join(o.choices, ","))) +
         (o.standard.empty() ? "" : "=" + o.standard);
}

class ExamplesFirst : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
    std::string text = make_description(app);
    if (!app->get_footer().empty()) text += "\nExamples:\n" + app->get_footer() + "\n";
    text += make_usage(app, full_name(app));
    text += make_positionals(app);
    text += make_groups(app, mode);
    text += make_subcommands(app, mode);
    if (!app->get_parent()) text += "\n" + exit_codes();
    return text;
  }

  std::string make_subcommand(const CLI::App* command) const override {
    const std::string name = "  " + command->get_name() + " ";
    return name + std::string(kColumn - std::min(kColumn, name.size()), ' ') + in_column(command->get_description()) +
           "\n";
  }

  std::string make_option(const CLI::Option* option, bool positional) const override {
    const OptionInfo o = option_info(option);
    std::string left =
        fmt::format("  {}{}", fmt::join(o.names, ","), positional ? "" : value_text(o, option->get_type_size() != 0));
    if (positional && !o.required) left += " (optional)";
    left += left.size() + 1 < kColumn ? std::string(kColumn - left.size(), ' ') : "\n" + std::string(kColumn, ' ');
    return left + in_column(o.words) + "\n";
  }

 private:
  /// "Exit codes: 0 ok, 1 failed, …"
  static std::string exit_codes() {
    std::string text;
    for (const auto& [code, meaning] : exit_meanings())
      text += (text.empty() ? "Exit codes: " : ", ") + code + " " + meaning;
    return text + "\n";
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> examples_first() { return std::make_shared<ExamplesFirst>(); }

std::string full_name(const CLI::App* app) {
  std::string name = app->get_name();
  for (const CLI::App* above = app->get_parent(); above; above = above->get_parent())
    name = above->get_name() + " " + name;
  return name;
}

}  // namespace convgrad::cli
