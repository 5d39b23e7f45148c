// All that another needs to make the same weights, and what may differ there.
#include <fmt/format.h>

#include <algorithm>

#include "report/page.h"

namespace convgrad::cli {
namespace {

std::string setting(const RunFiles& run, const std::string& key) {
  const auto found =
      std::find_if(run.settings.begin(), run.settings.end(), [&](const Setting& s) { return s.key == key; });
  return found == run.settings.end() ? "?" : found->value;
}

void write_settings(Html& out, const RunFiles& run, const ReportOptions& options) {
  out.raw(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Settings\"><table><caption>Settings as they "
      "were "
      "used, and where each came from</caption><thead><tr>");
  out.head("setting")
      .head("value", "scope=\"col\" class=\"left\"")
      .head("from", "scope=\"col\" class=\"left\"")
      .raw("</tr></thead><tbody>\n");
  for (const Setting& s : run.settings) {
    out.raw(s.origin == "default" ? "<tr>" : "<tr class=\"given\">").head(s.key, "scope=\"row\"");
    out.cell(shown(s.value, options), "class=\"left\"").cell(s.origin, "class=\"left\"").raw("</tr>\n");
  }
  out.raw("</tbody></table></div>\n");
}

void write_hashes(Html& out, const char* title, const std::vector<HashedFile>& files) {
  if (files.empty()) return;
  out.element("h3", title).raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").raw(title);
  out.raw("\"><table><thead><tr>").head("file").head("SHA-256", "scope=\"col\" class=\"left\"");
  out.head("known as", "scope=\"col\" class=\"left\"").raw("</tr></thead><tbody>\n");
  for (const HashedFile& f : files) {
    out.raw("<tr>").head(f.name, "scope=\"row\"").cell(f.sha256, "class=\"left hash\"");
    out.cell(f.known.empty() ? "–" : f.known, "class=\"left\"").raw("</tr>\n");
  }
  out.raw("</tbody></table></div>\n");
}

void write_weights(Html& out, const RunFiles& run) {
  if (run.epochs.empty()) return;
  out.raw(
      "<details><summary>SHA-256 of all weights after each epoch</summary><div class=\"wide\" tabindex=\"0\" "
      "role=\"region\" aria-label=\"Hashes of the weights\"><table><thead><tr>");
  out.head("epoch").head("SHA-256", "scope=\"col\" class=\"left\"").raw("</tr></thead><tbody>\n");
  for (const EpochRow& row : run.epochs)
    out.raw("<tr>")
        .head(std::to_string(row.epoch), "scope=\"row\"")
        .cell(row.weights_sha256, "class=\"left hash\"")
        .raw("</tr>\n");
  out.raw("</tbody></table></div></details>\n");
}

/// One text with all of it, as a report of a bug wants it.
std::string bug_text(const RunFiles& run, const ReportOptions& options) {
  std::string text = verdict(run, options) + "\n" + ending(run) + "\n\n";
  for (const std::string& command : run.commands) text += "$ " + shown(command, options) + "\n";
  text += "\n";
  for (const auto& [key, value] : run.environment) text += fmt::format("{}: {}\n", key, shown(value, options));
  text += "\n";
  for (const Setting& s : run.settings)
    text += fmt::format("{} = {}  # {}\n", s.key, shown(s.value, options), s.origin);
  for (const auto* files : {&run.data_files, &run.checkpoints})
    for (const HashedFile& f : *files) text += fmt::format("{}  {}\n", f.sha256, f.name);
  if (!run.epochs.empty())
    text += fmt::format("weights after epoch {}: {}\n", run.epochs.back().epoch, run.epochs.back().weights_sha256);
  return text;
}

}  // namespace

void write_reproduction(Html& out, const RunFiles& run, const ReportOptions& options) {
  out.raw("<section id=\"reproduction\" aria-labelledby=\"h-reproduction\">");
  out.element("h2", "Reproducibility", "id=\"h-reproduction\"");
  out.element(
      "p",
      fmt::format("Seed {}. The same version, instruction set and number of threads give the same weights to the "
                  "bit; convgrad reproduce checks it. Elsewhere the last digits of sums may differ, and with them, "
                  "after some epochs, tenths of a percent.",
                  setting(run, "seed")));
  out.raw("<ul class=\"commands\">\n");
  int id = 0;
  for (const std::string& command : run.commands) {
    ++id;
    write_command(out, fmt::format("command-{}", id), id == 1 ? "The command" : "Gone on with",
                  shown(command, options));
  }
  out.raw("</ul>\n<div class=\"pair\">\n");
  write_settings(out, run, options);
  out.raw(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Program and machine\"><table><caption>Program "
      "and "
      "machine</caption><tbody>\n");
  for (const auto& [key, value] : run.environment)
    out.raw("<tr>").head(key, "scope=\"row\"").cell(shown(value, options), "class=\"left\"").raw("</tr>\n");
  out.raw("</tbody></table></div></div>\n");
  write_hashes(out, "Data files", run.data_files);
  write_hashes(out, "Checkpoints", run.checkpoints);
  write_weights(out, run);
  out.raw("<details><summary>All of it as text, for a bug report</summary>");
  out.element("button", "copy",
              "type=\"button\" class=\"copy\" data-copies=\"bug\" aria-label=\"copy the text for a bug report\"");
  out.element("pre", bug_text(run, options), "id=\"bug\" tabindex=\"0\"").raw("</details>\n</section>\n");
}

}  // namespace convgrad::cli
