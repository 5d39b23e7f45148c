#include <CLI/CLI.hpp>
#include <memory>

#include "commands.h"
#include "run/rate_search.h"
#include "run/training.h"

namespace convgrad::cli {

void add_lr_find(CLI::App& app, int& status) {
  CLI::App* command =
      add_command(app, "lr-find", "Look for a learning rate: train some steps while it grows; nothing is kept",
                  "  convgrad lr-find lenet5 --data fashion-mnist\n"
                  "  convgrad lr-find resnet --data cifar10 --momentum 0.9 --svg rates.svg\n");
  auto settings = std::make_shared<TrainSettings>(*command, TrainSettings::settings_alone);
  auto search = std::make_shared<RateSearch>();
  command->add_option("--from", search->from, "The first rate")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_option("--to", search->to, "The last rate")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_option("--steps", search->steps, "Steps between the two; it ends before where the loss blows up")
      ->capture_default_str()
      ->check(CLI::Range(20, 100000));
  command->add_option("--svg", search->svg, "Writes the curve to this file besides");
  command->add_flag("--json", search->json, "Print an object with the rates and losses; errors are JSON, too");
  command->callback([settings, search, &status] {
    settings->options.dry_run = settings->options.output.quiet = true;
    settings->resolve();
    Training training(*settings);
    status = training.find_rate(*search);
  });
}

}  // namespace convgrad::cli
