#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace convgrad::cli {

/// The ends of an interval, as shares.
struct Interval {
  double low = 0, high = 1;
};

/// Where a share lies with 95 % confidence, of which `hits` of `of` were seen (Wilson, 1927). Everything for none of
/// none.
Interval wilson(int64_t hits, int64_t of);
/// The difference of two shares measured on the same `of` pictures, of which `only_first` are right for the first alone
/// and `only_second` for the second alone: second − first, with 95 % confidence.
Interval paired_difference(int64_t only_first, int64_t only_second, int64_t of);

/// The value below which the share q of the values lies, between neighbours in proportion; 0 for no values.
double quantile(std::vector<double> values, double q);

/// The exponential mean up to each value, over about `window` values, without the bias of its begin.
std::vector<double> smoothed(const std::vector<double>& values, double window);

/// The shares in tenths of a percent, rounded so that their sum is exactly 100 %: the largest remainders go up.
std::vector<double> percentages(const std::vector<double>& shares);

}  // namespace convgrad::cli
