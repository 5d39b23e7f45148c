#include "model_file.h"

#include <fmt/format.h>

#include <filesystem>

namespace convgrad::cli {
namespace {

/// PyTorch's texts of several lines, as one.
std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c != '\n' && c != '\t')
      line += c;
    else if (!line.ends_with(' '))
      line += ' ';
  }
  return line;
}

}  // namespace

Model load_model(const std::string& path) {
  io::Checkpoint file = io::load_checkpoint(path);
  nn::StateDict state;
  for (auto& [name, tensor] : file.state) state.insert(name, tensor);
  try {
    Model model{.net = nn::make_model(file.info.model, file.info.options), .info = std::move(file.info)};
    model.net->load_state_dict(state);
    model.net->eval();
    return model;
  } catch (const Error& e) {
    throw FileError({.op = "load",
                     .argument = "path",
                     .what = fmt::format("{}: the weights do not fit: {}", path, one_line(e.what())),
                     .hint = "the file was made for another net, or by another version"});
  }
}

void check_writable(const std::string& path, const Model& model) {
  const auto parameters = model.net->parameters();
  uint64_t bytes = 0;
  for (const Tensor& p : parameters) bytes += static_cast<uint64_t>(p.numel() * p.element_size());
  io::AtomicFile file(path, bytes);
  if (std::filesystem::exists(path) && !std::filesystem::is_regular_file(path)) return;  // what it is given, it keeps
  for (const Tensor& p : parameters) file.write(p.data_ptr(), static_cast<size_t>(p.numel() * p.element_size()));
}

data::transforms::Transform preprocessing(const io::Preprocessing& p) {
  namespace t = data::transforms;
  std::vector<t::Transform> steps;
  if (!p.resize.empty()) steps.emplace_back(t::Resize(p.resize));
  steps.emplace_back(t::ToTensor());
  if (!p.mean.empty()) steps.emplace_back(t::Normalize(p.mean, p.std));
  return t::Compose(steps);
}

std::shared_ptr<const data::datasets::ImageDataset> augmented(
    const std::shared_ptr<const data::datasets::ImageDataset>& pictures, const io::Preprocessing& p,
    const Augmentation& a, const Task& task) {
  namespace t = data::transforms;
  if (!a.any()) return pictures;
  const Tensor& images = pictures->images();
  if (task.kind() == Task::segmentation || images.size(2) == 1)
    throw ValueError({.op = "train",
                      .argument = "--flip",
                      .what = task.kind() == Task::segmentation ? "masks would not follow pictures that are augmented"
                                                                : "signals are not augmented",
                      .hint = "leave out --flip, --crop-padding, --rotate, --jitter and --erase"});
  std::vector<t::Transform> steps;
  if (a.crop_padding > 0)
    steps.emplace_back(t::RandomCrop({images.size(2), images.size(3)}, {.padding = a.crop_padding}));
  if (a.flip > 0) steps.emplace_back(t::RandomHorizontalFlip(a.flip));
  if (a.rotate > 0)
    steps.emplace_back(t::RandomAffine({.degrees = a.rotate, .interpolation = t::Interpolation::bilinear}));
  if (a.jitter > 0) steps.emplace_back(t::ColorJitter({.brightness = a.jitter, .contrast = a.jitter}));
  if (a.erase > 0) steps.emplace_back(t::RandomErasing({.p = a.erase}));
  steps.push_back(preprocessing(p));
  return std::make_shared<const data::datasets::ImageDataset>(images, pictures->targets(), pictures->classes(),
                                                              t::Compose(std::move(steps)), pictures->files());
}

}  // namespace convgrad::cli
