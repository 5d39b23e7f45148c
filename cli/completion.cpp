// Scripts that complete commands, options and values in a shell, from the program's own option tree.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "option_tree.h"

namespace convgrad::cli {
namespace {

constexpr const char* kDataNames = "fashion-mnist cifar10 shapes10 signals";

std::string names_of(const CommandInfo& command, bool options) {
  std::vector<std::string> names;
  for (const CommandInfo& c : command.commands) names.push_back(c.name);
  for (const OptionInfo& o : command.options)
    if (options && !o.positional) names.insert(names.end(), o.names.begin(), o.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

// ---- bash

/// What fills COMPREPLY with an option's values.
std::string bash_values(const OptionInfo& o) {
  const std::string words =
      o.choices.empty() ? (o.kind == ValueKind::data ? kDataNames : "") : fmt::format("{}", fmt::join(o.choices, " "));
  std::string text = words.empty() ? "" : fmt::format("$(compgen -W '{}' -- \"$cur\") ", words);
  if (o.kind == ValueKind::file) text += "$(compgen -f -- \"$cur\")";
  if (o.kind == ValueKind::folder || o.kind == ValueKind::data) text += "$(compgen -d -- \"$cur\")";
  return "COMPREPLY=(" + text + ")";
}

std::string bash_command(const CommandInfo& command) {
  std::string text = fmt::format("    {})\n      case $prev in\n", command.name);
  std::string rest = "COMPREPLY=()";
  for (const OptionInfo& o : command.options) {
    if (o.positional)
      rest = bash_values(o);
    else if (o.kind != ValueKind::nothing)
      text += fmt::format("        {}) {}; return ;;\n", fmt::join(o.names, "|"), bash_values(o));
  }
  if (!command.commands.empty())
    rest = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", names_of(command, false));
  return text + fmt::format(
                    "      esac\n      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n"
                    "      else {}; fi ;;\n",
                    names_of(command, true), rest);
}

std::string bash(const CommandInfo& program) {
  std::string text =
      "# convgrad completion bash >~/.local/share/bash-completion/completions/convgrad\n"
      "# shellcheck shell=bash disable=SC2207\n"
      "_convgrad() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  COMPREPLY=()\n";
  text += fmt::format(
      "  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return; fi\n"
      "  case ${{COMP_WORDS[1]}} in\n",
      names_of(program, true));
  for (const CommandInfo& command : program.commands) text += bash_command(command);
  return text + "  esac\n}\ncomplete -o filenames -F _convgrad convgrad\n";
}

// ---- zsh

/// Text inside an argument's brackets, within single quotes.
std::string zsh_words(const std::string& words) {
  std::string text;
  for (const char c : words) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') text += '\\';
    text += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return text;
}

std::string zsh_values(const OptionInfo& o) {
  if (!o.choices.empty()) return fmt::format("({})", fmt::join(o.choices, " "));
  switch (o.kind) {
    case ValueKind::data:
      return fmt::format("_alternative \"data\\:set\\:({})\" \"folders\\:folder\\:_files -/\"", kDataNames);
    case ValueKind::file:
      return "_files";
    case ValueKind::folder:
      return "_files -/";
    default:
      return " ";
  }
}

std::string zsh_arguments(const CommandInfo& command) {
  std::string text = "_arguments";
  for (const OptionInfo& o : command.options) {
    if (o.positional) {
      text += fmt::format(" \\\n        '{}:{}:{}'", o.many ? "*" : "", zsh_words(o.names[0]), zsh_values(o));
      continue;
    }
    for (const std::string& name : o.names)
      text += fmt::format(" \\\n        '{}[{}]{}'", name, zsh_words(o.words),
                          o.kind == ValueKind::nothing ? "" : ":" + zsh_words(o.value) + ":" + zsh_values(o));
  }
  if (!command.commands.empty()) text += fmt::format(" \\\n        '1:command:({})'", names_of(command, false));
  return text;
}

std::string zsh(const CommandInfo& program) {
  std::string text =
      "#compdef convgrad\n# convgrad completion zsh >DIR/_convgrad, with DIR in $fpath\n_convgrad() {\n"
      "  local -a commands=(\n";
  for (const CommandInfo& c : program.commands) text += fmt::format("    '{}:{}'\n", c.name, zsh_words(c.words));
  text +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    _arguments '--help[help]' "
      "'--version[version]'\n    return\n  fi\n  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case "
      "$command in\n";
  for (const CommandInfo& c : program.commands) text += fmt::format("    {})\n      {} ;;\n", c.name, zsh_arguments(c));
  return text + "  esac\n}\n_convgrad \"$@\"\n";
}

// ---- fish

std::string fish_words(const std::string& words) {
  std::string text;
  for (const char c : words) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string fish_values(const OptionInfo& o) {
  if (o.kind == ValueKind::nothing) return "";
  if (!o.choices.empty()) return fmt::format(" -xa '{}'", fmt::join(o.choices, " "));
  switch (o.kind) {
    case ValueKind::data:
      return fmt::format(" -xa '{} (__fish_complete_directories)'", kDataNames);
    case ValueKind::file:
      return " -rF";
    case ValueKind::folder:
      return " -xa '(__fish_complete_directories)'";
    default:
      return " -x";
  }
}

std::string fish(const CommandInfo& program) {
  std::string text = "# convgrad completion fish >~/.config/fish/completions/convgrad.fish\ncomplete -c convgrad -f\n";
  for (const CommandInfo& c : program.commands) {
    text += fmt::format("complete -c convgrad -n __fish_use_subcommand -a {} -d '{}'\n", c.name, fish_words(c.words));
    const std::string here = fmt::format("complete -c convgrad -n '__fish_seen_subcommand_from {}'", c.name);
    for (const OptionInfo& o : c.options) {
      if (o.positional) {
        text += here + (o.kind == ValueKind::file ? " -F" : fish_values(o)) + "\n";
        continue;
      }
      text += here;
      for (const std::string& name : o.names)
        text += (name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1));
      text += fmt::format("{} -d '{}'\n", fish_values(o), fish_words(o.words));
    }
    if (!c.commands.empty()) text += here + fmt::format(" -a '{}'\n", names_of(c, false));
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "completion", "A script that completes commands, options and values in a shell",
                                  "  source <(convgrad completion bash)\n"
                                  "  convgrad completion fish >~/.config/fish/completions/convgrad.fish\n");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "The shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, command, &status] {
    const CommandInfo program = describe(whole_program(*command));
    const std::string script = *shell == "bash" ? bash(program) : *shell == "zsh" ? zsh(program) : fish(program);
    std::fputs(script.c_str(), stdout);
    status = kOk;
  });
}

}  // namespace convgrad::cli
