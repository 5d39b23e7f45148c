#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace convgrad::cli {

/// Milliseconds of one pass through a layer: over the steps looked at, the median and what 10 % and 90 % of them took.
struct PassTime {
  double median = 0, low = 0, high = 0;
};

/// A row of layers.csv: a layer, or what a step has besides ("loss", "data", "optimizer", "rest"), which has a share
/// alone. Sizes and products are of one picture, times of a batch.
struct LayerRow {
  std::string name{}, type{}, output{};
  int64_t parameters = 0, macs = 0, output_bytes = 0, parameter_bytes = 0, batch = 0;
  PassTime forward{}, backward{};
  double forward_gflops = 0, backward_gflops = 0;  // a second; 0 where nothing is multiplied
  double share = 0;                                // of the training steps' time; all rows' add to 1
  std::string forward_algorithm{}, backward_algorithm{};

  bool is_layer() const { return !type.empty(); }
  int64_t flops() const { return 2 * macs; }
};

std::string layers_csv(const std::vector<LayerRow>& rows, double peak_gflops);
/// What layers_csv wrote, up to the first line that is none of it; the peak comes with it.
struct Layers {
  std::vector<LayerRow> rows{};
  double peak_gflops = 0;
};
Layers read_layers(const std::string& path);

}  // namespace convgrad::cli
