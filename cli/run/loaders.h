#pragma once
#include <memory>
#include <optional>

#include "run/training.h"

namespace convgrad::cli {

/// The pictures of a training and the loaders that bring them.
struct Training::Loaders {
  std::shared_ptr<const data::datasets::ImageDataset> training{}, testing{}, augmented{};
  std::optional<data::DataLoader> batches{}, validation{}, tests{};  // no validation: nothing is held out
  std::vector<int64_t> held{};                                       // the numbers of the pictures that are
  int64_t trained_with = 0;
};

}  // namespace convgrad::cli
