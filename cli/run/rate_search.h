#pragma once
#include <string>
#include <vector>

namespace convgrad::cli {

/// How `convgrad lr-find` looks for a learning rate.
struct RateSearch {
  double from = 1e-5, to = 10;
  int64_t steps = 100;
  std::string svg{};  // file for the curve; empty: none
  bool json = false;
};

/// What the loss was while the rate grew, and the rate where it fell fastest.
struct RateCurve {
  std::vector<double> rate{}, loss{}, smooth{};
  double suggestion = 0;  // 0: it fell nowhere
};

/// Smooths the loss and looks for its steepest fall by the rate's logarithm, before its lowest value.
RateCurve judged(std::vector<double> rates, std::vector<double> losses);

/// The curve as text, `columns` wide.
std::string text_chart(const RateCurve& curve, int columns, bool utf8);
/// As a picture of its own.
std::string svg_chart(const RateCurve& curve);

}  // namespace convgrad::cli
