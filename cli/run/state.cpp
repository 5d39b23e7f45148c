#include "run/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace convgrad::cli {

using SortedJson = nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Shares, data, forward, backward, optimizer, rest)

static void to_json(SortedJson& json, const Hits& h) { json = {{"right", h.right}, {"of", h.of}}; }
static void to_json(SortedJson& json, const Totals& t) {
  json = {{"loss", t.loss}, {"batches", t.batches}, {"pictures", t.pictures}, {"hits", t.hits}};
}
static void to_json(SortedJson& json, const Arithmetic& a) {
  json = {{"version", a.version}, {"isa", a.isa}, {"threads", a.threads}};
}
static void to_json(SortedJson& json, const Progress& p) {
  SortedJson resumes = SortedJson::array();
  for (const Progress::Resume& r : p.resumes) resumes.push_back({{"epoch", r.epoch}, {"batch", r.batch}});
  json = {{"epoch", p.epoch},
          {"batch", p.batch},
          {"step", p.step},
          {"totals", p.totals},
          {"shares", p.shares},
          {"epoch_shares", p.epoch_shares},
          {"seconds", p.seconds},
          {"epoch_seconds", p.epoch_seconds},
          {"best_epoch", p.best_epoch},
          {"best_accuracy", p.best_accuracy},
          {"resumes", std::move(resumes)}};
}

/// A whole number from `least` on. nlohmann would cut a fraction, and convert what is too large in an undefined way.
static int64_t count_at(const SortedJson& json, const char* key, int64_t least = 0) {
  const SortedJson& value = json.at(key);
  const int64_t count = value.is_number_integer() ? value.get<int64_t>() : -1;  // 2⁶³ and more become negative
  if (count < least || count > int64_t{1} << 53) throw ValueError(fmt::format("its {} is {}", key, value.dump()));
  return count;
}
static void from_json(const SortedJson& json, Hits& h) { h = {count_at(json, "right"), count_at(json, "of")}; }
static void from_json(const SortedJson& json, Totals& t) {
  json.at("loss").get_to(t.loss);
  t.batches = count_at(json, "batches"), t.pictures = count_at(json, "pictures");
  json.at("hits").get_to(t.hits);
}
static void from_json(const SortedJson& json, Arithmetic& a) {
  json.at("version").get_to(a.version);
  json.at("isa").get_to(a.isa);
  a.threads = static_cast<int>(std::min<int64_t>(count_at(json, "threads", 1), 1 << 20));
}
static void from_json(const SortedJson& json, Progress& p) {
  p.epoch = count_at(json, "epoch", 1), p.batch = count_at(json, "batch"), p.step = count_at(json, "step");
  json.at("totals").get_to(p.totals);
  json.at("shares").get_to(p.shares);
  json.at("epoch_shares").get_to(p.epoch_shares);
  json.at("seconds").get_to(p.seconds);
  json.at("epoch_seconds").get_to(p.epoch_seconds);
  p.best_epoch = count_at(json, "best_epoch");
  json.at("best_accuracy").get_to(p.best_accuracy);
  for (const SortedJson& r : json.at("resumes")) p.resumes.push_back({count_at(r, "epoch", 1), count_at(r, "batch")});
}

namespace {

constexpr const char *kFormat = "convgrad.state", *kOptimizer = "convgrad.optimizer", *kProgress = "convgrad.progress",
                     *kArithmetic = "convgrad.arithmetic";

[[noreturn]] void damaged(const std::string& path, const std::string& what, const std::string& hint) {
  throw FileError({.op = "resume", .argument = path, .what = path + ": " + what, .hint = hint});
}

/// The tensors whose names begin with `prefix`, without it.
nn::StateDict part(const io::TensorMap& tensors, const std::string& prefix) {
  nn::StateDict found;
  for (const auto& [name, tensor] : tensors)
    if (name.rfind(prefix, 0) == 0) found.insert(name.substr(prefix.size()), tensor);
  return found;
}

/// "3.momentum_buffer": what the optimizer remembers of parameter 3.
optim::OptimizerState optimizer_state(const nn::StateDict& tensors, const optim::Optimizer& optimizer) {
  optim::OptimizerState state = optimizer.state_dict();
  state.state.clear();
  for (const auto& [name, tensor] : tensors) {
    const size_t dot = name.find('.');
    state.state[std::stoll(name.substr(0, dot))].insert(name.substr(dot + 1), tensor);
  }
  return state;
}

void check_format(const std::map<std::string, std::string>& notes, const std::string& path) {
  const auto found = notes.find(kFormat);
  if (found == notes.end()) damaged(path, "holds no training's state", "give the folder of a run");
  if (found->second != std::to_string(kStateVersion))
    damaged(path, fmt::format("has format {}; this version reads {}", found->second, kStateVersion),
            "use the convgrad that made it");
}

}  // namespace

Arithmetic Arithmetic::here() {
  return {.version = convgrad::version(), .isa = backends::isa(), .threads = get_num_threads()};
}

std::string Arithmetic::str() const { return fmt::format("version {}, {}, {} threads", version, isa, threads); }

void save_state(const std::string& path, const nn::Sequential& net, const optim::Optimizer& optimizer,
                const Progress& progress) {
  io::TensorMap tensors;
  for (const auto& [name, tensor] : net->state_dict()) tensors["net." + name] = tensor;
  for (const auto& [number, state] : optimizer.state_dict().state)
    for (const auto& [name, tensor] : state) tensors[fmt::format("optimizer.{}.{}", number, name)] = tensor;
  tensors["generator"] = get_rng_state();
  tensors["generator.epoch_begin"] = progress.epoch_begin;
  io::save_checkpoint(path, tensors,
                      {.notes = {{kFormat, std::to_string(kStateVersion)},
                                 {kOptimizer, optimizer.name()},
                                 {kProgress, SortedJson(progress).dump()},
                                 {kArithmetic, SortedJson(Arithmetic::here()).dump()}}});
}

Arithmetic load_state(const std::string& path, nn::Sequential& net, optim::Optimizer& optimizer, Progress& progress) {
  return restore_state(io::load_checkpoint(path), path, net, optimizer, progress);
}

Arithmetic restore_state(const io::Checkpoint& file, const std::string& path, nn::Sequential& net,
                         optim::Optimizer& optimizer, Progress& progress) {
  const std::map<std::string, std::string>& notes = file.info.notes;
  check_format(notes, path);
  try {  // all is read before anything is set
    const auto arithmetic = SortedJson::parse(notes.at(kArithmetic)).get<Arithmetic>();
    auto stands = SortedJson::parse(notes.at(kProgress)).get<Progress>();
    stands.epoch_begin = file.state.at("generator.epoch_begin");
    const Tensor stream = file.state.at("generator");
    for (const Tensor& state : {stands.epoch_begin, stream}) Generator().set_state(state);
    if (const std::string& name = notes.at(kOptimizer); name != optimizer.name())
      throw ValueError("it holds what " + name + " remembers, not " + optimizer.name());
    const optim::OptimizerState remembered = optimizer_state(part(file.state, "optimizer."), optimizer);
    nn::StateDict before;
    for (const auto& [name, tensor] : net->state_dict()) before.insert(name, tensor.clone());
    net->load_state_dict(part(file.state, "net."));
    try {
      optimizer.load_state_dict(remembered);
    } catch (...) {
      net->load_state_dict(before);
      throw;
    }
    set_rng_state(stream);
    progress = std::move(stands);
    return arithmetic;
  } catch (const std::exception& e) {  // a net's, an optimizer's, nlohmann's or the library's
    std::string words = e.what();
    damaged(path, "does not fit this training: " + words.substr(0, words.find('\n')),
            "model and optimizer must be those that the run began with");
  }
}

}  // namespace convgrad::cli
