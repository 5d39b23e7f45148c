#include "report/layers.h"

#include <fmt/format.h>

#include "report/csv.h"

namespace convgrad::cli {
namespace {

constexpr const char* kLayersHeader =
    "name,type,output,parameters,macs,flops,output_bytes,parameter_bytes,batch,forward_ms,forward_p10_ms,forward_p90_"
    "ms,forward_gflops,forward_peak_percent,forward_algorithm,backward_ms,backward_p10_ms,backward_p90_ms,backward_"
    "gflops,backward_peak_percent,backward_algorithm,share_percent,peak_gflops\n";

std::string pass(const PassTime& time, double gflops, double peak, const std::string& algorithm) {
  return fmt::format("{},{},{},{},{},{}", time.median, time.low, time.high, gflops, peak > 0 ? 100 * gflops / peak : 0,
                     algorithm);
}

}  // namespace

std::string layers_csv(const std::vector<LayerRow>& rows, double peak) {
  std::string text = kLayersHeader;
  for (const LayerRow& r : rows)
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(r.name), r.type, csv_field(r.output),
                        r.parameters, r.macs, r.flops(), r.output_bytes, r.parameter_bytes, r.batch,
                        pass(r.forward, r.forward_gflops, peak, r.forward_algorithm),
                        pass(r.backward, r.backward_gflops, peak, r.backward_algorithm), 100 * r.share, peak);
  return text;
}

Layers read_layers(const std::string& path) {
  Layers layers;
  for (const auto& c : read_csv(path).rows) {
    if (c.size() != 23) break;
    bool good = true;
    const auto whole = [&](size_t i) {
      const auto value = number_in<int64_t>(c[i]);
      good &= value.has_value();
      return value.value_or(0);
    };
    const auto real = [&](size_t i) {
      const auto value = number_in<double>(c[i]);
      good &= value.has_value();
      return value.value_or(0);
    };
    LayerRow r{.name = c[0],
               .type = c[1],
               .output = c[2],
               .parameters = whole(3),
               .macs = whole(4),
               .output_bytes = whole(6),
               .parameter_bytes = whole(7),
               .batch = whole(8),
               .forward = {real(9), real(10), real(11)},
               .backward = {real(15), real(16), real(17)},
               .forward_gflops = real(12),
               .backward_gflops = real(18),
               .share = real(21) / 100,
               .forward_algorithm = c[14],
               .backward_algorithm = c[20]};
    layers.peak_gflops = real(22);
    if (!good) break;
    layers.rows.push_back(std::move(r));
  }
  return layers;
}

}  // namespace convgrad::cli
