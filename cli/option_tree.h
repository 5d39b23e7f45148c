#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace convgrad::cli {

/// What may stand behind an option besides the values that are listed.
enum class ValueKind { nothing, any, file, folder, data };

/// An option or a positional argument, as help, man pages and completion tell it.
struct OptionInfo {
  std::vector<std::string> names{};  // "--top-k", "-h"; of a positional its name alone
  std::string value{}, words{}, standard{}, group{};
  std::vector<std::string> choices{};
  ValueKind kind = ValueKind::nothing;  // nothing: a switch
  bool positional = false, required = false, many = false;
};

/// A command with all that can be told of it.
struct CommandInfo {
  std::string name{}, words{}, examples{};
  std::vector<OptionInfo> options{};
  std::vector<CommandInfo> commands{};
};

OptionInfo option_info(const CLI::Option* option);
CommandInfo describe(const CLI::App& app);
/// The whole program that a subcommand belongs to.
const CLI::App& whole_program(const CLI::App& command);

}  // namespace convgrad::cli
