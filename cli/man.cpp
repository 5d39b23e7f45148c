// Manual pages, from the program's own option tree.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "commands.h"
#include "embedded.h"
#include "exit_codes.h"
#include "option_tree.h"
#include "report/files.h"

namespace convgrad::cli {
namespace {

/// Text as roff takes it: no sign of it is a command, signs beyond ASCII by their number.
std::string roff(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (length == 1) {
      if ((byte == '.' || byte == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
      out += byte == '\\' ? "\\e" : byte == '-' ? "\\-" : std::string(1, text[i]);
    } else {
      uint32_t code = byte & (0x7fU >> length);
      for (size_t k = 1; k < length && i + k < text.size(); ++k)
        code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
      out += fmt::format("\\[u{:04X}]", code);
    }
    i += length;
  }
  return out;
}

std::string full_name(const CommandInfo& program, const CommandInfo* command) {
  return command ? program.name + "-" + command->name : program.name;
}

void add_synopsis(const CommandInfo& program, const CommandInfo* command, std::string& out) {
  out += ".SH SYNOPSIS\n";
  if (!command) {
    out += ".B convgrad\n.I command\n.RI [ options ]\n";
    return;
  }
  out += fmt::format(".B {} {}\n.RI [ options ]\n", program.name, command->name);
  if (!command->commands.empty()) out += ".I command\n";
  for (const OptionInfo& o : command->options)
    if (o.positional)
      out += o.required ? fmt::format(".I {}{}\n", roff(o.names[0]), o.many ? " \\&..." : "")
                        : fmt::format(".RI [ {} ]\n", roff(o.names[0]));
}

void add_option_text(const OptionInfo& o, std::string& out) {
  std::string names;
  for (const std::string& name : o.names) names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
  out += ".TP\n" + names;
  if (!o.positional && o.kind != ValueKind::nothing)
    out += " \\fI" + (o.choices.empty() ? roff(o.value) : roff(fmt::format("{}", fmt::join(o.choices, "|")))) + "\\fR";
  out += "\n" + roff(o.words);
  if (o.positional && !o.choices.empty() && o.words.find(o.choices[0]) == std::string::npos)
    out += roff(fmt::format(": {}", fmt::join(o.choices, ", ")));
  if (!o.standard.empty() && !o.positional) out += roff(fmt::format(" (default: {})", o.standard));
  out += ".\n";
}

void add_options(const CommandInfo& command, std::string& out) {
  std::vector<std::string> groups;
  for (const OptionInfo& o : command.options)
    if (const std::string group = o.positional ? "Arguments" : o.group;
        std::find(groups.begin(), groups.end(), group) == groups.end())
      groups.push_back(group);
  out += ".SH OPTIONS\n";
  for (const std::string& group : groups) {
    if (group != "Options") out += ".SS " + roff(group) + "\n";
    for (const OptionInfo& o : command.options)
      if ((o.positional ? "Arguments" : o.group) == group) add_option_text(o, out);
  }
}

std::string page(const CommandInfo& program, const CommandInfo* command) {
  const CommandInfo& shown = command ? *command : program;
  std::string upper = full_name(program, command);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  std::string words =
      shown.words.substr(shown.words.find(": ") == std::string::npos || command ? 0 : shown.words.find(": ") + 2);
  std::string out = fmt::format(".TH {} 1 {} \"convgrad {}\" \"convgrad\"\n.SH NAME\n{} \\- {}\n", roff(upper),
                                build_facts().date, version(), roff(full_name(program, command)), roff(words));
  add_synopsis(program, command, out);
  out += ".SH DESCRIPTION\n" + roff(words) + ".\n";
  out += ".SH EXAMPLES\n.nf\n" + roff(shown.examples) + ".fi\n";
  if (!shown.commands.empty()) {
    out += ".SH COMMANDS\n";
    for (const CommandInfo& c : shown.commands) out += ".TP\n.B " + roff(c.name) + "\n" + roff(c.words) + ".\n";
  }
  add_options(shown, out);
  out += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_meanings()) out += fmt::format(".TP\n.B {}\n{}.\n", code, roff(meaning));
  out += ".SH SEE ALSO\n";
  if (command) {
    out += ".BR convgrad (1)\n";
  } else {
    for (size_t i = 0; i < program.commands.size(); ++i)
      out += fmt::format(".BR {} (1){}\n", roff("convgrad-" + program.commands[i].name),
                         i + 1 < program.commands.size() ? "," : "");
  }
  return out;
}

struct ManOptions {
  std::string command, all;
};

int run_man(const CommandInfo& program, const ManOptions& o) {
  if (!o.all.empty()) {
    replace_file(o.all + "/convgrad.1", page(program, nullptr));
    for (const CommandInfo& c : program.commands) replace_file(o.all + "/convgrad-" + c.name + ".1", page(program, &c));
    return kOk;
  }
  const auto found = std::find_if(program.commands.begin(), program.commands.end(),
                                  [&](const CommandInfo& c) { return c.name == o.command; });
  if (found == program.commands.end() && !o.command.empty())
    throw ValueError({.op = "man",
                      .argument = "command",
                      .what = "no command is called " + o.command,
                      .hint = "convgrad --help lists them"});
  std::fputs(page(program, o.command.empty() ? nullptr : &*found).c_str(), stdout);
  return kOk;
}

}  // namespace

void add_man(CLI::App& app, int& status) {
  CLI::App* command =
      add_command(app, "man", "The manual page of the program or of a command", "  convgrad man train | man -l -\n");
  auto o = std::make_shared<ManOptions>();
  command->add_option("command", o->command, "The command; none: of the whole program");
  command->add_option("--all", o->all, "Writes every page to this folder instead");
  command->callback([o, command, &status] { status = run_man(describe(whole_program(*command)), *o); });
}

}  // namespace convgrad::cli
