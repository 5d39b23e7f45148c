#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html.h"

namespace convgrad::cli {
namespace {

constexpr double kWidth = 460, kHeight = 280, kLeft = 46, kRight = 10, kTop = 22, kBottom = 38;

struct Range {
  double low = 0, high = 1;
};

/// Where a chart's points come to lie.
struct Frame {
  Range x, y;
  bool log;

  double across(double value) const { return kLeft + (value - x.low) / (x.high - x.low) * (kWidth - kLeft - kRight); }
  double down(double value) const {
    const auto at = [this](double v) { return log ? std::log10(v) : v; };
    return kTop + (at(y.high) - at(value)) / (at(y.high) - at(y.low)) * (kHeight - kTop - kBottom);
  }
};

Range range_of(const std::vector<ChartLine>& lines, std::vector<double> ChartLine::*values, bool positive) {
  Range range{INFINITY, -INFINITY};
  for (const ChartLine& line : lines)
    for (const double v : line.*values)
      if (std::isfinite(v) && (!positive || v > 0)) range = {std::min(range.low, v), std::max(range.high, v)};
  if (range.low > range.high) range = positive ? Range{0.1, 1} : Range{0, 1};
  return range;
}

Frame frame_of(const Chart& chart) {
  Frame frame{range_of(chart.lines, &ChartLine::x, false), range_of(chart.lines, &ChartLine::y, chart.log), chart.log};
  frame.x.low = std::min(0.0, frame.x.low);  // logarithms of learning rates are below it
  if (frame.x.high <= frame.x.low) frame.x.high = frame.x.low + 1;
  Range& y = frame.y;
  if (chart.log) {
    y = {y.low / 1.15, y.high * 1.15};
  } else {
    const double step = (y.high - y.low) * 0.06 + (y.high == y.low ? 0.05 * std::abs(y.high) + 1e-9 : 0);
    y = {chart.from_zero ? 0 : y.low - step, y.high + step};
    if (chart.percent) y = {std::max(0.0, y.low), std::min(1.0, y.high)};
  }
  return frame;
}

/// Powers of ten, with 2 and 5 between where there are few.
std::vector<double> log_ticks(const Range& y) {
  std::vector<double> all;
  const double decades = std::log10(y.high / y.low);
  for (double ten = std::pow(10, std::floor(std::log10(y.low))); ten <= y.high; ten *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if ((factor == 1 || decades < 3) && ten * factor >= y.low && ten * factor <= y.high) all.push_back(ten * factor);
  return all;
}

std::string path_of(const ChartLine& line, const Frame& frame) {
  std::string d;
  bool pen = false;
  for (size_t i = 0; i < line.x.size(); ++i) {
    const bool there = std::isfinite(line.y[i]) && (!frame.log || line.y[i] > 0);
    if (there) d += fmt::format("{}{:.1f} {:.1f}", pen ? 'L' : 'M', frame.across(line.x[i]), frame.down(line.y[i]));
    pen = there;
  }
  return d;
}

void draw_line(const ChartLine& line, const Frame& frame, Html& out) {
  out.raw(fmt::format("<path class=\"line {}\" d=\"{}\"/>", line.kind, path_of(line, frame)));
  for (size_t i = 0; line.points && i < line.x.size(); ++i)
    if (std::isfinite(line.y[i]) && (!frame.log || line.y[i] > 0))
      out.raw(fmt::format("<circle class=\"point {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"/>", line.kind,
                          frame.across(line.x[i]), frame.down(line.y[i])));
}

void draw_axes(const Chart& chart, const Frame& frame, Html& out) {
  const double bottom = kHeight - kBottom, right = kWidth - kRight;
  const auto text = [&](double x, double y, const char* anchor, const std::string& words) {
    out.raw(fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor, escaped(words)));
  };
  const double factor = chart.percent ? 100 : 1;
  const auto ys = frame.log ? log_ticks(frame.y) : ticks(frame.y.low * factor, frame.y.high * factor, 5);
  for (const double tick : ys) {
    const double y = frame.down(frame.log ? tick : tick / factor);
    out.raw(fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", kLeft, right, y, y));
    text(kLeft - 6, y + 4.5, "end",
         frame.log ? fmt::format("{:g}", tick) : tick_text(tick, ys.size() > 1 ? ys[1] - ys[0] : 1));
  }
  const auto xs = ticks(frame.x.low / chart.x_scale, frame.x.high / chart.x_scale, 6);
  for (const double tick : xs) {
    const double x = frame.across(tick * chart.x_scale);
    out.raw(fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\"/>", x, x, bottom,
                        bottom + 4));
    text(x, bottom + 18, "middle", tick_text(tick, xs.size() > 1 ? xs[1] - xs[0] : 1));
  }
  out.raw(fmt::format("<path class=\"axis\" d=\"M{0} {1}V{2}H{3}\"/>", kLeft, kTop, bottom, right));
  text((kLeft + right) / 2, kHeight - 5, "middle", chart.x_name);
  if (!frame.log && frame.y.low > 0) {  // a cut axis says so
    out.raw(fmt::format("<path class=\"cut\" d=\"M{0} {1}l5 -4l-10 -4l5 -4\"/>", kLeft, bottom));
    text(kLeft + 9, bottom - 5, "start",
         "axis begins at " + tick_text(frame.y.low * factor, ys.size() > 1 ? (ys[1] - ys[0]) / 10 : 1) +
             (chart.percent ? " %" : ""));
  }
}

}  // namespace

std::string Chart::svg() const {
  const Frame frame = frame_of(*this);
  Html out;
  out.raw(fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" data-chart=\"{}\" "
      "data-x=\"{} {} {}\" data-left=\"{}\" data-right=\"{}\">",
      kWidth, kHeight, escaped(words), escaped(id), frame.x.low, frame.x.high, x_scale, kLeft, kWidth - kRight));
  draw_axes(*this, frame, out);
  for (const ChartMark& mark : marks) {
    const double x = frame.across(mark.x);
    out.raw(
        fmt::format("<g class=\"mark\"><title>{}</title><line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\"/>"
                    "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>",
                    escaped(mark.words), x, x, kTop, kHeight - kBottom, x, kTop - 5, escaped(mark.sign)));
  }
  for (const ChartLine& line : lines) draw_line(line, frame, out);
  out.raw("<line class=\"hair\" y1=\"" + fmt::format("{}", kTop) + "\" y2=\"" + fmt::format("{}", kHeight - kBottom) +
          "\" x1=\"-9\" x2=\"-9\"/></svg>");
  return out.text();
}

std::vector<double> ticks(double low, double high, int count) {
  if (!(high > low)) return {low};
  const double rough = (high - low) / count, ten = std::pow(10, std::floor(std::log10(rough)));
  double step = ten;
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (step = ten * factor; step >= rough * 0.999) break;
  std::vector<double> all;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high * (1 + 1e-12) + 1e-12; ++i) all.push_back(i * step);
  return all;
}

std::string tick_text(double value, double step) {
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(std::max(step, 1e-12)) - 1e-9)), 0, 8);
  return fmt::format("{:.{}f}", value == 0 ? 0.0 : value, digits);
}

ChartLine thinned(const ChartLine& line, size_t most) {
  if (line.x.size() <= most) return line;
  ChartLine few{.name = line.name, .kind = line.kind, .points = line.points};
  const size_t parts = most / 2;
  for (size_t part = 0; part < parts; ++part) {
    const size_t begin = part * line.x.size() / parts, end = (part + 1) * line.x.size() / parts;
    const auto at = [&](size_t i) { return line.y.begin() + static_cast<ptrdiff_t>(i); };
    const auto [low, high] = std::minmax_element(at(begin), at(end));
    for (const auto point : {std::min(low, high), std::max(low, high)}) {
      few.x.push_back(line.x[static_cast<size_t>(point - line.y.begin())]);
      few.y.push_back(*point);
    }
  }
  return few;
}

}  // namespace convgrad::cli
