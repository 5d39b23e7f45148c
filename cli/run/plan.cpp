// --dry-run: what a training will be, from a few steps of it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "clock.h"
#include "exit_codes.h"
#include "run/loaders.h"
#include "run/training.h"
#include "task.h"

namespace convgrad::cli {
namespace {

/// The median of what steps take, without the first, which takes memory from the system.
double median_step(const std::vector<double>& ends, double begin) {
  std::vector<double> took;
  for (size_t i = 0; i < ends.size(); ++i) took.push_back(ends[i] - (i ? ends[i - 1] : begin));
  if (took.size() > 1) took.erase(took.begin());
  std::nth_element(took.begin(), took.begin() + std::ssize(took) / 2, took.end());
  return took[took.size() / 2];
}

}  // namespace

int Training::plan() {
  Loaders& l = *loaders_;
  const nn::Summary& summary = record_->summary();
  reset_peak_memory_stats();
  constexpr size_t kSteps = 8;
  Totals totals;
  Shares shares;
  std::vector<double> ends;
  const double begin = now();
  train_batches(model_.net, l.batches->begin(), *optimizer_, totals, shares,
                {.begin = [] {},
                 .seen = [](const data::Example&, double) {},
                 .learnt =
                     [&](double, const Hits&) {
                       ends.push_back(now());
                       return ends.size() < kSteps && interruption_->signal() == 0;
                     }},
                task_);
  const double step = median_step(ends, begin);
  const int64_t tested = options_.validation > 0 ? options_.validation : l.testing->size();
  // a picture that is only looked at costs a third of one that is learnt from
  const double epoch = step * (static_cast<double>(l.batches->size()) +
                               static_cast<double>(tested) / static_cast<double>(options_.batch_size) / 3);
  const double minutes = epoch * static_cast<double>(options_.epochs) / 60;
  const double memory = static_cast<double>(memory_stats().peak_allocated_bytes) / (1 << 20);
  if (options_.output.format == "json") {
    nlohmann::ordered_json json = {{"event", "plan"},
                                   {"model", options_.model},
                                   {"input", input_},
                                   {"parameters", summary.parameters},
                                   {"macs", summary.multiply_adds},
                                   {"memory_bytes", memory_stats().peak_allocated_bytes},
                                   {"step_seconds", step},
                                   {"steps", l.batches->size() * options_.epochs},
                                   {"minutes", minutes}};
    for (const nn::LayerSummary& layer : summary.layers)
      json["layers"].push_back({{"name", layer.name},
                                {"type", layer.type},
                                {"output", layer.output_size},
                                {"parameters", layer.parameters},
                                {"macs", layer.multiply_adds}});
    for (const Setting& s : settings_.list())
      json["settings"].push_back({{"key", s.key}, {"value", s.value}, {"origin", s.origin}});
    std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    return kOk;
  }
  std::printf("%s\n%s\n", summary.str().c_str(), settings_.toml().c_str());
  std::printf("%s training pictures, %s held out, %s test pictures; %s steps of %lld\n",
              grouped(l.trained_with).c_str(), grouped(options_.validation).c_str(), grouped(l.testing->size()).c_str(),
              grouped(l.batches->size() * options_.epochs).c_str(), static_cast<long long>(options_.batch_size));
  std::printf("memory %.0f MiB besides the pictures' files, as measured; a step takes %.1f ms: about %.1f minutes\n",
              memory, 1000 * step, minutes);
  return kOk;
}

}  // namespace convgrad::cli
