// The verdict, and where to go from here.
#include <fmt/format.h>

#include "report/page.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

void fact(Html& out, const std::string& name, const std::string& value) {
  out.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
}

std::string short_count(int64_t n) {
  const auto x = static_cast<double>(n);
  return n < 10000000 ? grouped(n) : fmt::format("{:.1f} million", x / 1e6);
}

}  // namespace

void write_head(Html& out, const RunFiles& run, const ReportOptions& options) {
  const RunSummary& s = run.summary;
  const Accuracy a = accuracy_of(run);
  out.raw("<header>\n").element("p", "convgrad report · " + run.name, "class=\"eyebrow\"");
  out.element("h1", title_of(run, options));
  if (a.known) {
    out.raw("<p class=\"headline\">").element("b", percent(a.share)).raw("<span>").raw(escaped("of " + a.words));
    if (a.has_interval) out.raw("<br>").element("span", "95 %: " + percent_range(a.interval()), "class=\"soft\"");
    out.raw("</span></p>\n");
  }
  out.element("p", verdict(run, options) + " " + ending(run), "class=\"verdict\" id=\"verdict\"");
  if (const std::string words = choice_words(run); !words.empty()) out.element("p", words, "class=\"soft\"");
  out.raw("<dl class=\"facts\">");
  fact(out, "Best epoch", s.best_epoch > 0 ? fmt::format("{} of {}", s.best_epoch, s.epochs) : "–");
  fact(out, "Training", duration(s.seconds));
  if (!run.epochs.empty())
    fact(out, "Speed", grouped(static_cast<int64_t>(run.epochs.back().images_per_s)) + " images/s");
  fact(out, "Parameters", short_count(s.parameters));
  fact(out, "Multiply-adds an image", short_count(s.macs));
  fact(out, "Images to train with", grouped(s.training));
  out.raw("</dl>\n<ul class=\"commands\">\n");
  int id = 0;
  for (const auto& [what, command] : next_commands(run, options))
    write_command(out, fmt::format("next-{}", ++id), what, command);
  out.raw("</ul>\n</header>\n");
}

}  // namespace convgrad::cli
