#pragma once
#include <convgrad/error.h>

#include <string>

namespace CLI {
class App;
}

namespace convgrad::cli {

// Each adds its subcommand to the program; the callback runs it and sets `status`.
void add_train(CLI::App& app, int& status);
void add_eval(CLI::App& app, int& status);
void add_predict(CLI::App& app, int& status);
void add_summary(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);

/// A subcommand whose help shows `examples` first.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& examples);

/// Prints what went wrong and what to do about it, on stderr; returns `code`.
int report(const Error& e, int code);

}  // namespace convgrad::cli
