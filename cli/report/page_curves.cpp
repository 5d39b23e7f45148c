// Loss, accuracy and learning rate over the steps.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.h"
#include "report/page.h"

namespace convgrad::cli {
namespace {

constexpr size_t kMostPoints = 500;   // of a drawn line
constexpr size_t kMostValues = 1000;  // that the script can name

/// The steps that the exponential mean reaches over.
double window_of(const Steps& steps) { return std::clamp(static_cast<double>(steps.step.size()) / 40, 5.0, 400.0); }

ChartLine line_of(const Steps& steps, const std::vector<double>& values, const std::string& kind) {
  ChartLine line{.kind = kind, .y = values};
  line.x.assign(steps.step.begin(), steps.step.end());
  return thinned(line, kMostPoints);
}

const char* held_name(const RunFiles& run) {
  return !run.epochs.empty() && run.epochs[0].val_loss ? "validation" : "test";
}

ChartLine epochs_line(const RunFiles& run, std::optional<double> (EpochRow::*value)() const) {
  ChartLine line{.kind = "test", .points = true};
  for (const EpochRow& row : run.epochs)
    if (const auto v = (row.*value)()) line.x.push_back(static_cast<double>(row.step)), line.y.push_back(*v);
  return line;
}

/// Steps at which the rate leaps; none where it moves all the time, though what is near zero moves by large shares.
std::vector<ChartMark> rate_changes(const Steps& steps) {
  std::vector<ChartMark> marks;
  if (steps.lr.empty()) return marks;
  const double least = 0.02 * *std::max_element(steps.lr.begin(), steps.lr.end());
  for (size_t i = 1; i < steps.lr.size(); ++i)
    if (std::abs(steps.lr[i] - steps.lr[i - 1]) > std::max(least, 0.2 * std::max(steps.lr[i], steps.lr[i - 1])))
      marks.push_back(
          {.x = static_cast<double>(steps.step[i - 1]),
           .sign = "η",
           .words = fmt::format("learning rate {:g} → {:g} at step {}", steps.lr[i - 1], steps.lr[i], steps.step[i])});
  return marks.size() > 12 ? std::vector<ChartMark>() : marks;
}

std::vector<ChartMark> marks_of(const RunFiles& run) {
  std::vector<ChartMark> marks = rate_changes(run.steps);
  for (const Steps::Event& event : run.steps.events)
    marks.push_back({.x = static_cast<double>(event.step),
                     .sign = event.is_resume ? "↻" : "■",
                     .words = fmt::format("{} after step {}", event.is_resume ? "gone on" : "stopped", event.step)});
  for (const EpochRow& row : run.epochs)
    if (row.epoch == run.summary.best_epoch)
      marks.push_back(
          {.x = static_cast<double>(row.step), .sign = "★", .words = fmt::format("best epoch, {}", row.epoch)});
  if (run.summary.status == RunStatus::diverged)
    marks.push_back({.x = static_cast<double>(run.summary.diverged_step),
                     .sign = "✕",
                     .words = fmt::format("diverged at step {}", run.summary.diverged_step)});
  return marks;
}

struct Curve {
  const char *id, *title;
  const std::vector<double> Steps::*values;
  std::optional<double> (EpochRow::*held)() const;
  std::string (*words)(const RunFiles&);
  bool percent;
};

const Curve kLoss{"loss", "Loss", &Steps::loss, &EpochRow::held_loss, loss_words, false};
const Curve kAccuracy{"accuracy", "Accuracy", &Steps::accuracy, &EpochRow::held_acc, accuracy_words, true};

Chart chart_of(const Curve& curve, const RunFiles& run) {
  const auto& raw = run.steps.*curve.values;
  ChartLine thin = line_of(run.steps, raw, "train thin"),
            thick = line_of(run.steps, smoothed(raw, window_of(run.steps)), "train");
  const bool in_epochs = run.epochs.size() > 1 && run.summary.batches > 0;
  return {.id = curve.id,
          .title = curve.title,
          .words = curve.words(run),
          .lines = {std::move(thin), std::move(thick), epochs_line(run, curve.held)},
          .marks = marks_of(run),
          .x_name = in_epochs ? "epoch" : "step",
          .x_scale = in_epochs ? static_cast<double>(run.summary.batches) : 1,
          .percent = curve.percent,
          .from_zero = !curve.percent};
}

void write_keys(Html& out, const RunFiles& run) {
  const auto key = [&](const std::string& kind, const std::string& words) {
    out.raw("<li><svg class=\"key " + kind + "\" viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path class=\"line " +
            kind + "\" d=\"M0 5H26\"/>");
    if (kind == "test") out.raw("<circle class=\"point test\" cx=\"13\" cy=\"5\" r=\"3\"/>");
    out.raw("</svg>" + escaped(words) + "</li>");
  };
  out.raw("<ul class=\"keys\">");
  key("train thin", "training, each step");
  key("train", fmt::format("training, exponential mean over {:.0f} steps", window_of(run.steps)));
  key("test", fmt::format("{}, after each epoch", held_name(run)));
  for (const ChartMark& mark : marks_of(run)) out.element("li", mark.sign + " " + mark.words);
  out.raw("</ul>\n");
}

void write_table(Html& out, const RunFiles& run, bool accuracy) {
  const std::string held = held_name(run);
  out.raw("<details><summary>As a table</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
      .raw(accuracy ? "Accuracy by epoch" : "Loss by epoch")
      .raw("\"><table><thead><tr>");
  for (const std::string& name : {std::string("epoch"), std::string(accuracy ? "training accuracy" : "training loss"),
                                  held + (accuracy ? " accuracy" : " loss"),
                                  std::string(accuracy ? "images/s" : "learning rate"), std::string("seconds")})
    out.head(name);
  out.raw("</tr></thead><tbody>\n");
  for (const EpochRow& r : run.epochs) {
    out.raw("<tr>").head(fmt::format("{}", r.epoch), "scope=\"row\"");
    const auto held_value = accuracy ? r.held_acc() : r.held_loss();
    out.cell(accuracy ? percent(r.train_acc, 2) : fmt::format("{:.4f}", r.train_loss));
    out.cell(!held_value ? "" : accuracy ? percent(*held_value, 2) : fmt::format("{:.4f}", *held_value));
    out.cell(accuracy ? fmt::format("{:.0f}", r.images_per_s) : fmt::format("{:.4g}", r.lr));
    out.cell(fmt::format("{:.1f}", r.seconds)).raw("</tr>\n");
  }
  out.raw("</tbody></table></div></details>\n");
}

void write_curve(Html& out, const Curve& curve, const RunFiles& run) {
  Chart chart = chart_of(curve, run);
  out.raw(fmt::format("<div data-curves=\"{}\">", curve.id)).element("h3", curve.title);
  if (curve.percent) {
    out.raw(chart.svg());
  } else {
    out.raw(
        "<input type=\"radio\" name=\"loss-scale\" id=\"loss-linear\" checked><label "
        "for=\"loss-linear\">linear</label> "
        "<input type=\"radio\" name=\"loss-scale\" id=\"loss-log\"><label for=\"loss-log\">logarithmic</label>");
    for (const bool log : {false, true}) {
      chart.log = log;
      std::string svg = chart.svg();
      out.raw(svg.replace(svg.find("class=\"chart\""), 13, log ? "class=\"chart log\"" : "class=\"chart linear\""));
    }
  }
  out.raw("<p class=\"readout js-only\" role=\"status\"></p>").element("p", curve.words(run));
  write_table(out, run, curve.percent);
  out.raw("</div>\n");
}

bool rate_moves(const Steps& steps) {
  return std::adjacent_find(steps.lr.begin(), steps.lr.end(), std::not_equal_to<>()) != steps.lr.end();
}

void write_rate(Html& out, const RunFiles& run) {
  const auto [low, high] = std::minmax_element(run.steps.lr.begin(), run.steps.lr.end());
  Chart chart = chart_of(kLoss, run);
  chart.id = "rate", chart.words = fmt::format("The learning rate lay between {:g} and {:g}; it ended at {:g}.", *low,
                                               *high, run.steps.lr.back());
  chart.lines = {line_of(run.steps, run.steps.lr, "train")};
  out.raw("<div>").element("h3", "Learning rate").raw(chart.svg()).element("p", chart.words).raw("</div>\n");
}

/// Values for the script: all of them, or means of as many neighbours as it takes.
std::string values_json(const Curve& curve, const RunFiles& run) {
  const auto& raw = run.steps.*curve.values;
  const auto smooth = smoothed(raw, window_of(run.steps));
  const size_t span = (raw.size() + kMostValues - 1) / kMostValues;
  std::string x, y, s, epochs;
  for (size_t i = 0; span > 0 && i + span <= raw.size(); i += span) {
    double sum = 0;
    for (size_t k = i; k < i + span; ++k) sum += raw[k];
    const char* comma = i ? "," : "";
    x += fmt::format("{}{}", comma, run.steps.step[i + span - 1]);
    y += fmt::format("{}{:.5g}", comma, sum / static_cast<double>(span));
    s += fmt::format("{}{:.5g}", comma, smooth[i + span - 1]);
  }
  for (const EpochRow& row : run.epochs)
    if (const auto value = (row.*curve.held)())
      epochs += fmt::format("{}{{\"step\":{},\"epoch\":{},\"y\":{:.6g}}}", epochs.empty() ? "" : ",", row.step,
                            row.epoch, *value);
  return fmt::format(
      "\"{}\":{{\"percent\":{},\"held\":\"{}\",\"span\":{},\"x\":[{}],\"y\":[{}],\"smooth\":[{}],\"epochs\":[{}]}}",
      curve.id, curve.percent, held_name(run), span, x, y, s, epochs);
}

}  // namespace

void write_curves(Html& out, const RunFiles& run) {
  out.raw("<section id=\"curves\" aria-labelledby=\"h-curves\">").element("h2", "Curves", "id=\"h-curves\"");
  if (run.steps.step.empty()) {
    out.element("p", "No step has been made yet.").raw("</section>\n");
    return;
  }
  write_keys(out, run);
  out.raw("<p class=\"note js-only\">Point at a chart, or press the arrow keys in it, for the values of a step.</p>\n");
  out.raw("<div class=\"pair\">\n");
  write_curve(out, kLoss, run);
  write_curve(out, kAccuracy, run);
  if (rate_moves(run.steps)) write_rate(out, run);
  out.raw("</div></section>\n");
}

std::string curves_json(const RunFiles& run) {
  return "{" + values_json(kLoss, run) + "," + values_json(kAccuracy, run) + "}";
}

}  // namespace convgrad::cli
