#include "run/rate_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "exit_codes.h"
#include "report/chart.h"
#include "report/files.h"
#include "report/statistics.h"
#include "run/loaders.h"
#include "run/terminal.h"
#include "run/training.h"

#include <nlohmann/json.hpp>

namespace convgrad::cli {

RateCurve judged(std::vector<double> rates, std::vector<double> losses) {
  RateCurve curve{.rate = std::move(rates), .loss = std::move(losses)};
  curve.smooth = smoothed(curve.loss, std::max(3.0, static_cast<double>(curve.loss.size()) / 12));
  const auto lowest = std::min_element(curve.smooth.begin(), curve.smooth.end()) - curve.smooth.begin();
  constexpr ptrdiff_t kReach = 3;  // neighbours that a slope is taken over
  double steepest = 0;
  for (ptrdiff_t i = kReach; i + kReach < std::ssize(curve.smooth) && i <= lowest; ++i) {
    const auto at = [i](const std::vector<double>& v, ptrdiff_t by) { return v[static_cast<size_t>(i + by)]; };
    const double slope = (at(curve.smooth, kReach) - at(curve.smooth, -kReach)) /
                         std::log(at(curve.rate, kReach) / at(curve.rate, -kReach));
    if (slope < steepest) steepest = slope, curve.suggestion = at(curve.rate, 0);
  }
  return curve;
}

std::string text_chart(const RateCurve& curve, int columns, bool utf8) {
  constexpr int kRows = 12;
  const int wide = std::clamp(columns - 10, 20, 90);
  const auto [low, high] = std::minmax_element(curve.smooth.begin(), curve.smooth.end());
  std::vector<std::string> rows(kRows, std::string(static_cast<size_t>(wide), ' '));
  const size_t n = curve.smooth.size();
  const auto column = [&](size_t i) { return n > 1 ? i * static_cast<size_t>(wide - 1) / (n - 1) : 0; };
  for (size_t i = 0; i < n; ++i) {
    const double share = *high > *low ? (*high - curve.smooth[i]) / (*high - *low) : 0;
    rows[static_cast<size_t>(std::lround(share * (kRows - 1)))][column(i)] =
        curve.rate[i] == curve.suggestion ? '#' : '*';
  }
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    const double value = std::lerp(*high, *low, static_cast<double>(row) / (kRows - 1));
    const std::string number = std::abs(value) < 1000 ? fmt::format("{:.3f}", value) : fmt::format("{:.1e}", value);
    text += fmt::format("{:>7} {}", row % 4 == 0 || row == kRows - 1 ? number : "", utf8 ? "│" : "|");
    for (const char c : rows[static_cast<size_t>(row)])
      text += utf8 && c == '*' ? "•" : utf8 && c == '#' ? "◆" : std::string(1, c);
    text += "\n";
  }
  text += "        " + std::string(utf8 ? "└" : "+");
  for (int i = 0; i < wide; ++i) text += utf8 ? "─" : "-";
  const std::string first = fmt::format("{:.0e}", curve.rate.front()), last = fmt::format("{:.0e}", curve.rate.back());
  const int between = wide - static_cast<int>(first.size() + last.size());
  return text + fmt::format("\n         {}{:^{}}{}\n", first, "learning rate", std::max(between, 15), last);
}

std::string svg_chart(const RateCurve& curve) {
  constexpr const char* kStyle =
      "<style>text{font:12.5px system-ui,sans-serif;fill:#565d67}.grid{stroke:#dfe2e6}.axis{stroke:#565d67;fill:none}"
      ".line{fill:none;stroke:#0072b2;stroke-width:2.4}.thin{stroke-width:.8;opacity:.55}.mark line{stroke:#d55e00;"
      "stroke-dasharray:3 3}.hair{display:none}</style>";
  Chart chart{.id = "rate", .title = "Learning rate", .x_name = "learning rate, power of ten"};
  chart.words = curve.suggestion > 0
                    ? fmt::format("The loss falls fastest at a learning rate of {:.2g}.", curve.suggestion)
                    : std::string("The loss falls nowhere.");
  ChartLine thin{.kind = "thin"}, thick{.kind = ""};
  for (const double rate : curve.rate) thin.x.push_back(std::log10(rate));
  thick.x = thin.x, thick.y = curve.smooth, thin.y = curve.loss;
  chart.lines = {thin, thick};
  if (curve.suggestion > 0)
    chart.marks = {
        {.x = std::log10(curve.suggestion), .sign = fmt::format("{:.2g}", curve.suggestion), .words = chart.words}};
  std::string svg = chart.svg();
  svg.insert(4, " xmlns=\"http://www.w3.org/2000/svg\" width=\"690\" height=\"420\"");
  return svg.insert(svg.find('>') + 1, kStyle);
}

int Training::find_rate(const RateSearch& search) {
  if (!(search.from > 0 && search.to > search.from))
    throw ValueError(
        {.op = "lr-find",
         .argument = "--from",
         .what = fmt::format("--from {} --to {}: the rate must grow, from more than 0", search.from, search.to)});
  std::vector<double> rates, losses;
  const auto rate = [&](size_t step) {
    return search.from *
           std::pow(search.to / search.from, static_cast<double>(step) / static_cast<double>(search.steps - 1));
  };
  double lowest = INFINITY;
  const auto more = [&](double loss) {
    lowest = std::min(lowest, loss);
    const bool blown = !std::isfinite(loss) || (rates.size() > 10 && loss > 4 * lowest);
    return !blown && static_cast<int64_t>(rates.size()) < search.steps && interruption_->signal() == 0;
  };
  Totals totals;
  Shares shares;
  bool going = true;
  while (going && static_cast<int64_t>(rates.size()) < search.steps)  // small sets are gone through again
    train_batches(model_.net, loaders_->batches->begin(), *optimizer_, totals, shares,
                  {.begin = [] {},
                   .seen = [&](const data::Example&, double) { optimizer_->set_lr(rate(rates.size())); },
                   .learnt =
                       [&](double loss, const Hits&) {
                         if (std::isfinite(loss)) rates.push_back(optimizer_->get_lr()), losses.push_back(loss);
                         return going = more(loss);
                       }},
                  task_);
  if (interruption_->signal()) return 128 + interruption_->signal();
  if (rates.size() < 10)
    throw DivergedError({.op = "lr-find",
                         .what = fmt::format("the loss is not finite after {} steps", rates.size()),
                         .hint = fmt::format("begin lower, as in --from {:g}", search.from / 1000)});
  const RateCurve curve = judged(std::move(rates), std::move(losses));
  if (!search.svg.empty()) replace_file(search.svg, svg_chart(curve));
  if (search.json) {
    const nlohmann::ordered_json json = {
        {"suggestion", curve.suggestion}, {"rate", curve.rate}, {"loss", curve.loss}, {"smooth", curve.smooth}};
    std::printf("%s\n", json.dump().c_str());
    return kOk;
  }
  std::fputs(text_chart(curve, terminal_columns(), utf8_locale()).c_str(), stdout);
  if (curve.suggestion > 0)
    std::printf("the loss falls fastest at %.2g: try --lr %.2g\n", curve.suggestion, curve.suggestion);
  else
    std::printf("the loss fell nowhere between %g and %g\n", curve.rate.front(), curve.rate.back());
  return kOk;
}

}  // namespace convgrad::cli
