#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "epoch.h"
#include "exit_codes.h"
#include "model_file.h"
#include "report/answers.h"
#include "report/words.h"

namespace convgrad::cli {
namespace {

struct EvalOptions {
  std::string weights, data = "fashion-mnist";
  int64_t batch_size = 128, workers = 1;
  int threads = 0;
  bool train_split = false, confusion = false, json = false;
};

/// The matrix as a table: a line a class, its share of right answers behind it.
std::string confusion_text(const Confusion& c) {
  size_t wide = 5;
  for (const std::string& name : c.classes) wide = std::max(wide, name.size());
  std::string text = fmt::format("{:{}}", "label", wide);
  for (int64_t i = 0; i < c.size(); ++i) text += fmt::format(" {:>6}", i);
  text += "  recall\n";
  for (int64_t label = 0; label < c.size(); ++label) {
    text += fmt::format("{:{}}", c.classes[static_cast<size_t>(label)], wide);
    for (int64_t pred = 0; pred < c.size(); ++pred) text += fmt::format(" {:>6}", c.at(label, pred));
    const int64_t of = c.labels(label);
    text += of == 0
                ? "       -\n"
                : fmt::format("  {:>6}\n", percent(static_cast<double>(c.at(label, label)) / static_cast<double>(of)));
  }
  return text + confusion_words(c) + "\n";
}

void print_json(const EvalOptions& o, const Score& s, const Confusion& c) {
  nlohmann::ordered_json json = {{"loss", s.loss},
                                 {"accuracy", s.accuracy},
                                 {"pictures", s.pictures},
                                 {"split", o.train_split ? "train" : "test"}};
  if (o.confusion) json["classes"] = c.classes;
  for (int64_t label = 0; o.confusion && label < c.size(); ++label) {
    const auto row = c.counts.begin() + label * c.size();
    json["confusion"].push_back(std::vector<int64_t>(row, row + c.size()));
  }
  std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

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
  const Task task = task_of(model.info.model);
  if (o.confusion && task.kind() == Task::reconstruction)
    throw ValueError(
        {.op = "eval", .argument = "--confusion", .what = "a net that gives pictures back confuses no classes"});
  Answers answers(task, model.info.classes);
  const auto gather = [&](const Tensor& output, const data::Example& batch, double) { answers.add(output, batch); };
  const Score s = evaluate(model.net, batches, o.confusion ? Watch(gather) : Watch(), task);
  if (o.json) {
    print_json(o, s, answers.confusion());
    return kOk;
  }
  std::printf("%s: %s loss %.4f, %s acc %.4f, %lld pictures\n", model.info.model.c_str(),
              o.train_split ? "train" : "test", s.loss, o.train_split ? "train" : "test", s.accuracy,
              static_cast<long long>(s.pictures));
  if (o.confusion) std::fputs(confusion_text(answers.confusion()).c_str(), stdout);
  return kOk;
}

}  // namespace

void add_eval(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "eval", "Loss and accuracy of a trained net",
                                  "  convgrad eval lenet5.safetensors\n"
                                  "  convgrad eval lenet5.safetensors --data ~/fashion-mnist --train\n"
                                  "  convgrad eval lenet5.safetensors --confusion\n");
  auto o = std::make_shared<EvalOptions>();
  command->add_option("weights", o->weights, "File that `convgrad train` wrote")->required();
  command->add_option("--data", o->data, "What the net was trained on, as for `convgrad train`")->capture_default_str();
  command->add_flag("--confusion", o->confusion, "Print which classes are taken for which, too");
  command->add_flag("--json", o->json, "Print one JSON object; errors are JSON, too");
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
