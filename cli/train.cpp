#include <CLI/CLI.hpp>
#include <memory>

#include "commands.h"
#include "run/training.h"

namespace convgrad::cli {

void add_train(CLI::App& app, int& status) {
  CLI::App* command =
      add_command(app, "train", "Train a net; all about it goes to a folder of its own",
                  "  convgrad train lenet5 --data fashion-mnist --epochs 10 --weight-decay 1e-6\n"
                  "  convgrad train lenet5 --data ~/fashion-mnist --lr 0.05 --momentum 0.9 --validation 5000\n"
                  "  convgrad train --resume runs/lenet5-fashion-mnist-001 --epochs 30\n");
  auto settings = std::make_shared<TrainSettings>(*command);
  command->callback([settings, &status] {
    settings->resolve();
    Training training(*settings);
    status = settings->options.dry_run ? training.plan() : training.run();
  });
}

}  // namespace convgrad::cli
