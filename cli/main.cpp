// The convgrad program: thin, over the public headers. Data goes to stdout, words about it to stderr.
#include <convgrad/backends.h>
#include <convgrad/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "exit_codes.h"
#include "help.h"
#include "run/environment.h"
#include "suggest.h"
#include "waiting.h"

namespace convgrad::cli {
namespace {

bool json_errors = false;  // --json was given: errors, too, are for programs

std::vector<std::string> option_names(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app->get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> command_names(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app->get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

/// The command that was chosen, or the program itself.
const CLI::App* chosen(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return command;
}

/// "unknown option --epoch; did you mean --epochs?"
std::string unknown(const CLI::App* command, const std::string& given) {
  const std::string word = given.substr(0, given.find('='));
  const bool is_option = word.rfind("-", 0) == 0;
  const std::vector<std::string> commands = command_names(command);
  const char* what = is_option ? "option" : commands.empty() ? "argument" : "command";
  const std::string meant = nearest(word, is_option ? option_names(command) : commands);
  return std::string("unknown ") + what + " " + word + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

/// One line: what is wrong, what was probably meant, where the help is.
int usage_error(const CLI::App& app, const CLI::ParseError& e) {
  const CLI::App* command = chosen(app);
  const std::string help = full_name(command) + " --help";
  const auto rest = app.remaining(true);
  const std::vector<std::string> commands = command_names(command);
  std::string text = e.what();
  const bool extra = dynamic_cast<const CLI::ExtrasError*>(&e) != nullptr || !commands.empty();
  if (!rest.empty() && (extra || rest.front().rfind("-", 0) == 0))  // an unknown option's value may have been misread
    text = unknown(command, rest.front());
  else if (command != &app && !commands.empty())
    text = fmt::format("{} wants a command: {}", full_name(command), fmt::join(commands, ", "));
  if (json_errors) return report(ValueError({.op = "usage", .what = text, .hint = help}), kUsage);
  std::fprintf(stderr, "convgrad: %s  (%s)\n", text.c_str(), help.c_str());
  return kUsage;
}

int run(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) json_errors |= std::strcmp(argv[i], "--json") == 0;
  CLI::App app{"convgrad: train, test and look at convolutional networks, with PyTorch's numbers"};
  app.name("convgrad");
  app.formatter(examples_first());
  app.footer(
      "  convgrad train lenet5 --data fashion-mnist --epochs 10 --out lenet5.safetensors\n"
      "  convgrad eval lenet5.safetensors --data fashion-mnist\n"
      "  convgrad predict shirt.png\n"
      "  convgrad report runs/lenet5-fashion-mnist-001\n"
      "  convgrad summary lenet5 --input 1x32x32\n"
      "  convgrad doctor\n");
  app.set_version_flag("--version", std::string("convgrad ") + version());
  app.require_subcommand(0, 1);  // behind a command, another's name is a word as any other: convgrad man train
  int status = kOk;
  for (const auto add : {add_train, add_lr_find, add_eval, add_predict, add_report, add_reproduce, add_summary,
                         add_show, add_data, add_doctor, add_completion, add_man, add_help})
    add(app, status);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) {
      std::fputs(app.help().c_str(), argc > 1 ? stderr : stdout);
      return argc > 1 ? kUsage : kOk;
    }
    return status;
  } catch (const CLI::CallForHelp&) {
    std::cout << chosen(app)->help();
    return kOk;
  } catch (const CLI::CallForVersion& e) {
    std::cout << e.what() << "\n";
    return kOk;
  } catch (const CLI::ParseError& e) {
    return usage_error(app, e);
  } catch (const DivergedError& e) {
    return report(e, kDiverged);
  } catch (const FileError& e) {
    return report(e, kData);
  } catch (const NotImplementedError& e) {
    return report(e, kUnsupported);
  } catch (const ValueError& e) {
    return report(e, kUsage);
  } catch (const Error& e) {
    return report(e, kFailed);
  } catch (const std::exception& e) {
    return report(Error(e.what()), kFailed);
  }
}

}  // namespace

int report(const Error& e, int code) {
  if (json_errors) {
    const std::map<int, const char*> names = {
        {kUsage, "usage"}, {kData, "data"}, {kDiverged, "diverged"}, {kUnsupported, "unsupported"}};
    const auto name = names.find(code);
    // a data set of which files are in none of its places: the names in expected(), the places in got(), one a line
    const bool missing = code == kData && e.argument() == "root" && !e.expected().empty() && !e.got().empty();
    nlohmann::ordered_json error = {{"code", missing               ? "data-missing"
                                             : name == names.end() ? "failed"
                                                                   : name->second},
                                    {"message", e.what()}};
    if (missing) error["looked"] = CLI::detail::split(e.got(), '\n');
    error["hint"] = e.hint();
    error["exit"] = code;
    const nlohmann::ordered_json json = {{"error", error}};
    std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    return code;
  }
  std::fprintf(stderr, "convgrad: %s\n", e.what());
  if (!e.hint().empty()) std::fprintf(stderr, "  hint: %s\n", e.hint().c_str());
  return code;
}

/// What was printed has arrived, or the full disk behind `> file` is reported.
int flush_output() {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout) return kOk;
  return report(FileError({.op = "print",
                           .what = std::string("cannot write the output: ") + std::strerror(errno),
                           .hint = "is the disk full?"}),
                kData);
}

CLI::Option* add_color_option(CLI::App& command, std::string& color) {
  return command.add_option("--color", color, "Colours: auto (on a terminal, unless NO_COLOR is set), always, never")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer(examples);
  return command;
}

}  // namespace convgrad::cli

int main(int argc, char** argv) {
  convgrad::cli::wait_briefly(argv);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of its write, not the program's end
  convgrad::cli::remember_command(argc, argv);
  const int status = convgrad::cli::run(argc, argv);
  return status == convgrad::cli::kOk ? convgrad::cli::flush_output() : status;
}
