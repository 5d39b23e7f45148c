#pragma once
#include <string>
#include <vector>

namespace convgrad::cli {

/// A line of a chart: points in order of x.
struct ChartLine {
  std::string name{}, kind{};  // kind: a class of the style sheet: train, test, other; thin ones also "thin"
  std::vector<double> x{}, y{};
  bool points = false;  // each point marked
};

/// Something that happened at a place: a sign above, a line down.
struct ChartMark {
  double x = 0;
  std::string sign{}, words{};
};

/// A chart as SVG that needs no script and no font of its own.
struct Chart {
  std::string id{}, title{}, words{};  // words: what a reader who does not see it is told
  std::vector<ChartLine> lines{};
  std::vector<ChartMark> marks{};
  std::string x_name{};
  double x_scale = 1;      // x of a point over what the axis shows: steps an epoch
  bool log = false;        // y by its logarithm
  bool percent = false;    // y in percent
  bool from_zero = false;  // y begins at 0 where it is not logarithmic; else near the lowest value, which is marked

  std::string svg() const;
};

/// Round numbers, about `count` of them, that lie in [low, high].
std::vector<double> ticks(double low, double high, int count);
/// A number as a tick shows it: as few digits as tell ticks of this distance apart.
std::string tick_text(double value, double step);

/// Many points as few: the lowest and the highest of each of `most` / 2 parts, in their order.
ChartLine thinned(const ChartLine& line, size_t most);

}  // namespace convgrad::cli
