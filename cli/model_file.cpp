#include "model_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace convgrad::cli {

Model load_model(const std::string& path) {
  io::Checkpoint file = io::load_checkpoint(path);
  Model model{.net = nn::make_model(file.info.model, file.info.options), .info = std::move(file.info)};
  nn::StateDict state;
  for (auto& [name, tensor] : file.state) state.insert(name, tensor);
  try {
    model.net->load_state_dict(state);
  } catch (const Error& e) {
    throw FileError({.op = "load",
                     .argument = "path",
                     .what = path + ": the weights do not fit " + model.info.model + ": " + e.what(),
                     .hint = "the file was made for another net, or by another version"});
  }
  model.net->eval();
  return model;
}

void check_writable(const std::string& path) {
  const std::filesystem::path file(path), folder = file.has_parent_path() ? file.parent_path() : ".";
  std::string why;
  if (std::filesystem::is_directory(file))
    why = "is a folder";
  else if (!std::filesystem::is_directory(folder))
    why = "its folder does not exist";
  else if (access(folder.c_str(), W_OK) != 0)
    why = std::string("its folder cannot be written: ") + std::strerror(errno);
  if (!why.empty())
    throw FileError({.op = "train",
                     .argument = "--out",
                     .what = fmt::format("cannot write {}: {}", path, why),
                     .hint = "--out FILE names another place"});
}

data::transforms::Transform preprocessing(const io::Preprocessing& p) {
  namespace t = data::transforms;
  std::vector<t::Transform> steps;
  if (!p.resize.empty()) steps.emplace_back(t::Resize(p.resize));
  steps.emplace_back(t::ToTensor());
  if (!p.mean.empty()) steps.emplace_back(t::Normalize(p.mean, p.std));
  return t::Compose(steps);
}

std::shared_ptr<const data::datasets::FashionMNIST> open_data(const std::string& where, bool train,
                                                              const io::Preprocessing& p) {
  return std::make_shared<const data::datasets::FashionMNIST>(data::datasets::MNISTOptions{
      .root = where == "fashion-mnist" ? "" : where, .train = train, .transform = preprocessing(p)});
}

}  // namespace convgrad::cli
