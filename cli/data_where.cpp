// Where a data set's files are, or are looked for.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"
#include "run/data_files.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

int run_where(const std::string& name) {
  const io::Preprocessing plain = preprocessing_for("signal1d", name);
  for (const bool train : {true, false}) {
    const auto pictures = open_data(name, train, plain, Task::classification, true);
    std::printf("%s, %s: %s pictures, %zu classes\n", name.c_str(), train ? "training" : "test",
                grouped(pictures->size()).c_str(), pictures->classes().size());
    if (pictures->files().empty()) std::printf("  made by the program: no file is needed\n");
    for (const DataFile& file : hash_data(*pictures))
      std::printf("  %s\n    sha256 %s%s\n", file.path.c_str(), file.sha256.c_str(),
                  file.known.empty() ? "" : (": " + file.known).c_str());
  }
  return kOk;
}

}  // namespace

void add_data(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "data", "Where data sets are found", "  convgrad data where fashion-mnist\n");
  command->require_subcommand(1);
  CLI::App* where = add_command(*command, "where",
                                "The files of a data set with their SHA-256; or the folders looked in and the command "
                                "that gets them",
                                "  convgrad data where fashion-mnist\n  convgrad data where ~/pictures\n");
  auto name = std::make_shared<std::string>();
  where->add_option("name", *name, "The data set, as `convgrad train --data` takes it")->required();
  where->callback([name, &status] { status = run_where(*name); });
}

}  // namespace convgrad::cli
