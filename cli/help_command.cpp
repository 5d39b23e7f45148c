#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"

namespace convgrad::cli {
namespace {

constexpr const char* kEnvironment =
    "What the program reads from its environment:\n"
    "  NO_COLOR, FORCE_COLOR    no colours, or colours where no terminal is; --color says it, too\n"
    "  TERM=dumb                a terminal whose lines cannot be written over\n"
    "  COLUMNS                  width of the lines; else the terminal is asked\n"
    "  LC_ALL, LC_CTYPE, LANG   signs beyond ASCII in UTF-8 locales alone\n"
    "  OMP_NUM_THREADS          threads that compute, where --threads does not say\n"
    "  GOMP_SPINCOUNT           how long they wait for work before they give their core away (10000 where neither this "
    "nor\n"
    "                           OMP_WAIT_POLICY is set)\n"
    "  CONVGRAD_ISA             the instruction set of the kernels: one that `convgrad doctor` lists\n"
    "Nothing else: no proxy, no key, no account, for no socket is ever opened.\n";

constexpr const char* kRunFolder =
    "What the folder of a run holds (runs/MODEL-DATA-NNN; rewritten after each epoch, never another run's):\n"
    "  report.html              the page; opens without a network, and without scripts\n"
    "  metrics.csv              a line an epoch; steps.jsonl: a line a step\n"
    "  predictions.csv          the answer to each test picture; confusion.csv, classes.csv: what they add up to\n"
    "  layers.csv               time and products of each layer\n"
    "  pictures/                those of the page, with filters.csv and maps.csv\n"
    "  config.toml              all settings with their origin; `--config` reads it\n"
    "  command.sh, env.json     the command; the program, the machine, the data's SHA-256\n"
    "  summary.json, log.txt    how far it came; what it said\n"
    "  weights/best.safetensors, last.safetensors   for eval and predict, and for other programs\n"
    "  state/last.safetensors   to go on from: convgrad train --resume RUN\n";

std::string exit_codes() {
  std::string text = "What the exit status says:\n";
  for (const auto& [code, meaning] : exit_meanings()) text += fmt::format("  {:8} {}\n", code, meaning);
  return text;
}

const std::vector<std::string>& topics() {
  static const std::vector<std::string> names{"environment", "exit-codes", "run-folder"};
  return names;
}

std::string text_of(const std::string& topic) {
  return topic == "environment" ? kEnvironment : topic == "run-folder" ? kRunFolder : exit_codes();
}

}  // namespace

void add_help(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "help", "The help of a command, or on a topic",
                                  "  convgrad help train\n  convgrad help run-folder\n  convgrad help exit-codes\n");
  std::vector<std::string> names = topics();
  for (const CLI::App* other : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(other->get_name());
  auto topic = std::make_shared<std::string>();
  command->add_option("topic", *topic, "A command; environment, exit-codes or run-folder; none: of the whole program")
      ->check(CLI::IsMember(names));
  command->callback([topic, &app, &status] {
    const auto commands = app.get_subcommands([&](const CLI::App* other) { return other->get_name() == *topic; });
    std::fputs(topic->empty()     ? app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal).c_str()
               : commands.empty() ? text_of(*topic).c_str()
                                  : commands[0]->help().c_str(),
               stdout);
    status = kOk;
  });
}

}  // namespace convgrad::cli
