#include <convgrad/convgrad.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "epoch.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct EvalOptions {
  std::string weights, data = "fashion-mnist";
  int64_t batch_size = 128, workers = 1;
  int threads = 0;
  bool train_split = false;
};

int run_eval(const EvalOptions& o) {
  if (o.threads > 0) set_num_threads(o.threads);
  Model model = load_model(o.weights);
  const auto pictures = open_data(o.data, o.train_split, model.info.preprocessing, task_of(model.info.model));
  if (static_cast<size_t>(pictures->classes().size()) != model.info.classes.size())
    throw FileError({.op = "eval",
                     .argument = "--data",
                     .what = o.data + " has " + std::to_string(pictures->classes().size()) + " classes, the net of " +
                             o.weights + " knows " + std::to_string(model.info.classes.size()),
                     .hint = "give the data the net was trained on"});
  data::DataLoader batches(pictures, {.batch_size = o.batch_size, .workers = o.workers});
  const Score s = evaluate(model.net, batches, {}, task_of(model.info.model));
  std::printf("%s: %s loss %.4f, %s acc %.4f, %lld pictures\n", model.info.model.c_str(),
              o.train_split ? "train" : "test", s.loss, o.train_split ? "train" : "test", s.accuracy,
              static_cast<long long>(s.pictures));
  return kOk;
}

}  // namespace

void add_eval(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "eval", "Loss and accuracy of a trained net",
                                  "  convgrad eval lenet5.safetensors\n"
                                  "  convgrad eval lenet5.safetensors --data ~/fashion-mnist --train\n");
  auto o = std::make_shared<EvalOptions>();
  command->add_option("weights", o->weights, "File that `convgrad train` wrote")->required();
  command->add_option("--data", o->data, "What the net was trained on, as for `convgrad train`")->capture_default_str();
  command->add_flag("--train", o->train_split, "The training pictures instead of the test pictures");
  command->add_option("--batch-size", o->batch_size, "Pictures at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--threads", o->threads, "Threads that compute; 0: all processors")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  command->add_option("--workers", o->workers, "Threads that load; 0: none besides")
      ->capture_default_str()
      ->check(CLI::Range(0, 256));
  command->callback([o, &status] { status = run_eval(*o); });
}

}  // namespace convgrad::cli
