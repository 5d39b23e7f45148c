#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "exit_codes.h"
#include "report/files.h"
#include "report/page.h"

namespace convgrad::cli {
namespace {

struct ReportCommand {
  std::vector<std::string> runs;
  std::string out;
  ReportOptions options;
  bool json = false;
};

void tell(const RunFiles& run, const std::string& page, const ReportCommand& o) {
  if (!o.json) {
    std::fprintf(stderr, "%s %s\n", verdict(run, o.options).c_str(), ending(run).c_str());
    return;
  }
  const Accuracy a = accuracy_of(run);
  nlohmann::ordered_json json = {{"page", page}, {"verdict", verdict(run, o.options)}, {"ending", ending(run)}};
  if (a.known) {
    json["accuracy"] = a.share, json["right"] = a.hits, json["of"] = a.of;
    if (a.has_interval) json["interval"] = {a.interval().low, a.interval().high};
  }
  std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

int run_report(const ReportCommand& o) {
  const RunFiles first = read_run(o.runs[0]);
  std::string path = o.out.empty() ? o.runs[0] + "/report.html" : o.out;
  if (o.runs.size() == 1) {
    replace_file(path, page_of(first, o.options));
    tell(first, path, o);
  } else {
    const RunFiles second = read_run(o.runs[1]);
    if (o.out.empty()) path = fmt::format("{}/compared-with-{}.html", o.runs[0], second.name);
    replace_file(path, page_of(first, second, o.options));
    tell(first, path, o);
    tell(second, path, o);
  }
  if (!o.json) std::printf("%s\n", path.c_str());
  return kOk;
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "report", "Make the page of a run again from its files, or compare two runs",
                                  "  convgrad report runs/lenet5-fashion-mnist-001\n"
                                  "  convgrad report runs/lenet5-fashion-mnist-001 runs/lenet5-fashion-mnist-002\n");
  auto o = std::make_shared<ReportCommand>();
  command->add_option("runs", o->runs, "The folder of a run, or of two to compare")->required()->expected(1, 2);
  command->add_option("--out", o->out,
                      "Where the page goes; default: report.html, or compared-with-RUN2.html, in the folder");
  command->add_flag("--with-paths", o->options.with_paths, "Name folders, too; without it, no user, host or folder");
  command->add_flag("--json", o->json, "Print an object with the verdict for each run");
  command->callback([o, &status] { status = run_report(*o); });
}

}  // namespace convgrad::cli
