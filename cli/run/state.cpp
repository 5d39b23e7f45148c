#include "run/state.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace convgrad::cli {

using Json = nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hits, right, of)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Totals, loss, batches, pictures, hits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Shares, data, forward, backward, optimizer, rest)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Progress::Resume, epoch, batch)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Arithmetic, version, isa, threads)

static void to_json(Json& json, const Progress& p) {
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
          {"resumes", p.resumes}};
}
static void from_json(const Json& json, Progress& p) {
  json.at("epoch").get_to(p.epoch);
  json.at("batch").get_to(p.batch);
  json.at("step").get_to(p.step);
  json.at("totals").get_to(p.totals);
  json.at("shares").get_to(p.shares);
  json.at("epoch_shares").get_to(p.epoch_shares);
  json.at("seconds").get_to(p.seconds);
  json.at("epoch_seconds").get_to(p.epoch_seconds);
  json.at("best_epoch").get_to(p.best_epoch);
  json.at("best_accuracy").get_to(p.best_accuracy);
  json.at("resumes").get_to(p.resumes);
}

namespace {

constexpr const char *kFormat = "convgrad.state", *kOptimizer = "convgrad.optimizer", *kProgress = "convgrad.progress",
                     *kArithmetic = "convgrad.arithmetic";

[[noreturn]] void fail(const std::string& path, const std::string& what, const std::string& hint) {
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
void load_optimizer(const nn::StateDict& tensors, optim::Optimizer& optimizer) {
  optim::OptimizerState state = optimizer.state_dict();
  state.state.clear();
  for (const auto& [name, tensor] : tensors) {
    const size_t dot = name.find('.');
    state.state[std::stoll(name.substr(0, dot))].insert(name.substr(dot + 1), tensor);
  }
  optimizer.load_state_dict(state);
}

int version_of(const io::Metadata& metadata, const std::string& path) {
  const auto found = metadata.find(kFormat);
  if (found == metadata.end()) fail(path, "holds no training's state", "give the folder of a run");
  const int version = std::atoi(found->second.c_str());
  if (version < 1 || version > kStateVersion)
    fail(path, fmt::format("has format {}; this version reads up to {}", found->second, kStateVersion),
         "use a newer convgrad");
  return version;
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
  io::save_safetensors(path, tensors,
                       {{kFormat, std::to_string(kStateVersion)},
                        {kOptimizer, optimizer.name()},
                        {kProgress, Json(progress).dump()},
                        {kArithmetic, Json(Arithmetic::here()).dump()}});
}

Arithmetic load_state(const std::string& path, nn::Sequential& net, optim::Optimizer& optimizer, Progress& progress) {
  const io::SafetensorsFile file = io::load_safetensors(path);
  version_of(file.metadata, path);
  try {
    net->load_state_dict(part(file.tensors, "net."));
    if (const std::string& name = file.metadata.at(kOptimizer); name != optimizer.name())
      throw ValueError("it holds what " + name + " remembers, not " + optimizer.name());
    load_optimizer(part(file.tensors, "optimizer."), optimizer);
    Json::parse(file.metadata.at(kProgress)).get_to(progress);
    progress.epoch_begin = file.tensors.at("generator.epoch_begin");
    set_rng_state(file.tensors.at("generator"));
    return Json::parse(file.metadata.at(kArithmetic)).get<Arithmetic>();
  } catch (const std::exception& e) {  // a net's, an optimizer's, nlohmann's or the library's
    std::string words = e.what();
    fail(path, "does not fit this training: " + words.substr(0, words.find('\n')),
         "model and optimizer must be those that the run began with");
  }
}

}  // namespace convgrad::cli
