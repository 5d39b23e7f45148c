#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "embedded.h"
#include "report/base64.h"
#include "report/files.h"
#include "run/output.h"
#include "run/sha256.h"

namespace convgrad::cli {
namespace {

/// 'sha256-…' as a policy names what it allows.
std::string policy_hash(const std::string& text) {
  Sha256 hash;
  hash.add(text.data(), text.size());
  const std::string hex = hash.finish();
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return "'sha256-" + base64(bytes) + "'";
}

}  // namespace

void begin_page(Html& out, const std::string& title) {
  out.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  out.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src " +
          policy_hash(page_script()) + "; style-src " + policy_hash(page_style()) +
          "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
  out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  out.element("title", title).raw("\n<style>").raw(page_style()).raw("</style>\n</head>\n<body>\n");
  out.raw("<a class=\"skip\" href=\"#main\">To the report</a>\n");
}

void write_links(Html& out, const std::vector<std::pair<std::string, std::string>>& sections) {
  out.raw("<nav aria-label=\"Sections\"><ul>");
  for (const auto& [id, name] : sections) out.raw("<li>").element("a", name, "href=\"#" + id + "\"").raw("</li>");
  out.raw("</ul></nav>\n");
}

void write_sheets(Html& out, const RunFiles& run) {
  out.raw("<svg class=\"sheets\" aria-hidden=\"true\" focusable=\"false\"><defs>");
  for (const auto& [name, sheet] : run.sheets)
    if (!sheet.png.empty())
      out.raw(fmt::format("\n<image id=\"sheet-{}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>",
                          escaped(name), sheet.width, sheet.height, base64(sheet.png)));
  out.raw("</defs></svg>\n");
}

void end_page(Html& out, const std::string& curves, const std::string& foot) {
  out.raw("</main>\n<footer>").raw(foot).raw("</footer>\n");
  out.raw("<script type=\"application/json\" id=\"curve-values\">" + curves + "</script>\n");
  out.raw("<script>").raw(page_script()).raw("</script>\n</body>\n</html>\n");
}

std::string tile(const RunFiles& run, const std::string& sheet, int64_t position, int64_t high,
                 const std::string& words) {
  const auto found = run.sheets.find(sheet);
  if (found == run.sheets.end() || found->second.png.empty()) return "";
  const Sheet& s = found->second;
  const int64_t scale = std::max<int64_t>(1, high / s.tile_height);
  const bool line = s.tile_height < 4;  // of one dimension: drawn higher than it is
  return fmt::format(
      "<svg class=\"tile\" width=\"{}\" height=\"{}\" viewBox=\"{} {} {} {}\"{} role=\"img\" aria-label=\"{}\"><use "
      "href=\"#sheet-{}\"/></svg>",
      line ? std::max<int64_t>(high, s.tile_width) : scale * s.tile_width, line ? high / 3 : scale * s.tile_height,
      position % kSheetColumns * s.tile_width, position / kSheetColumns * s.tile_height, s.tile_width, s.tile_height,
      line ? " preserveAspectRatio=\"none\"" : "", escaped(words), escaped(sheet));
}

void write_command(Html& out, const std::string& id, const std::string& what, const std::string& command) {
  out.raw("<li>").element("span", what).element("code", command, "id=\"" + id + "\"");
  out.element("button", "copy",
              "type=\"button\" class=\"copy\" data-copies=\"" + id +
                  "\" aria-label=\"copy the command: " + escaped(what) + "\"");
  out.raw("</li>\n");
}

std::string bytes_text(int64_t bytes) {
  const auto b = static_cast<double>(bytes);
  if (b < 1e3) return fmt::format("{} B", bytes);
  if (b < 1e6) return fmt::format("{:.1f} kB", b / 1e3);
  return b < 1e9 ? fmt::format("{:.1f} MB", b / 1e6) : fmt::format("{:.2f} GB", b / 1e9);
}

std::string page_of(const RunFiles& run, const ReportOptions& options) {
  Html out;
  begin_page(out, title_of(run, options) + " · convgrad report");
  write_head(out, run, options);
  std::vector<std::pair<std::string, std::string>> sections{{"curves", "Curves"}};
  if (run.confusion.total() > 0) sections.emplace_back("confusion", "Confusion");
  if (run.sheets.count("worst")) sections.emplace_back("mistakes", "Worst mistakes");
  if (!run.filters.empty()) sections.emplace_back("filters", "Filters");
  if (!run.layers.rows.empty()) sections.emplace_back("layers", "Layers");
  sections.emplace_back("reproduction", "Reproducibility");
  write_links(out, sections);
  out.raw("<main id=\"main\">\n");
  write_sheets(out, run);
  write_curves(out, run);
  write_confusion(out, run);
  write_mistakes(out, run, options);
  write_filters(out, run);
  write_layers(out, run);
  write_reproduction(out, run, options);
  std::string files;
  std::error_code error;
  for (const char* name :
       {"metrics.csv", "steps.jsonl", "predictions.csv", "confusion.csv", "classes.csv", "layers.csv",
        "pictures/filters.csv", "pictures/maps.csv", "summary.json", "env.json", "config.toml"})
    if (std::filesystem::exists(run.path + "/" + name, error))
      files += fmt::format("{}<a href=\"{}\">{}</a>", files.empty() ? "" : ", ", name, name);
  end_page(
      out, curves_json(run),
      "<p>Every number of this page is in a file beside it: " + files +
          ". The page was made from these alone; <code>convgrad report</code> makes it again. It loads nothing, sends "
          "nothing, and works without scripts.</p>");
  return out.text();
}

void write_report(const std::string& folder, const ReportOptions& options) {
  replace_file(folder + "/report.html", page_of(read_run(folder), options));
}

}  // namespace convgrad::cli
