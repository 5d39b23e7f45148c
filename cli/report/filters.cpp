#include "report/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/csv.h"
#include "report/pictures.h"

namespace convgrad::cli {
namespace {

constexpr int64_t kMostFilters = 64, kMostInputs = 3, kMostMaps = 16;
constexpr size_t kMostLayers = 2;

/// The filters' numbers, one vector each.
std::vector<std::vector<float>> rows_of(const Tensor& weight) {
  std::vector<std::vector<float>> rows;
  for (int64_t i = 0; i < std::min(weight.size(0), kMostFilters); ++i)
    rows.push_back(weight[i].reshape({-1}).to(kFloat32).to_vector<float>());
  return rows;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  const double lengths = std::sqrt(dot(a, a) * dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : 0;
}

double largest(const std::vector<float>& values) {
  double found = 0;
  for (const float v : values) found = std::max(found, std::abs(static_cast<double>(v)));
  return found;
}

/// [h, w] of a kernel or a map with any number of axes: a line for one, the first slice of three.
Tensor plane(const Tensor& x) { return x.dim() == 1 ? x.unsqueeze(0) : x.dim() == 2 ? x : x[0]; }

Tensor map_sheet(const Tensor& maps, double scale) {
  std::vector<Tensor> tiles;
  for (int64_t i = 0; i < std::min(maps.size(0), kMostMaps); ++i) tiles.push_back(diverging(plane(maps[i]), scale));
  return sheet_of(tiles);
}

}  // namespace

std::optional<FirstConvolution> first_convolution(const nn::Sequential& net) {
  for (const auto& [name, module] : net->named_modules())
    if (auto* conv = module->as<nn::ConvLayer<nn::ConvLayerOptions>>())
      return FirstConvolution{.name = name, .weight = conv->weight.detach()};
  return {};
}

std::vector<FilterRow> compare_filters(const Tensor& before, const Tensor& after) {
  const auto old = rows_of(before), now = rows_of(after);
  std::vector<FilterRow> rows;
  for (size_t i = 0; i < now.size() && i < old.size(); ++i) {
    FilterRow row{.filter = static_cast<int64_t>(i),
                  .norm_before = std::sqrt(dot(old[i], old[i])),
                  .norm_after = std::sqrt(dot(now[i], now[i])),
                  .largest_before = largest(old[i]),
                  .largest_after = largest(now[i]),
                  .kept = cosine(old[i], now[i]),
                  .nearest = static_cast<int64_t>(i),
                  .cosine = -1};
    for (size_t k = 0; k < now.size(); ++k)
      if (const double c = cosine(now[i], now[k]); k != i && c > row.cosine)
        row.nearest = static_cast<int64_t>(k), row.cosine = c;
    rows.push_back(row);
  }
  return rows;
}

std::string filters_csv(const std::vector<FilterRow>& rows) {
  std::string text = "filter,norm_before,norm_after,largest_before,largest_after,kept,nearest,cosine\n";
  for (const FilterRow& r : rows)
    text += fmt::format("{},{},{},{},{},{},{},{}\n", r.filter, r.norm_before, r.norm_after, r.largest_before,
                        r.largest_after, r.kept, r.nearest, r.cosine);
  return text;
}

std::vector<FilterRow> read_filters(const std::string& path) {
  std::vector<FilterRow> rows;
  for (const auto& cells : read_csv(path).rows) {
    std::vector<double> n;
    for (const std::string& cell : cells)
      if (const auto value = number_in<double>(cell)) n.push_back(*value);
    if (n.size() != 8) break;
    rows.push_back({static_cast<int64_t>(n[0]), n[1], n[2], n[3], n[4], n[5], static_cast<int64_t>(n[6]), n[7]});
  }
  return rows;
}

double scale_of(const std::vector<FilterRow>& rows) {
  double scale = 0;
  for (const FilterRow& r : rows) scale = std::max({scale, r.largest_before, r.largest_after});
  return scale;
}

Tensor filter_sheet(const Tensor& weight, double scale) {
  std::vector<Tensor> tiles;
  for (int64_t i = 0; i < std::min(weight.size(0), kMostFilters); ++i) {
    std::vector<Tensor> inputs;
    for (int64_t k = 0; k < std::min(weight.size(1), kMostInputs); ++k)
      inputs.push_back(diverging(plane(weight[i][k]), scale));
    tiles.push_back(side_by_side(inputs));
  }
  return sheet_of(tiles);
}

Maps feature_maps(nn::Sequential& net, const Tensor& example, int64_t index) {
  const NoGradGuard guard;
  Maps maps;
  std::vector<std::pair<std::shared_ptr<nn::Module>, unsigned>> hooked;
  for (const auto& [name, module] : net->named_modules()) {
    if (hooked.size() == kMostLayers || !module->as<nn::ConvLayer<nn::ConvLayerOptions>>()) continue;
    const std::string layer = name;
    hooked.emplace_back(
        module, module->register_forward_hook([&maps, layer, index](nn::Module&, TensorList, const Tensor& output) {
          const Tensor out = output[0].to(kFloat32);
          double scale = 0;
          for (int64_t i = 0; i < std::min(out.size(0), kMostMaps); ++i) {
            const double low = out[i].min().item<double>(), high = out[i].max().item<double>();
            maps.rows.push_back({.layer = layer, .map = i, .index = index, .smallest = low, .largest = high});
            scale = std::max({scale, std::abs(low), std::abs(high)});
          }
          maps.sheets.push_back(map_sheet(out, scale));
          return Tensor();
        }));
  }
  net->eval();
  net(example.unsqueeze(0));
  for (const auto& [module, number] : hooked) module->remove_forward_hook(number);
  return maps;
}

std::string maps_csv(const std::vector<MapRow>& rows) {
  std::string text = "layer,map,index,smallest,largest\n";
  for (const MapRow& r : rows)
    text += fmt::format("{},{},{},{},{}\n", csv_field(r.layer), r.map, r.index, r.smallest, r.largest);
  return text;
}

std::vector<MapRow> read_maps(const std::string& path) {
  std::vector<MapRow> rows;
  for (const auto& c : read_csv(path).rows) {
    if (c.size() != 5) break;
    const auto map = number_in<int64_t>(c[1]), index = number_in<int64_t>(c[2]);
    const auto low = number_in<double>(c[3]), high = number_in<double>(c[4]);
    if (!map || !index || !low || !high) break;
    rows.push_back({.layer = c[0], .map = *map, .index = *index, .smallest = *low, .largest = *high});
  }
  return rows;
}

}  // namespace convgrad::cli
