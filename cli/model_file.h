#pragma once
#include <convgrad/convgrad.h>

#include <memory>
#include <string>
#include <vector>

#include "task.h"

namespace convgrad::cli {

/// A net with what must be known to use it.
struct Model {
  nn::Sequential net{};
  io::ModelInfo info{};
};

/// A trained net from its file; FileError where the file does not hold one, or another net's weights.
Model load_model(const std::string& path);
/// FileError unless a file with this net's weights can be written at `path`: found out before the training, not after
/// it. Leaves everything as it was.
void check_writable(const std::string& path, const Model& model);

/// What is done to a picture before the net sees it.
data::transforms::Transform preprocessing(const io::Preprocessing& p);

/// What is done to training pictures besides, at random.
struct Augmentation {
  double flip = 0, rotate = 0, jitter = 0, erase = 0;
  int64_t crop_padding = 0;
  bool any() const { return flip > 0 || rotate > 0 || jitter > 0 || erase > 0 || crop_padding > 0; }
};
/// The same pictures, which share their memory, augmented before they are prepared. ValueError for what is no picture
/// of a class: masks would not follow, and signals have no left and right.
std::shared_ptr<const data::datasets::ImageDataset> augmented(
    const std::shared_ptr<const data::datasets::ImageDataset>& pictures, const io::Preprocessing& p,
    const Augmentation& augmentation, const Task& task);

/// What is done to the data's pictures for a new net of this name: its channels, and 32 × 32 cells where the net is for
/// pictures of any kind.
io::Preprocessing preprocessing_for(const std::string& model, const std::string& data);

/// A new net for this data, from the default generator's numbers.
Model new_model(const std::string& name, const data::datasets::ImageDataset& data, const io::Preprocessing& p);

/// `where`: "fashion-mnist" or "cifar10" for the usual places; "shapes10" or "signals", which are generated; or a
/// folder with MNIST's kind of files, CIFAR-10's, or PNG pictures by class (of which, without skip_bad, none may be
/// damaged; with it, stderr tells those left out). For segmentation the targets are masks. ValueError where the data is
/// not for this task, FileError where it cannot be read.
std::shared_ptr<const data::datasets::ImageDataset> open_data(const std::string& where, bool train,
                                                              const io::Preprocessing& p, const Task& task = {},
                                                              bool skip_bad = false);

}  // namespace convgrad::cli
