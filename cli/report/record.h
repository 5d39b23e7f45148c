#pragma once
#include <convgrad/convgrad.h>

#include <string>
#include <vector>

#include "model_file.h"
#include "report/answers.h"
#include "report/filters.h"
#include "report/layer_probe.h"

namespace convgrad::cli {

/// Keeps what the report shows and no other file of a run holds: the answers to each picture, the pictures shown, the
/// first filters as they were, the layers' times. All of it goes to files; the page is made from these alone.
class Record {
 public:
  /// With the net as it is before the training. `input`: the size of one picture.
  Record(const Model& model, const Task& task, const std::vector<int64_t>& input);

  const nn::Summary& summary() const { return summary_; }
  LayerProbe& probe() { return probe_; }
  /// Writes predictions.csv, confusion.csv and pictures/ of the answers that the net gives now to `data`.
  void keep_answers(const std::string& folder, const Answers& answers, const data::datasets::ImageDataset& data);
  /// Writes layers.csv: its times are those of the steps looked at, its shares those of the whole training so far.
  void keep_layers(const std::string& folder, const Shares& shares);

 private:
  void write_filters(const std::string& folder) const;
  void write_maps(const std::string& folder, const data::datasets::ImageDataset& data, int64_t index);
  Tensor tile(const data::datasets::ImageDataset& data, int64_t index);

  nn::Sequential net_;
  Task task_;
  nn::Summary summary_{};
  std::optional<FirstConvolution> first_{}, before_{};
  LayerProbe probe_;
  double peak_ = 0;
};

}  // namespace convgrad::cli
