#pragma once
// What both C++ sides of bench/layers.py have in common: a layer, how a call is timed, how questions are answered.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bench {

using Sizes = std::vector<int64_t>;

struct Layer {
  int64_t batch, in_channels, out_channels, groups;
  Sizes input, kernel, stride, pad, dilation;
  bool transposed;

  explicit Layer(const nlohmann::json& j)
      : batch(j.at("batch")),
        in_channels(j.at("in_channels")),
        out_channels(j.at("out_channels")),
        groups(j.at("groups")),
        input(j.at("input")),
        kernel(j.at("kernel")),
        stride(j.at("stride")),
        pad(j.at("pad")),
        dilation(j.at("dilation")),
        transposed(j.at("transposed")) {}

  int64_t span(size_t a) const { return dilation[a] * (kernel[a] - 1) + 1; }
  int64_t output(size_t a) const {
    return transposed ? (input[a] - 1) * stride[a] + span(a) - 2 * pad[a]
                      : (input[a] + 2 * pad[a] - span(a)) / stride[a] + 1;
  }
  Sizes sizes(int64_t first, int64_t second, const std::function<int64_t(size_t)>& size) const {
    Sizes all{first, second};
    for (size_t a = 0; a < input.size(); ++a) all.push_back(size(a));
    return all;
  }
};

struct Case {
  std::function<void()> run = {};
  std::string algorithm = {};
};

inline nlohmann::json time_of(const std::function<void()>& run, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const auto begin = Clock::now();
  run();
  const int repeats = since(begin) < 1e-4 ? 50 : 1;  // the clocks take some hundred nanoseconds themselves
  std::vector<double> times;
  const std::clock_t cpu = std::clock();
  do {
    const auto start = Clock::now();
    for (int i = 0; i < repeats; ++i) run();
    times.push_back(since(start) / repeats);
  } while (since(begin) < seconds);
  const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::sort(times.begin(), times.end());
  return {{"least", times.front()},
          {"median", times[times.size() / 2]},
          {"cpu", cpu_seconds / static_cast<double>(times.size()) / repeats}};
}

/// Answers each line of JSON with one: {"case": …} by what `make` makes of it, {"run": seconds} by its times, others by
/// `other`.
template <class Make, class Other>
void serve(Make make, Other other) {
  Case current;
  for (std::string line; std::getline(std::cin, line);) {
    const auto asked = nlohmann::json::parse(line);
    nlohmann::json answer;
    if (asked.contains("case")) {
      current = {};  // frees the last one's memory first
      current = make(asked);
      answer = {{"algorithm", current.algorithm}};
    } else if (asked.contains("run")) {
      answer = time_of(current.run, asked["run"]);
    } else {
      answer = other(asked);
    }
    std::cout << answer << std::endl;
  }
}

}  // namespace bench
