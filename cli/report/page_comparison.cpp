// Two runs beside each other: who is right where the other is not, their curves, what was set otherwise.
#include <fmt/format.h>

#include <algorithm>

#include "report/chart.h"
#include "report/page.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

struct Paired {
  int64_t only_first = 0, only_second = 0, of = 0;
};

/// Answers to the same pictures, where both runs were asked about them.
Paired paired(const RunFiles& first, const RunFiles& second) {
  Paired p;
  const bool same = first.summary.data == second.summary.data &&
                    first.summary.answers_of == second.summary.answers_of &&
                    first.task.kind() == Task::classification && second.task.kind() == Task::classification;
  if (!same) return p;
  for (const Answer& a : first.answers)
    if (const Answer* b = second.answer(a.index); b && b->label == a.label) {
      ++p.of;
      p.only_first += a.correct() && !b->correct();
      p.only_second += b->correct() && !a.correct();
    }
  return p;
}

std::string paired_words(const Paired& p, const std::string& first, const std::string& second) {
  const Interval d = paired_difference(p.only_first, p.only_second, p.of);
  const double difference = 100 * static_cast<double>(p.only_second - p.only_first) / static_cast<double>(p.of);
  const char* sure = d.low > 0 || d.high < 0 ? "chance alone would hardly make that" : "which chance alone could make";
  return fmt::format(
      "Of the same {} pictures, {} are right in {} alone and {} in {} alone: {} is {:+.2f} points from {} (95 %: "
      "{:+.2f} to {:+.2f}), {}.",
      grouped(p.of), grouped(p.only_first), first, grouped(p.only_second), second, second, difference, first,
      100 * d.low, 100 * d.high, sure);
}

void write_figures(Html& out, const RunFiles& first, const RunFiles& second) {
  out.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Figures\"><table><thead><tr>");
  out.head("").head(first.name).head(second.name).raw("</tr></thead><tbody>\n");
  const auto row = [&](const char* name, auto value) {
    out.raw("<tr>").head(name, "scope=\"row\"").cell(value(first)).cell(value(second)).raw("</tr>\n");
  };
  row("accuracy", [](const RunFiles& r) {
    const Accuracy a = accuracy_of(r);
    return a.known ? percent(a.share, 2) : std::string("–");
  });
  row("95 %", [](const RunFiles& r) {
    const Accuracy a = accuracy_of(r);
    return a.known && a.has_interval ? percent_range(a.interval(), 2) : std::string("–");
  });
  row("best epoch", [](const RunFiles& r) { return fmt::format("{} of {}", r.summary.best_epoch, r.summary.epochs); });
  row("training", [](const RunFiles& r) { return duration(r.summary.seconds); });
  row("parameters", [](const RunFiles& r) { return grouped(r.summary.parameters); });
  row("multiply-adds an image", [](const RunFiles& r) { return grouped(r.summary.macs); });
  row("ending", [](const RunFiles& r) { return ending(r); });
  out.raw("</tbody></table></div>\n");
}

using Value = std::optional<double> (*)(const EpochRow&);

void write_chart(Html& out, const RunFiles& first, const RunFiles& second, const char* title, Value training,
                 Value held, bool share) {
  Chart chart{.id = title, .title = title, .x_name = "epoch", .percent = share, .from_zero = !share};
  chart.words = fmt::format("{} of both runs by epoch; the values are in their metrics.csv.", title);
  for (const auto* run : {&first, &second})
    for (const Value value : {training, held}) {
      ChartLine line{.kind = fmt::format("{}{}", value == training ? "train" : "test", run == &second ? " second" : ""),
                     .points = value == held};
      for (const EpochRow& row : run->epochs)
        if (const auto v = value(row)) line.x.push_back(static_cast<double>(row.epoch)), line.y.push_back(*v);
      chart.lines.push_back(std::move(line));
    }
  out.raw("<div>").element("h3", title).raw(chart.svg()).raw("</div>\n");
}

void write_differences(Html& out, const RunFiles& first, const RunFiles& second, const ReportOptions& options) {
  const auto value = [&](const RunFiles& run, const std::string& key) {
    const auto found =
        std::find_if(run.settings.begin(), run.settings.end(), [&](const Setting& s) { return s.key == key; });
    const std::string text = found == run.settings.end() ? "–" : found->value;
    return options.with_paths ? text : without_folders(text);
  };
  std::vector<std::string> keys;
  for (const auto* run : {&first, &second})
    for (const Setting& s : run->settings)
      if (std::find(keys.begin(), keys.end(), s.key) == keys.end()) keys.push_back(s.key);
  std::erase_if(keys, [&](const std::string& key) { return value(first, key) == value(second, key); });
  if (keys.empty()) {
    out.element("p", "Both were made with the same settings.");
    return;
  }
  out.raw(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Settings that differ\"><table "
      "id=\"differences\">"
      "<thead><tr>");
  out.head("setting").head(first.name).head(second.name).raw("</tr></thead><tbody>\n");
  for (const std::string& key : keys)
    out.raw("<tr>").head(key, "scope=\"row\"").cell(value(first, key)).cell(value(second, key)).raw("</tr>\n");
  out.raw("</tbody></table></div>\n");
}

std::optional<double> training_loss(const EpochRow& r) { return r.train_loss; }
std::optional<double> training_accuracy(const EpochRow& r) { return r.train_acc; }
std::optional<double> held_loss(const EpochRow& r) { return r.held_loss(); }
std::optional<double> held_accuracy(const EpochRow& r) { return r.held_acc(); }

}  // namespace

std::string page_of(const RunFiles& first, const RunFiles& second, const ReportOptions& options) {
  Html out;
  begin_page(out, first.name + " and " + second.name + " · convgrad report");
  out.raw("<header>\n").element("p", "convgrad report · two runs", "class=\"eyebrow\"");
  out.element("h1", first.name + " and " + second.name);
  for (const auto* run : {&first, &second}) out.element("p", verdict(*run, options), "class=\"verdict\"");
  const Paired p = paired(first, second);
  if (p.of > 0) out.element("p", paired_words(p, first.name, second.name), "id=\"paired\"");
  out.raw("</header>\n");
  write_links(out, {{"figures", "Figures"}, {"curves", "Curves"}, {"settings", "Settings"}});
  out.raw("<main id=\"main\">\n<section id=\"figures\" aria-labelledby=\"h-figures\">")
      .element("h2", "Figures", "id=\"h-figures\"");
  write_figures(out, first, second);
  out.raw("</section>\n<section id=\"curves\" aria-labelledby=\"h-curves\">")
      .element("h2", "Curves", "id=\"h-curves\"");
  out.element(
      "p",
      fmt::format("Solid: {}. Dashed: {}. Blue: training; vermilion, with a mark at each epoch: validation or test.",
                  first.name, second.name));
  out.raw("<div class=\"pair\">\n");
  write_chart(out, first, second, "Loss", training_loss, held_loss, false);
  write_chart(out, first, second, "Accuracy", training_accuracy, held_accuracy, true);
  out.raw("</div></section>\n<section id=\"settings\" aria-labelledby=\"h-settings\">");
  out.element("h2", "Settings that differ", "id=\"h-settings\"");
  write_differences(out, first, second, options);
  out.raw("</section>\n");
  end_page(out, "{}", "<p>Made from the two runs' files by <code>convgrad report RUN RUN2</code>.</p>");
  return out.text();
}

}  // namespace convgrad::cli
