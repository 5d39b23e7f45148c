#include <convgrad/backends.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <CLI/CLI.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "commands.h"
#include "exit_codes.h"
#include "run/environment.h"
#include "waiting.h"

namespace convgrad::cli {
namespace {

struct DoctorOptions {
  bool json = false;
  double seconds = 2;
};

/// Libraries of this process whose name begins so.
std::set<std::string> loaded(std::initializer_list<const char*> names) {
  std::set<std::string> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t slash = line.rfind('/');
    if (slash == std::string::npos) continue;
    for (const char* name : names)
      if (line.compare(slash + 1, std::strlen(name), name) == 0) found.insert(line.substr(line.find('/')));
  }
  return found;
}

/// What on this machine works against the program.
std::vector<std::string> clashes(const std::string& used, const std::vector<std::string>& isas) {
  std::vector<std::string> found;
  if (const auto several = loaded({"libgomp", "libomp", "libiomp"}); several.size() > 1)
    found.push_back(fmt::format("several OpenMP libraries are loaded: {}", fmt::join(several, ", ")));
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && get_num_threads() > CPU_COUNT(&allowed))
    found.push_back(fmt::format("{} threads share {} processors", get_num_threads(), CPU_COUNT(&allowed)));
  if (!isas.empty() && used != isas.front())
    found.push_back(fmt::format("{} is used, though {} is there: CONVGRAD_ISA says so", used, isas.front()));
  return found;
}

/// A number for JSON, which knows no infinity.
nlohmann::ordered_json number(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr; }

int run_doctor(const DoctorOptions& o) {
  const auto isas = backends::supported_isas();
  const std::string used = backends::isa();
  const int64_t pool = memory_stats().pool_limit_bytes;
  const backends::SelfTest test = backends::self_test(o.seconds);
  const std::vector<std::string> wrong = clashes(used, isas);
  auto machine = nlohmann::ordered_json::parse(environment_json({}));
  if (o.json) {
    machine["version"] = version(), machine["isas"] = isas, machine["pool_limit_bytes"] = pool;
    machine["clashes"] = wrong, machine["waiting"] = waiting();
    machine["self_test"] = {
        {"problems", test.problems}, {"worst_error", number(test.worst_error)}, {"failures", test.failures.size()}};
    std::printf("%s\n", machine.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    return test.failures.empty() ? kOk : kFailed;
  }
  const auto text = [&](const char* key) { return machine[key].get<std::string>(); };
  std::printf("convgrad          %s, commit %s, %s\n", version(), text("commit").c_str(), text("compiler").c_str());
  std::printf("machine           %s, %s, %s\n", text("cpu").c_str(), text("os").c_str(), text("kernel").c_str());
  std::printf("instruction sets  %s (in use: %s; CONVGRAD_ISA chooses)\n",
              fmt::format("{}", fmt::join(isas, ", ")).c_str(), used.c_str());
  std::printf("threads           %d (OMP_NUM_THREADS chooses), which wait %s\n", get_num_threads(), waiting().c_str());
  std::printf("memory pool       at most %lld MiB kept for reuse\n", static_cast<long long>(pool >> 20));
  for (const std::string& clash : wrong) std::printf("clash             %s\n", clash.c_str());
  std::printf("self-test         %lld random convolutions, three passes each: %s (largest error %.1e)\n",
              static_cast<long long>(test.problems), test.failures.empty() ? "all agree with the reference" : "FAILED",
              test.worst_error);
  for (const auto& failure : test.failures) std::printf("  %s\n", failure.c_str());
  return test.failures.empty() ? kOk : kFailed;
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
  CLI::App* command =
      add_command(app, "doctor", "What this build and this machine can do, and whether the kernels are right",
                  "  convgrad doctor\n  convgrad doctor --json\n");
  auto options = std::make_shared<DoctorOptions>();
  command->add_flag("--json", options->json, "Print one JSON object");
  command->add_option("--seconds", options->seconds, "How long the self-test runs")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3600.0));
  command->callback([options, &status] { status = run_doctor(*options); });
}

}  // namespace convgrad::cli
