#pragma once
#include <convgrad/convgrad.h>

#include <optional>
#include <string>
#include <vector>

namespace convgrad::cli {

/// The filters of a net's first convolution, as they were before the training and are now: a row of filters.csv each.
struct FilterRow {
  int64_t filter = 0;
  double norm_before = 0, norm_after = 0;        // Euclidean
  double largest_before = 0, largest_after = 0;  // absolute value
  double kept = 0;                               // cosine of the angle between before and after
  int64_t nearest = 0;                           // the filter whose direction is nearest to it now
  double cosine = 0;                             // of the angle between the two

  bool dead(double largest_norm) const { return norm_after < 0.01 * largest_norm; }
  bool doubled() const { return cosine > 0.98; }
};

/// The first convolution of a net: its path and weight [out, in, …]; nullopt where there is none.
struct FirstConvolution {
  std::string name{};
  Tensor weight{};
};
std::optional<FirstConvolution> first_convolution(const nn::Sequential& net);

/// Of the first 64 filters.
std::vector<FilterRow> compare_filters(const Tensor& before, const Tensor& after);
std::string filters_csv(const std::vector<FilterRow>& rows);
std::vector<FilterRow> read_filters(const std::string& path);
/// The largest absolute value of all, before and after: the scale that both sheets are drawn to.
double scale_of(const std::vector<FilterRow>& rows);
/// A sheet of the first 64 filters, their input channels (three at most) side by side.
Tensor filter_sheet(const Tensor& weight, double scale);

/// What a convolution made of one picture: a row of maps.csv.
struct MapRow {
  std::string layer{};
  int64_t map = 0, index = 0;  // the picture's number in the data set
  double smallest = 0, largest = 0;
};
/// The maps of the first two convolutions for one example, and their sheets, each on a scale of its own.
struct Maps {
  std::vector<MapRow> rows{};
  std::vector<Tensor> sheets{};  // one for each layer
};
Maps feature_maps(nn::Sequential& net, const Tensor& example, int64_t index);
std::string maps_csv(const std::vector<MapRow>& rows);
std::vector<MapRow> read_maps(const std::string& path);

}  // namespace convgrad::cli
