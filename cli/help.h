#pragma once
#include <memory>
#include <string>

namespace CLI {
class App;
class FormatterBase;
}  // namespace CLI

namespace convgrad::cli {

/// How the help of all commands looks: examples first, then what the options are, by group, within 100 columns.
std::shared_ptr<CLI::FormatterBase> examples_first();

/// "convgrad data where": the commands from the program down to this one.
std::string full_name(const CLI::App* app);

}  // namespace convgrad::cli
