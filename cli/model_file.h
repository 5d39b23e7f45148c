#pragma once
#include <convgrad/convgrad.h>

#include <memory>
#include <string>
#include <vector>

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

/// `where`: "fashion-mnist" for the usual places, or a folder with files of MNIST's kind.
std::shared_ptr<const data::datasets::ImageDataset> open_data(const std::string& where, bool train,
                                                              const io::Preprocessing& p);

}  // namespace convgrad::cli
