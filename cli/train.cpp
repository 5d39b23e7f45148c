#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "commands.h"
#include "epoch.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct TrainOptions {
  std::string model, data = "fashion-mnist", out;
  int64_t epochs = 1, batch_size = 128, workers = 1;
  uint64_t seed = 0;
  int threads = 0;
  double lr = 0.1, momentum = 0, weight_decay = 0;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// A line on a terminal that is written over, ten times a second; nothing where stderr is a file.
class ProgressLine {
 public:
  ProgressLine(int64_t epoch, int64_t batches) : epoch_(epoch), batches_(batches) {}
  ~ProgressLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  void show(int64_t batch, const Score& s) {
    const double t = now();
    if (!on_terminal_ || (t - last_ < 0.1 && batch != batches_)) return;
    last_ = t, shown_ = true;
    const double rate = static_cast<double>(s.pictures) / (t - start_);
    const double left = (t - start_) * static_cast<double>(batches_ - batch) / static_cast<double>(batch);
    const std::string line = fmt::format("epoch {} {:3d} %  loss {:.4f}  acc {:.3f}  {:.0f} pictures/s  {:.0f} s left",
                                         epoch_, 100 * batch / batches_, s.loss, s.accuracy, rate, left);
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
  }

 private:
  int64_t epoch_, batches_;
  bool on_terminal_ = isatty(STDERR_FILENO) != 0, shown_ = false;
  double start_ = now(), last_ = 0;
};

int run_train(const TrainOptions& o) {
  const std::string out = o.out.empty() ? o.model + ".safetensors" : o.out;
  check_writable(out);
  if (o.threads > 0) set_num_threads(o.threads);
  // The order in which the random stream is used is PyTorch's: seed, weights, then each loader's epochs.
  manual_seed(o.seed);
  Model model;
  model.net = nn::make_model(o.model, {});
  model.info = {.model = o.model, .preprocessing = {.channels = 1, .resize = {32}}};
  const auto training = open_data(o.data, true, model.info.preprocessing);
  const auto testing = open_data(o.data, false, model.info.preprocessing);
  model.info.classes = training->classes();
  data::DataLoader batches(training, {.batch_size = o.batch_size, .shuffle = true, .workers = o.workers});
  data::DataLoader tests(testing, {.batch_size = o.batch_size, .workers = o.workers});
  optim::SGD optimizer(model.net->parameters(), {.lr = o.lr, .momentum = o.momentum, .weight_decay = o.weight_decay});
  std::fprintf(stderr, "%s on %lld + %lld pictures, seed %llu, %d threads, %s\n", o.model.c_str(),
               static_cast<long long>(training->size()), static_cast<long long>(testing->size()),
               static_cast<unsigned long long>(o.seed), get_num_threads(), backends::isa().c_str());
  for (int64_t epoch = 1; epoch <= o.epochs; ++epoch) {
    const double start = now();
    Score train;
    {
      ProgressLine line(epoch, batches.size());
      train = train_epoch(model.net, batches, optimizer, [&](int64_t batch, const Score& s) { line.show(batch, s); });
    }
    const Score test = evaluate(model.net, tests);
    std::printf("epoch %lld, train loss %.4f, train acc %.3f, test loss %.4f, test acc %.3f, time %.1f sec\n",
                static_cast<long long>(epoch), train.loss, train.accuracy, test.loss, test.accuracy, now() - start);
    std::fflush(stdout);
    model.info.notes = {{"epoch", std::to_string(epoch)}, {"test_accuracy", fmt::format("{:.4f}", test.accuracy)}};
    io::save_checkpoint(out, model.net->state_dict(), model.info);
  }
  std::fprintf(stderr, "weights saved in %s\n", out.c_str());
  return kOk;
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
  command->add_option("--data", o->data, "fashion-mnist (Debian's dataset-fashion-mnist), or a folder with such files")
      ->capture_default_str();
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
