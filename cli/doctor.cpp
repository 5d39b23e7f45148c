#include <convgrad/backends.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"

namespace convgrad::cli {
namespace {

struct DoctorOptions {
  bool json = false;
  double seconds = 2;
};

int run_doctor(const DoctorOptions& o) {
  const auto isas = backends::supported_isas();
  std::string list;
  for (const auto& isa : isas) list += (list.empty() ? "" : ", ") + (o.json ? '"' + isa + '"' : isa);
  const std::string used = backends::isa();
  const MemoryStats memory = memory_stats();
  const backends::SelfTest test = backends::self_test(o.seconds);
  const bool healthy = test.failures.empty();
  if (o.json) {
    std::printf(
        "{\"version\": \"%s\", \"isas\": [%s], \"isa\": \"%s\", \"threads\": %d, \"pool_limit_bytes\": %lld,\n "
        "\"self_test\": {\"problems\": %lld, \"worst_error\": %.3e, \"failures\": %zu}}\n",
        version(), list.c_str(), used.c_str(), get_num_threads(), static_cast<long long>(memory.pool_limit_bytes),
        static_cast<long long>(test.problems), test.worst_error, test.failures.size());
  } else {
    std::printf("convgrad          %s\n", version());
    std::printf("instruction sets  %s (in use: %s; CONVGRAD_ISA chooses)\n", list.c_str(), used.c_str());
    std::printf("threads           %d (OMP_NUM_THREADS chooses)\n", get_num_threads());
    std::printf("memory pool       at most %lld MiB kept for reuse\n",
                static_cast<long long>(memory.pool_limit_bytes >> 20));
    std::printf("self-test         %lld random convolutions, three passes each: %s (largest error %.1e)\n",
                static_cast<long long>(test.problems), healthy ? "all agree with the reference" : "FAILED",
                test.worst_error);
    for (const auto& failure : test.failures) std::printf("  %s\n", failure.c_str());
  }
  return healthy ? kOk : kFailed;
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
