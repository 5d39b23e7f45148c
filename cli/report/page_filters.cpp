// The first convolution's filters, before and after, and what the first layers make of a picture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/page.h"

namespace convgrad::cli {
namespace {

void write_scale(Html& out, double scale) {
  out.raw("<svg class=\"scale\" viewBox=\"0 0 240 36\" role=\"img\" aria-label=\"" +
          fmt::format("blue: {0:.3g} below zero, white: zero, vermilion: {0:.3g}", scale) +
          "\"><defs><linearGradient id=\"diverging\"><stop class=\"s-below\" offset=\"0\"/><stop class=\"s-zero\" "
          "offset=\".5\"/><stop class=\"s-above\" offset=\"1\"/></linearGradient></defs>"
          "<rect x=\"20\" width=\"200\" height=\"14\" fill=\"url(#diverging)\" stroke=\"#888\"/>");
  out.raw(
      fmt::format("<text x=\"20\" y=\"30\" text-anchor=\"middle\">−{0:.3g}</text><text x=\"120\" y=\"30\" "
                  "text-anchor=\"middle\">0</text><text x=\"220\" y=\"30\" text-anchor=\"middle\">{0:.3g}</text></svg>",
                  scale));
}

void write_filters(Html& out, const RunFiles& run, const std::string& sheet, const std::string& title) {
  out.raw("<div>").element("h3", title).raw("<div class=\"filters\">");
  for (const FilterRow& f : run.filters) {
    const std::string words =
        fmt::format("filter {}, norm {:.3g}", f.filter, sheet == "filters-before" ? f.norm_before : f.norm_after);
    out.raw("<figure>" + tile(run, sheet, f.filter, 60, words));
    out.element("figcaption", std::to_string(f.filter)).raw("</figure>");
  }
  out.raw("</div></div>\n");
}

void write_table(Html& out, const std::vector<FilterRow>& filters) {
  out.raw(
      "<details><summary>As a table</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Filters\"><table><thead><tr>");
  for (const char* name : {"filter", "norm before", "norm after", "largest value", "kept direction (cosine)",
                           "nearest filter", "its cosine"})
    out.head(name);
  out.raw("</tr></thead><tbody>\n");
  for (const FilterRow& f : filters) {
    out.raw("<tr>").head(std::to_string(f.filter), "scope=\"row\"").cell(fmt::format("{:.4f}", f.norm_before));
    out.cell(fmt::format("{:.4f}", f.norm_after)).cell(fmt::format("{:.4f}", f.largest_after));
    out.cell(fmt::format("{:.3f}", f.kept)).cell(std::to_string(f.nearest)).cell(fmt::format("{:.3f}", f.cosine));
    out.raw("</tr>\n");
  }
  out.raw("</tbody></table></div></details>\n");
}

void write_maps(Html& out, const RunFiles& run) {
  if (run.maps.empty()) return;
  out.element("h3", "Feature maps of one picture");
  out.raw("<div class=\"filters\"><figure>" +
          tile(run, "example", 0, 84, fmt::format("picture {}", run.maps[0].index)));
  out.element("figcaption", fmt::format("no. {}", run.maps[0].index)).raw("</figure></div>\n");
  int layer = 0;
  for (size_t begin = 0; begin < run.maps.size();) {
    size_t end = begin;
    double scale = 0;
    for (; end < run.maps.size() && run.maps[end].layer == run.maps[begin].layer; ++end)
      scale = std::max({scale, std::abs(run.maps[end].smallest), std::abs(run.maps[end].largest)});
    const std::string sheet = fmt::format("maps-{}", ++layer);
    out.element("p", fmt::format("Layer {}, {} of its maps; −{:.3g} in blue, {:.3g} in vermilion:",
                                 run.maps[begin].layer, end - begin, scale, scale));
    out.raw("<div class=\"filters\">");
    for (size_t i = begin; i < end; ++i) {
      const MapRow& m = run.maps[i];
      out.raw("<figure>" + tile(run, sheet, static_cast<int64_t>(i - begin), 56,
                                fmt::format("map {}, from {:.3g} to {:.3g}", m.map, m.smallest, m.largest)));
      out.element("figcaption", std::to_string(m.map)).raw("</figure>");
    }
    out.raw("</div>\n");
    begin = end;
  }
}

}  // namespace

void write_filters(Html& out, const RunFiles& run) {
  if (run.filters.empty()) return;
  out.raw("<section id=\"filters\" aria-labelledby=\"h-filters\">").element("h2", "Filters", "id=\"h-filters\"");
  out.element("p", "The first convolution's filters, all on one scale. " + filter_words(run.filters));
  write_scale(out, scale_of(run.filters));
  out.raw("<div class=\"pair\">\n");
  write_filters(out, run, "filters-before", "Before the training");
  write_filters(out, run, "filters-after", "After it");
  out.raw("</div>\n");
  write_table(out, run.filters);
  write_maps(out, run);
  out.raw("</section>\n");
}

}  // namespace convgrad::cli
