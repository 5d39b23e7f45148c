#include "report/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace convgrad::cli {

constexpr double kZ = 1.959963984540054;  // of 95 %

Interval wilson(int64_t hits, int64_t of) {
  if (of <= 0) return {};
  const auto n = static_cast<double>(of);
  const double p = static_cast<double>(hits) / n, whole = 1 + kZ * kZ / n;
  const double middle = (p + kZ * kZ / (2 * n)) / whole;
  const double half = kZ / whole * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Interval paired_difference(int64_t only_first, int64_t only_second, int64_t of) {
  if (of <= 0) return {-1, 1};
  const auto n = static_cast<double>(of), b = static_cast<double>(only_first), c = static_cast<double>(only_second);
  const double difference = (c - b) / n, half = kZ / n * std::sqrt(std::max(0.0, b + c - (c - b) * (c - b) / n));
  return {difference - half, difference + half};
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(at), above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], at - static_cast<double>(below));
}

std::vector<double> smoothed(const std::vector<double>& values, double window) {
  const double keep = 1 - 1 / std::max(window, 1.0);
  double sum = 0, weight = 0;
  std::vector<double> out;
  out.reserve(values.size());
  for (const double value : values) {
    sum = keep * sum + value, weight = keep * weight + 1;
    out.push_back(sum / weight);
  }
  return out;
}

std::vector<double> percentages(const std::vector<double>& shares) {
  const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<int64_t> tenths;
  std::vector<std::pair<double, size_t>> remainders;
  int64_t missing = 1000;
  for (size_t i = 0; i < shares.size(); ++i) {
    const double exact = whole > 0 ? 1000 * shares[i] / whole : 0;
    tenths.push_back(static_cast<int64_t>(exact));
    remainders.emplace_back(exact - std::floor(exact), i);
    missing -= tenths.back();
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0; whole > 0 && missing > 0 && i < remainders.size(); ++i, --missing) tenths[remainders[i].second]++;
  std::vector<double> out;
  for (const int64_t t : tenths) out.push_back(static_cast<double>(t) / 10);
  return out;
}

}  // namespace convgrad::cli
