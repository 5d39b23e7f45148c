#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "convgrad/nn/summary.h"
#include "core/shape.h"

namespace convgrad::nn {
namespace {

// 4083626 → "4,083,626"
std::string grouped(int64_t n) {
  if (n < 1000) return std::to_string(n);
  return fmt::format("{},{:03}", grouped(n / 1000), n % 1000);
}

std::string count(int64_t n) { return n == 0 ? "--" : grouped(n); }
std::string megabytes(int64_t bytes) { return fmt::format("{:.2f}", static_cast<double>(bytes) / 1e6); }

// Columns a text takes on the screen: its code points, not its bytes.
size_t width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}
std::string left(const std::string& text, size_t columns) {
  return text + std::string(columns - std::min(columns, width(text)), ' ');
}
std::string right(const std::string& text, size_t columns) {
  return std::string(columns - std::min(columns, width(text)), ' ') + text;
}

// The lines that join a layer to its owner: "│    └─".
std::string branch(const std::vector<LayerSummary>& layers, size_t i) {
  auto has_sibling_below = [&](int64_t depth) {
    for (size_t j = i + 1; j < layers.size() && layers[j].depth >= depth; ++j)
      if (layers[j].depth == depth) return true;
    return false;
  };
  std::string out;
  for (int64_t depth = 1; depth < layers[i].depth; ++depth) out += has_sibling_below(depth) ? "│    " : "     ";
  if (layers[i].depth > 0) out += has_sibling_below(layers[i].depth) ? "├─" : "└─";
  return out;
}

}  // namespace

std::string Summary::str() const {
  std::vector<std::array<std::string, 4>> rows{{"Layer (type: name)", "Output Shape", "Param #", "Mult-Adds"}};
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerSummary& layer = layers[i];
    const std::string last = layer.name.substr(layer.name.rfind('.') + 1);
    rows.push_back({branch(layers, i) + layer.type + (last.empty() ? "" : ": " + last),
                    layer.calls == 0 ? "--" : to_string(layer.output_size),
                    layer.parameters > 0 && layer.parameters == layer.repeated ? "(shared)" : count(layer.parameters),
                    count(layer.multiply_adds)});
  }
  std::array<size_t, 4> columns{};
  for (const auto& row : rows)
    for (size_t c = 0; c < 4; ++c) columns[c] = std::max(columns[c], width(row[c]));
  const std::string rule(columns[0] + columns[1] + columns[2] + columns[3] + 9, '=');

  std::string out = rule + '\n';
  for (size_t r = 0; r < rows.size(); ++r) {
    out += fmt::format("{}   {}   {}   {}\n", left(rows[r][0], columns[0]), left(rows[r][1], columns[1]),
                       right(rows[r][2], columns[2]), right(rows[r][3], columns[3]));
    if (r == 0) out += rule + '\n';
  }
  return out + rule +
         fmt::format(
             "\nTotal params: {}\nTrainable params: {}\nNon-trainable params: {}\nTotal mult-adds: {}\n{}\n"
             "Input size (MB): {}\nLayer outputs (MB): {}\nParams size (MB): {}\n{}",
             grouped(parameters), grouped(trainable_parameters), grouped(parameters - trainable_parameters),
             grouped(multiply_adds), rule, megabytes(input_bytes), megabytes(output_bytes), megabytes(parameter_bytes),
             rule);
}

std::ostream& operator<<(std::ostream& out, const Summary& summary) { return out << summary.str(); }

}  // namespace convgrad::nn
