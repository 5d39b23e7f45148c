// Where the time goes: layer by layer, and besides them.
#include <fmt/format.h>

#include <numeric>

#include "report/page.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

std::string what_of(const LayerRow& row) {
  if (row.is_layer()) return fmt::format("{} {}", row.name, row.type);
  if (row.name == "loss") return "loss, and what no layer owns";
  if (row.name == "data") return "waiting for data";
  return row.name == "optimizer" ? "optimiser" : "rest";
}

std::string time_text(const PassTime& t) {
  return t.median == 0 ? "–" : fmt::format("{:.3g} [{:.3g}–{:.3g}]", t.median, t.low, t.high);
}

/// GFLOP/s, and how much of the machine's most it is.
void write_speed(Html& out, double gflops, double peak) {
  out.cell(gflops > 0 ? fmt::format("{:.1f}", gflops) : "–");
  out.cell(gflops > 0 && peak > 0 ? fmt::format("{:.0f} %", 100 * gflops / peak) : "–");
}

std::string mini_bar(double share, double most) {
  return fmt::format(
      "<svg class=\"mini\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
      "class=\"rail\" width=\"100\" height=\"10\"/><rect width=\"{:.1f}\" height=\"10\"/></svg>",
      most > 0 ? 100 * share / most : 0);
}

std::vector<double> shares_of(const Layers& layers) {
  std::vector<double> shares;
  for (const LayerRow& row : layers.rows) shares.push_back(row.share);
  return percentages(shares);
}

/// All shares side by side; together they are the whole.
void write_bar(Html& out, const Layers& layers, const std::vector<double>& shares) {
  out.raw(
      "<svg class=\"bar\" viewBox=\"0 0 1000 26\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Shares of the "
      "training steps' time, told in the table\">");
  double at = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    const LayerRow& row = layers.rows[i];
    out.raw(
        fmt::format("<rect class=\"p{}\" x=\"{:.1f}\" width=\"{:.1f}\" height=\"26\"><title>{} {:.1f} %</title></rect>",
                    row.is_layer()       ? i % 5
                    : row.name == "loss" ? 5
                                         : 6,
                    at, 10 * shares[i], escaped(what_of(row)), shares[i]));
    at += 10 * shares[i];
  }
  out.raw("</svg>\n");
}

void write_row(Html& out, const LayerRow& row, double percent, double most, double peak) {
  out.raw("<tr>").head(what_of(row), "scope=\"row\"");
  if (!row.is_layer()) {
    out.raw("<td colspan=\"13\"></td>");
  } else {
    out.cell(row.output, "class=\"left\"")
        .cell(grouped(row.parameters))
        .cell(grouped(row.macs))
        .cell(grouped(row.flops()));
    out.cell(bytes_text(row.parameter_bytes + row.output_bytes * row.batch));
    out.cell(time_text(row.forward));
    write_speed(out, row.forward_gflops, peak);
    out.cell(row.forward_algorithm.empty() ? "–" : row.forward_algorithm, "class=\"left\"")
        .cell(time_text(row.backward));
    write_speed(out, row.backward_gflops, peak);
    out.cell(row.backward_algorithm.empty() ? "–" : row.backward_algorithm, "class=\"left\"");
  }
  out.raw(fmt::format("<td data-share=\"{0:.1f}\">{0:.1f} %{1}</td></tr>\n", percent, mini_bar(percent, most)));
}

void write_sums(Html& out, const Layers& layers, const std::vector<double>& shares) {
  LayerRow sum;
  for (const LayerRow& row : layers.rows) {
    sum.parameters += row.parameters, sum.macs += row.macs;
    sum.output_bytes += row.parameter_bytes + row.output_bytes * row.batch;
    sum.forward.median += row.forward.median, sum.backward.median += row.backward.median;
  }
  out.raw("</tbody><tfoot><tr>")
      .head("sum", "scope=\"row\"")
      .cell("")
      .cell(grouped(sum.parameters), "id=\"sum-parameters\"");
  out.cell(grouped(sum.macs), "id=\"sum-macs\"").cell(grouped(sum.flops())).cell(bytes_text(sum.output_bytes));
  out.cell(fmt::format("{:.3g}", sum.forward.median)).cell("").cell("").cell("");
  out.cell(fmt::format("{:.3g}", sum.backward.median)).cell("").cell("").cell("");
  out.cell(fmt::format("{:.1f} %", std::accumulate(shares.begin(), shares.end(), 0.0)), "id=\"sum-shares\"")
      .raw("</tr></tfoot>");
}

}  // namespace

void write_layers(Html& out, const RunFiles& run) {
  const Layers& layers = run.layers;
  if (layers.rows.empty()) return;
  const std::vector<double> shares = shares_of(layers);
  const double most = *std::max_element(shares.begin(), shares.end());
  out.raw("<section id=\"layers\" aria-labelledby=\"h-layers\">").element("h2", "Layers", "id=\"h-layers\"");
  out.element(
      "p",
      layer_words(layers) +
          fmt::format(" Measured in the training's own steps, batches of {}; the machine's most is {:.0f} GFLOP/s, "
                      "the best of some 512×512 matrix products.",
                      layers.rows[0].batch, layers.peak_gflops));
  write_bar(out, layers, shares);
  out.raw(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Layers\"><table><caption>Of one image; memory "
      "and "
      "times of a batch, milliseconds as median [10 %–90 % of the steps]. One multiply-add (MAC) is two FLOPs. "
      "Algorithms that "
      "multiply less than the definition can pass 100 %.</caption><thead><tr>");
  for (const char* name : {"layer", "output", "parameters", "MACs", "FLOPs", "memory", "forward, ms", "GFLOP/s",
                           "of peak", "algorithm", "backward, ms", "GFLOP/s", "of peak", "algorithm", "share of time"})
    out.head(name);
  out.raw("</tr></thead><tbody>\n");
  for (size_t i = 0; i < layers.rows.size(); ++i) write_row(out, layers.rows[i], shares[i], most, layers.peak_gflops);
  write_sums(out, layers, shares);
  out.raw("</table></div></section>\n");
}

}  // namespace convgrad::cli
