#pragma once
#include <convgrad/error.h>

#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace convgrad::cli {

// Each adds its subcommand to the program; the callback runs it and sets `status`.
void add_train(CLI::App& app, int& status);
void add_eval(CLI::App& app, int& status);
void add_predict(CLI::App& app, int& status);
void add_report(CLI::App& app, int& status);
void add_summary(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);
void add_data(CLI::App& app, int& status);
void add_show(CLI::App& app, int& status);
void add_lr_find(CLI::App& app, int& status);
void add_reproduce(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_man(CLI::App& app, int& status);
void add_help(CLI::App& app, int& status);  // last: it tells of all the others

/// A subcommand whose help shows `examples` first.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& examples);

/// --color auto|always|never
CLI::Option* add_color_option(CLI::App& command, std::string& color);

/// Prints what went wrong and what to do about it, on stderr; returns `code`.
int report(const Error& e, int code);

}  // namespace convgrad::cli
