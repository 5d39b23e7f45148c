#include <convgrad/convgrad.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "commands.h"
#include "epoch.h"
#include "exit_codes.h"
#include "interruption.h"
#include "model_file.h"
#include "progress_line.h"
#include "task.h"

namespace convgrad::cli {
namespace {

struct TrainOptions {
  std::string model, data = "fashion-mnist", out;
  int64_t epochs = 1, batch_size = 128, workers = 1;
  uint64_t seed = 0;
  int threads = 0;
  double lr = 0.1, momentum = 0, weight_decay = 0;
  bool skip_bad = false;
};

/// A training from its options to the saved weights.
class Training {
 public:
  // The order in which the random stream is used is PyTorch's: seed, weights, then each loader's epochs.
  explicit Training(const TrainOptions& o)
      : options_(o),
        out_(o.out.empty() ? o.model + ".safetensors" : o.out),
        task_(task_of(o.model)),
        preprocessing_(preprocessing_for(o.model, o.data)),
        training_(open_data(o.data, true, preprocessing_, task_, o.skip_bad)),
        model_(make(o)),
        optimizer_(model_.net->parameters(), {.lr = o.lr, .momentum = o.momentum, .weight_decay = o.weight_decay}) {
    check_writable(out_, model_);
  }

  int run() {
    const auto& o = options_;
    const auto testing = open_data(o.data, false, preprocessing_, task_, o.skip_bad);
    check_same_classes(*testing);
    data::DataLoader batches(training_, {.batch_size = o.batch_size, .shuffle = true, .workers = o.workers});
    data::DataLoader tests(testing, {.batch_size = o.batch_size, .workers = o.workers});
    std::fprintf(stderr, "%s on %lld + %lld pictures, seed %llu, %d threads, %s\n", o.model.c_str(),
                 static_cast<long long>(training_->size()), static_cast<long long>(testing->size()),
                 static_cast<unsigned long long>(o.seed), get_num_threads(), backends::isa().c_str());
    for (int64_t epoch = 1; epoch <= o.epochs; ++epoch) {
      run_epoch(epoch, batches, tests);
      if (interruption_.signal()) return stopped();
    }
    std::fprintf(stderr, "weights saved in %s\n", out_.c_str());
    return kOk;
  }

 private:
  Model make(const TrainOptions& o) const {
    manual_seed(o.seed);
    return new_model(o.model, *training_, preprocessing_);
  }

  void check_same_classes(const data::datasets::ImageDataset& testing) const {
    if (testing.classes() != training_->classes())
      throw FileError({.op = "train",
                       .argument = "--data",
                       .what = options_.data + ": the pictures to train with and those to test with have other classes",
                       .hint = "both need the same class folders"});
  }

  void run_epoch(int64_t epoch, data::DataLoader& batches, data::DataLoader& tests) {
    const double start = now();
    const Score train = train_pass(epoch, batches);
    if (interruption_.signal()) {
      // the last batch was seen, but nothing learnt from it
      const int64_t learnt = train.batches - 1;
      if (learnt > 0)
        save(fmt::format("epoch {}, batch {}", epoch, learnt), {{"batch", std::to_string(learnt)}}, epoch);
      return;
    }
    const Score test = evaluate(
        model_.net, tests,
        [&](double loss, const Score&) {
          check_finite(loss, "loss of the test pictures", fmt::format("after epoch {}", epoch));
          return true;
        },
        task_);
    std::printf("epoch %lld, train loss %.4f, train acc %.3f, test loss %.4f, test acc %.3f, time %.1f sec\n",
                static_cast<long long>(epoch), train.loss, train.accuracy, test.loss, test.accuracy, now() - start);
    std::fflush(stdout);
    save(fmt::format("epoch {}", epoch), {{"test_accuracy", fmt::format("{:.4f}", test.accuracy)}}, epoch);
  }

  Score train_pass(int64_t epoch, data::DataLoader& batches) {
    ProgressLine line(epoch, batches.size());
    return train_epoch(
        model_.net, batches, optimizer_,
        [&](double loss, const Score& s) {
          check_finite(loss, "loss", fmt::format("at step {} of epoch {}", s.batches, epoch));
          line.show(s);
          return interruption_.signal() == 0;
        },
        task_);
  }

  void check_finite(double loss, const char* which, const std::string& where) const {
    if (std::isfinite(loss)) return;
    const std::string kept =
        saved_.empty() ? "no weights were saved" : fmt::format("{} holds the weights of {}", out_, saved_);
    throw DivergedError({.op = "train",
                         .what = fmt::format("the {} is {} {}", which, loss, where),
                         .hint = fmt::format("try a smaller --lr; {}", kept)});
  }

  void save(const std::string& state, std::map<std::string, std::string> notes, int64_t epoch) {
    notes["epoch"] = std::to_string(epoch);
    model_.info.notes = std::move(notes);
    io::save_checkpoint(out_, model_.net->state_dict(), model_.info);
    saved_ = state;
  }

  int stopped() const {
    std::fprintf(stderr, "stopped; %s\n",
                 saved_.empty() ? "nothing was learnt yet, no weights were saved"
                                : fmt::format("weights of {} saved in {}", saved_, out_).c_str());
    return 128 + interruption_.signal();
  }

  const TrainOptions& options_;
  std::string out_, saved_{};  // saved_: what state of the training the file holds, by us
  Task task_;
  io::Preprocessing preprocessing_;
  std::shared_ptr<const data::datasets::ImageDataset> training_;
  Model model_;
  optim::SGD optimizer_;
  Interruption interruption_{};
};

int run_train(const TrainOptions& o) {
  if (o.threads > 0) set_num_threads(o.threads);
  return Training(o).run();
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  CLI::App* command =
      add_command(app, "train", "Train a net and save its weights",
                  "  convgrad train lenet5 --data fashion-mnist --epochs 10 --weight-decay 1e-6\n"
                  "  convgrad train lenet5 --data ~/fashion-mnist --lr 0.05 --momentum 0.9 --out net.safetensors\n");
  auto o = std::make_shared<TrainOptions>();
  command->add_option("model", o->model, "The net: " + fmt::format("{}", fmt::join(nn::model_names(), ", ")))
      ->required()
      ->check(CLI::IsMember(nn::model_names()));
  command
      ->add_option("--data", o->data,
                   "fashion-mnist (Debian's dataset-fashion-mnist), cifar10, shapes10 or signals (generated), or a "
                   "folder: with files like MNIST's or CIFAR-10's, or of PNG pictures by class")
      ->capture_default_str();
  command->add_flag("--skip-bad", o->skip_bad, "Leave out files of a folder that are no pictures, and tell which");
  command->add_option("--epochs", o->epochs, "Passes over the training pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  command->add_option("--lr", o->lr, "Learning rate")->capture_default_str()->check(CLI::NonNegativeNumber);
  command->add_option("--momentum", o->momentum, "Momentum of SGD")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--weight-decay", o->weight_decay, "L2 penalty")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--batch-size", o->batch_size, "Pictures a step")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--seed", o->seed, "Of the weights and the order of the pictures; the numbers are PyTorch's")
      ->capture_default_str();
  command->add_option("--threads", o->threads, "Threads that compute; 0: all processors")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  command->add_option("--workers", o->workers, "Threads that load; 0: none besides")
      ->capture_default_str()
      ->check(CLI::Range(0, 256));
  command->add_option("--out", o->out, "File of the weights; default: MODEL.safetensors");
  command->callback([o, &status] { status = run_train(*o); });
}

}  // namespace convgrad::cli
