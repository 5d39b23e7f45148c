#include "run/training.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "clock.h"
#include "exit_codes.h"
#include "report/files.h"
#include "report/page.h"
#include "run/diverged.h"
#include "run/environment.h"
#include "run/loaders.h"
#include "run/sha256.h"
#include "task.h"

namespace convgrad::cli {
namespace {

/// Numbers 0 … size − 1 in two parts, drawn by a stream of their own: `held` of them, sorted, and the others.
struct Split {
  std::vector<int64_t> training{}, held{};
  Split(int64_t size, int64_t held_out, uint64_t seed) {
    Generator generator(seed);
    std::vector<int64_t> order = randperm(size, {}, &generator).to_vector<int64_t>();
    held.assign(order.begin(), order.begin() + held_out);
    training.assign(order.begin() + held_out, order.end());
    std::sort(held.begin(), held.end());
    std::sort(training.begin(), training.end());
  }
};

struct Listed final : data::samplers::Sampler {
  explicit Listed(std::vector<int64_t> indices) : indices(std::move(indices)) {}
  std::vector<int64_t> sample() override { return indices; }
  int64_t size() const override { return std::ssize(indices); }
  std::vector<int64_t> indices;
};

/// A file as it is, under another name too; the name changes at once.
void link_as(const std::string& file, const std::string& name) {
  const std::string temporary = name + ".new";
  std::error_code error;
  std::filesystem::remove(temporary, error);
  std::filesystem::create_hard_link(file, temporary, error);
  if (error) std::filesystem::copy_file(file, temporary, error);  // no hard links there
  if (!error) std::filesystem::rename(temporary, name, error);
  if (error)
    throw FileError(
        {.op = "train", .argument = name, .what = fmt::format("cannot write {}: {}", name, error.message())});
}

/// An empty object where there is none yet: a run may be killed before it.
nlohmann::json read_summary(const std::string& path) {
  std::ifstream file(path);
  nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

/// Takes away the steps that a killed run made after its state was saved.
void drop_steps_behind(int64_t step, const std::string& path) {
  std::ifstream file(path);
  std::string kept;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.value("step", int64_t{0}) <= step) kept += line + "\n";
  }
  io::write_file(path, kept);
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(const TrainOptions& o, std::vector<Tensor> parameters) {
  using namespace optim;
  if (o.optimizer == "adam")
    return std::make_unique<Adam>(std::move(parameters), AdamOptions{.lr = o.lr, .weight_decay = o.weight_decay});
  if (o.optimizer == "adamw")
    return std::make_unique<AdamW>(std::move(parameters), AdamWOptions{.lr = o.lr, .weight_decay = o.weight_decay});
  if (o.optimizer == "rmsprop")
    return std::make_unique<RMSprop>(
        std::move(parameters), RMSpropOptions{.lr = o.lr, .weight_decay = o.weight_decay, .momentum = o.momentum});
  return std::make_unique<SGD>(
      std::move(parameters),
      SGDOptions{.lr = o.lr, .momentum = o.momentum, .weight_decay = o.weight_decay, .nesterov = o.nesterov});
}

double learning_rate(const TrainOptions& o, int64_t step, int64_t batches) {
  const double total = static_cast<double>(o.epochs * batches), rise = o.warmup * static_cast<double>(batches);
  const auto at = static_cast<double>(step);
  if (at <= rise) return o.lr * at / rise;
  const double share = (at - 1 - rise) / std::max(total - rise, 1.0);  // of what comes after the rise
  if (o.schedule == "linear") return o.lr * (1 - share);
  if (o.schedule == "cosine") return o.lr * (1 + std::cos(std::numbers::pi * share)) / 2;
  return o.lr;
}

// The order in which the random stream is used is PyTorch's: seed, weights, then each loader's epochs.
Training::Training(const TrainSettings& settings)
    : settings_(settings),
      options_(settings.options),
      task_(task_of(options_.model)),
      output_(Output::make(options_.output)) {
  const TrainOptions& o = options_;
  if (o.threads > 0) set_num_threads(o.threads);
  const io::Preprocessing prepared = preprocessing_for(o.model, o.data);
  loaders_ = std::make_unique<Loaders>();
  loaders_->training = open_data(o.data, true, prepared, task_, o.skip_bad);
  loaders_->testing = open_data(o.data, false, prepared, task_, o.skip_bad);
  loaders_->augmented = augmented(loaders_->training, prepared, o.augmentation, task_);
  manual_seed(o.seed);
  model_ = new_model(o.model, *loaders_->training, prepared);
  optimizer_ = make_optimizer(o, model_.net->parameters());
  if (!o.out.empty() && !o.dry_run) check_writable(o.out, model_);
  open_loaders();
  interruption_.emplace();
}

Training::~Training() = default;

void Training::open_loaders() {
  const TrainOptions& o = options_;
  Loaders& l = *loaders_;
  if (l.testing->classes() != l.training->classes())
    throw FileError({.op = "train",
                     .argument = "--data",
                     .what = o.data + ": the pictures to train with and those to test with have other classes",
                     .hint = "both need the same class folders"});
  if (o.validation >= l.training->size())
    throw ValueError(
        {.op = "train",
         .argument = "--validation",
         .what = fmt::format("--validation {}: there are {} training pictures", o.validation, l.training->size())});
  if (l.training->size() == 0 || l.testing->size() == 0)
    throw FileError({.op = "train", .argument = "--data", .what = fmt::format("{}: there are no pictures", o.data)});
  l.trained_with = l.training->size() - o.validation;
  if (o.validation > 0) {
    Split split(l.training->size(), o.validation, o.seed);
    l.held = split.held;
    l.batches.emplace(
        l.augmented,
        data::DataLoaderOptions{.batch_size = o.batch_size,
                                .workers = o.workers,
                                .sampler = std::make_shared<data::samplers::SubsetRandomSampler>(split.training)});
    l.validation.emplace(l.training,
                         data::DataLoaderOptions{.batch_size = o.batch_size,
                                                 .workers = o.workers,
                                                 .sampler = std::make_shared<Listed>(std::move(split.held))});
  } else {
    l.batches.emplace(l.augmented,
                      data::DataLoaderOptions{.batch_size = o.batch_size, .shuffle = true, .workers = o.workers});
  }
  l.tests.emplace(l.testing, data::DataLoaderOptions{.batch_size = o.batch_size, .workers = o.workers});
  const Tensor stream = get_rng_state();  // looking at a picture draws nothing of the training's stream
  const data::Example first = l.training->get(0);
  input_.assign(first.data.sizes().begin(), first.data.sizes().end());
  record_ = std::make_unique<Record>(model_, task_, input_);
  set_rng_state(stream);
}

void Training::say(const std::string& text) {
  output_->say(text);
  folder_->append("log.txt", text + "\n");
}

void Training::open_folder() {
  const TrainOptions& o = options_;
  if (o.resume.empty()) {
    std::error_code error;
    const std::filesystem::path where = std::filesystem::weakly_canonical(o.data, error);
    const std::string data = std::filesystem::is_directory(where, error) ? where.filename().string() : o.data;
    folder_.emplace(RunFolder::create(o.runs, o.model + "-" + name_part(data), o.name));
    progress_.epoch_begin = get_rng_state();
    folder_->append("command.sh", command_script());
  } else {
    folder_.emplace(RunFolder::open(o.resume));
    go_on();
  }
  io::write_file(*folder_ / "config.toml", settings_.toml());
  io::write_file(*folder_ / "env.json", environment_json({}));
  // beside the first epoch: hashing takes a tenth of a second, and more for large files
  hashes_ = std::async(std::launch::async, [training = loaders_->training, testing = loaders_->testing] {
    std::vector<DataFile> files = hash_data(*training);
    for (DataFile& file : hash_data(*testing)) files.push_back(std::move(file));
    return files;
  });
  io::write_file(*folder_ / "metrics.csv", metrics_csv(rows_));
  std::error_code error;
  std::filesystem::permissions(*folder_ / "command.sh", std::filesystem::perms{0755}, error);
}

/// Sets everything to where the run stood.
void Training::go_on() {
  const Arithmetic before = load_state(*folder_ / "state/last.safetensors", model_.net, *optimizer_, progress_);
  const nlohmann::json summary = read_summary(*folder_ / "summary.json");
  // killed behind its last epoch, it has only its end to be told
  if (progress_.epoch > options_.epochs && summary.value("status", "") == "finished")
    throw ValueError({.op = "train",
                      .argument = "--resume",
                      .what = fmt::format("{} has all its {} epochs", folder_->path(), options_.epochs),
                      .hint = fmt::format("give more, as in --epochs {}", 2 * options_.epochs)});
  if (before != Arithmetic::here())
    say(fmt::format("the bits of the weights may differ from the unbroken run's: it was computed by {}, now by {}",
                    before.str(), Arithmetic::here().str()));
  for (const std::string& change : settings_.changed()) say("changed: " + change);
  if (const auto answers = summary.find("answers"); answers != summary.end() && answers->is_object())
    answered_ = {.of = answers->value("of", "") == "validation" ? "validation" : "test",
                 .epoch = answers->value("epoch", int64_t{0})};
  rows_ = read_metrics(*folder_ / "metrics.csv");
  std::erase_if(rows_, [&](const EpochRow& row) { return row.epoch >= progress_.epoch; });
  progress_.resumes.push_back({progress_.epoch, progress_.batch});
  say(fmt::format("going on behind epoch {}, batch {}", progress_.epoch, progress_.batch));
  drop_steps_behind(progress_.step, *folder_ / "steps.jsonl");
  steps_ += fmt::format("{{\"event\":\"resume\",\"step\":{}}}\n", progress_.step);
  folder_->append("command.sh", command_script().substr(command_script().find('\n') + 1));
}

RunHead Training::head() const {
  const Loaders& l = *loaders_;
  int64_t parameters = 0;
  for (const Tensor& p : model_.net->parameters()) parameters += p.numel();
  return {.run = folder_ ? folder_->path() : "",
          .model = options_.model,
          .data = options_.data,
          .isa = backends::isa(),
          .parameters = parameters,
          .training = l.trained_with,
          .validation = options_.validation,
          .testing = l.testing->size(),
          .epochs = options_.epochs,
          .batches = l.batches->size(),
          .seed = options_.seed,
          .threads = get_num_threads()};
}

int Training::run(const RowWatch& watch) {
  open_folder();
  output_->begin(head());
  folder_->append("log.txt", head_line(head()) + "\n");
  save_here();
  write_page("running");
  while (progress_.epoch <= options_.epochs) {
    if (!train_pass()) return stopped();
    const EpochRow row = finish_epoch();
    if (watch && !watch(row)) {
      write_page("stopped");
      return kFailed;
    }
    if (interruption_->signal() && progress_.epoch <= options_.epochs) return stopped();
  }
  return finished();
}

/// Trains with what is left of the epoch; false where a signal ended it.
bool Training::train_pass() {
  Progress& p = progress_;
  data::DataLoader& loader = *loaders_->batches;
  const double begin = now();
  // The order is made anew from where the stream was at the epoch's begin; then it goes on where it was left.
  const Tensor stream = get_rng_state();
  if (p.batch == 0) p.epoch_begin = stream;
  set_rng_state(p.epoch_begin);
  data::DataLoader::Iterator batch = loader.begin_at(p.batch);
  if (p.batch > 0) set_rng_state(stream);
  p.epoch_shares.data += now() - begin;
  mark_ = begin;
  optimizer_->set_lr(learning_rate());
  int64_t pictures = 0;
  const StepHooks hooks{
      .begin = [&] { record_->probe().begin_step(p.epoch_shares); },
      .seen =
          [&](const data::Example& seen, double loss) {
            pictures = seen.data.size(0);
            check_finite(loss, "loss", fmt::format("at step {} of epoch {}", p.batch + 1, p.epoch), seen);
          },
      .learnt =
          [&](double loss, const Hits& hits) {
            record_->probe().end_step(p.epoch_shares, pictures);
            p.batch++, p.step++;
            steps_ +=
                fmt::format("{{\"step\":{},\"epoch\":{},\"loss\":{},\"acc\":{},\"lr\":{}}}\n", p.step, p.epoch, loss,
                            static_cast<double>(hits.right) / static_cast<double>(hits.of), optimizer_->get_lr());
            output_->batch(p);
            optimizer_->set_lr(learning_rate());
            if (options_.save_every > 0 && p.batch % options_.save_every == 0 && p.batch < loader.size()) save_here();
            if (steps_.size() > 4000) flush_steps();
            return interruption_->signal() == 0;
          },
  };
  train_batches(model_.net, std::move(batch), *optimizer_, p.totals, p.epoch_shares, hooks,
                task_.smoothed(options_.label_smoothing));
  count_seconds();
  return p.batch == loader.size();
}

double Training::learning_rate() const {
  return cli::learning_rate(options_, progress_.step + 1, loaders_->batches->size());
}

void Training::count_seconds() {
  progress_.epoch_seconds += now() - mark_;
  mark_ = now();
}

void Training::flush_steps() {
  folder_->append("steps.jsonl", steps_);
  steps_.clear();
}

void Training::check_finite(double loss, const char* which, const std::string& where, const data::Example& batch) {
  if (std::isfinite(loss)) return;
  const Origin origin = find_origin(model_.net, batch.data);
  io::TensorMap kept = {{"input", batch.data}};
  if (batch.target.defined()) kept["target"] = batch.target;
  for (const auto& [name, tensor] : model_.net->state_dict()) kept["net." + name] = tensor;
  io::save_safetensors(*folder_ / "state/diverged.safetensors", kept);
  flush_steps();
  diverged_ = {.epoch = progress_.epoch, .step = progress_.step + 1, .origin = origin};
  write_page("diverged");
  const std::string file = options_.out.empty() ? *folder_ / "weights/last.safetensors" : options_.out;
  const std::string words =
      fmt::format("the {} is {} {}, {}", which, std::isnan(loss) ? NAN : loss, where, origin.str());
  folder_->append("log.txt", words + "\n");
  throw DivergedError({.op = "train",
                       .what = words,
                       .hint = fmt::format("try a smaller --lr; {}",
                                           saved_.empty() ? "no weights were saved"
                                                          : fmt::format("{} holds the weights of {}", file, saved_))});
}

/// What follows the epoch's last batch: its figures, the weights, the state of the next epoch's begin.
EpochRow Training::finish_epoch() {
  Progress& p = progress_;
  Loaders& l = *loaders_;
  const Score train = p.totals.score();
  const std::string after = fmt::format("after epoch {}", p.epoch);
  Answers answers(task_, model_.info.classes, l.held);
  const auto score = [&](data::DataLoader& loader, const char* which) {
    return evaluate(
        model_.net, loader,
        [&](const Tensor& output, const data::Example& batch, double loss) {
          check_finite(loss, which, after, batch);
          answers.add(output, batch);
        },
        task_);
  };
  EpochRow row{.epoch = p.epoch, .step = p.step, .lr = optimizer_->get_lr()};
  row.train_loss = train.loss, row.train_acc = train.accuracy;
  if (l.validation) {
    const Score held = score(*l.validation, "loss of the validation pictures");
    row.val_loss = held.loss, row.val_acc = held.accuracy;
  } else {
    const Score test = score(*l.tests, "loss of the test pictures");
    row.test_loss = test.loss, row.test_acc = test.accuracy;
  }
  const Shares& s = p.epoch_shares;
  row.images_per_s = static_cast<double>(train.pictures) / std::max(p.epoch_seconds, 1e-9);
  row.data_wait_s = s.data, row.optimizer_s = s.optimizer;
  count_seconds();
  row.seconds = p.epoch_seconds;
  row.weights_sha256 = sha256_of(model_.net->state_dict());
  rows_.push_back(row);
  output_->epoch(row);
  const double begin = now();
  save_weights(row);
  const double tables = now();
  if (p.best_epoch == row.epoch) keep_answers(answers, !l.validation);
  folder_->append("log.txt", log_line(row) + "\n");
  replace_file(*folder_ / "metrics.csv", metrics_csv(rows_));  // waits for no disk, as weights and state do
  const double state = now();
  begin_next_epoch();
  const double page = now();
  write_page("running");
  kept_.page += now() - page + state - tables;
  kept_.seconds += now() - begin, ++kept_.epochs;
  return row;
}

void Training::begin_next_epoch() {
  Progress& p = progress_;
  p.shares = p.shares + p.epoch_shares;
  count_seconds();
  p.seconds += p.epoch_seconds;
  p.epoch++, p.batch = 0;
  p.totals = {}, p.epoch_shares = {}, p.epoch_seconds = 0;
  p.epoch_begin = get_rng_state();
  save_here();
}

void Training::keep_answers(const Answers& answers, bool of_tests) {
  answered_ = {.of = of_tests ? "test" : "validation", .epoch = progress_.best_epoch};
  record_->keep_answers(folder_->path(), answers, of_tests ? *loaders_->testing : *loaders_->training);
}

/// The page, and the files it is made from that are not there yet.
void Training::write_page(const std::string& status) {
  write_summary(status);
  if (hashes_.valid() && (progress_.epoch > 1 || status != "running"))
    io::write_file(*folder_ / "env.json", environment_json(hashes_.get()));
  record_->keep_layers(folder_->path(), progress_.shares + progress_.epoch_shares);
  if (std::error_code error; !std::filesystem::exists(*folder_ / "summary.json", error))
    throw FileError({.op = "train",
                     .argument = folder_->path(),
                     .what = fmt::format("{} is gone", folder_->path()),
                     .hint = "the run's folder was moved or deleted while the training wrote into it"});
  write_report(folder_->path(), {.with_paths = options_.with_paths});
}

void Training::save_weights(const EpochRow& row) {
  model_.info.notes = {{"epoch", std::to_string(row.epoch)}};
  if (row.test_acc) model_.info.notes["test_accuracy"] = fmt::format("{:.4f}", *row.test_acc);
  if (row.val_acc) model_.info.notes["validation_accuracy"] = fmt::format("{:.4f}", *row.val_acc);
  const std::string last = *folder_ / "weights/last.safetensors";
  write_weights(fmt::format("epoch {}", row.epoch));
  if (progress_.best_epoch > 0 && row.choice() <= progress_.best_accuracy) return;
  progress_.best_epoch = row.epoch, progress_.best_accuracy = row.choice();
  link_as(last, *folder_ / "weights/best.safetensors");
}

void Training::write_weights(const std::string& state) {
  const std::string last = *folder_ / "weights/last.safetensors";
  io::save_checkpoint(last, model_.net->state_dict(), model_.info);
  if (!options_.out.empty()) io::save_checkpoint(options_.out, model_.net->state_dict(), model_.info);
  saved_ = state;
}

/// The state, and what belongs to it.
void Training::save_here() {
  flush_steps();
  if (mark_ > 0) count_seconds();
  save_state(*folder_ / "state/last.safetensors", model_.net, *optimizer_, progress_);
}

int Training::stopped() {
  const Progress& p = progress_;
  if (p.batch > 0) {
    model_.info.notes = {{"epoch", std::to_string(p.epoch)}, {"batch", std::to_string(p.batch)}};
    write_weights(fmt::format("epoch {}, batch {}", p.epoch, p.batch));
  }
  steps_ += fmt::format("{{\"event\":\"stop\",\"step\":{}}}\n", p.step);
  save_here();
  write_page("stopped");
  say(fmt::format("saved at epoch {}, batch {}. Go on with:  convgrad train --resume {}", p.epoch, p.batch,
                  folder_->path()));
  output_->end("stopped", p);
  return 128 + interruption_->signal();
}

int Training::finished() {
  if (loaders_->validation) {  // told once, of the weights that were chosen without it
    model_.net->load_state_dict(load_model(*folder_ / "weights/best.safetensors").net->state_dict());
    Answers answers(task_, model_.info.classes);
    test_ = evaluate(
        model_.net, *loaders_->tests,
        [&](const Tensor& output, const data::Example& batch, double) { answers.add(output, batch); }, task_);
    keep_answers(answers, true);
  }
  write_page("finished");
  const double accuracy = test_ ? test_->accuracy : progress_.best_accuracy;
  say(fmt::format("test accuracy {:.4f} with the weights of epoch {}, {}; {}; report: {}", accuracy,
                  progress_.best_epoch,
                  loaders_->validation ? fmt::format("the best by {} validation pictures", options_.validation)
                                       : "the best by the test pictures themselves",
                  *folder_ / "weights/best.safetensors", *folder_ / "report.html"));
  output_->end("finished", progress_);
  return kOk;
}

}  // namespace convgrad::cli
