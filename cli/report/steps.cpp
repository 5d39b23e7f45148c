#include "report/steps.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "report/files.h"

namespace convgrad::cli {
namespace {

/// The number behind `key` in a line as Training writes it: a parser of any JSON would take ten times as long.
template <class T>
std::optional<T> field(std::string_view line, std::string_view key) {
  const size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  T value{};
  const auto [end, error] = std::from_chars(line.data() + at + key.size(), line.data() + line.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

Steps read_steps(const std::string& path) {
  const std::string text = read_text(path).value_or("");
  Steps steps;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    begin = end + 1;
    const auto step = field<int64_t>(line, "\"step\":");
    const auto loss = field<double>(line, "\"loss\":"), accuracy = field<double>(line, "\"acc\":"),
               lr = field<double>(line, "\"lr\":");
    if (step && line.find("\"event\":") != std::string_view::npos) {
      steps.events.push_back({.step = *step, .is_resume = line.find("\"resume\"") != std::string_view::npos});
    } else if (step && loss && accuracy && lr && std::isfinite(*loss) && std::isfinite(*accuracy)) {
      steps.step.push_back(*step);
      steps.loss.push_back(*loss);
      steps.accuracy.push_back(*accuracy);
      steps.lr.push_back(*lr);
    }
  }
  return steps;
}

}  // namespace convgrad::cli
