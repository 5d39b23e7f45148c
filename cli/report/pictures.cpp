#include "report/pictures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/files.h"

namespace convgrad::cli {
namespace {

constexpr size_t kWorst = 32, kUnsure = 16, kSuspicious = 8, kOfCell = 4, kOfCells = 400;
constexpr double kSure = 0.99;

/// The first `most` answers that are `wanted`, in this order; equal ones by their number.
template <class Wanted, class Key>
PictureGroup first(const std::string& name, const std::vector<Answer>& answers, size_t most, Wanted wanted, Key key) {
  std::vector<const Answer*> chosen;
  for (const Answer& a : answers)
    if (wanted(a)) chosen.push_back(&a);
  const auto before = [&](const Answer* a, const Answer* b) {
    return key(*a) != key(*b) ? key(*a) < key(*b) : a->index < b->index;
  };
  const size_t n = std::min(most, chosen.size());
  std::partial_sort(chosen.begin(), chosen.begin() + static_cast<ptrdiff_t>(n), chosen.end(), before);
  PictureGroup group{.name = name};
  for (size_t i = 0; i < n; ++i) group.indices.push_back(chosen[i]->index);
  return group;
}

/// Cells of the matrix that are not empty: mistakes first, the fullest first.
std::vector<std::pair<int64_t, int64_t>> cells(const Confusion& c) {
  std::vector<std::pair<int64_t, int64_t>> found;
  for (int64_t label = 0; label < c.size(); ++label)
    for (int64_t pred = 0; pred < c.size(); ++pred)
      if (c.at(label, pred) > 0) found.emplace_back(label, pred);
  std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
    const bool a_right = a.first == a.second, b_right = b.first == b.second;
    return a_right != b_right ? b_right : c.at(a.first, a.second) > c.at(b.first, b.second);
  });
  return found;
}

PictureGroup of_cells(const std::vector<Answer>& answers, const Confusion& confusion) {
  std::vector<std::vector<Answer>> in(confusion.counts.size());
  for (const Answer& a : answers) in[static_cast<size_t>(a.label * confusion.size() + a.pred)].push_back(a);
  PictureGroup all{.name = "confusion"};
  for (const auto& [label, pred] : cells(confusion)) {
    const auto any = [](const Answer&) { return true; };
    const auto surest = [](const Answer& a) { return -a.p_pred; };
    const auto& here = in[static_cast<size_t>(label * confusion.size() + pred)];
    const PictureGroup some = first("", here, std::min(kOfCell, kOfCells - all.indices.size()), any, surest);
    all.indices.insert(all.indices.end(), some.indices.begin(), some.indices.end());
  }
  return all;
}

/// [1, 1, n] as a curve, white on black.
Tensor curve_of(const Tensor& stored) {
  constexpr int64_t kHigh = 48;
  const int64_t n = stored.size(2);
  const auto values = stored.reshape({-1}).to_vector<uint8_t>();
  Tensor picture = zeros({1, kHigh, n}, {.dtype = kUInt8});
  auto* pixels = picture.data_ptr<uint8_t>();
  const auto row = [&](int64_t i) { return (kHigh - 1) * (255 - values[static_cast<size_t>(i)]) / 255; };
  for (int64_t i = 0; i < n; ++i) {
    const int64_t from = row(std::max<int64_t>(i - 1, 0)), to = row(i);
    for (int64_t y = std::min(from, to); y <= std::max(from, to); ++y) pixels[y * n + i] = 255;
  }
  return picture;
}

uint32_t big_endian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

std::vector<PictureGroup> choose_pictures(const std::vector<Answer>& answers, const Confusion& confusion,
                                          const Task& task) {
  const auto by_loss = [](const Answer& a) { return -a.loss; };
  if (task.kind() != Task::classification)
    return {first(
        "worst", answers, kWorst, [](const Answer&) { return true; }, by_loss)};
  return {first(
              "worst", answers, kWorst, [](const Answer& a) { return !a.correct(); }, by_loss),
          first(
              "unsure", answers, kUnsure, [](const Answer& a) { return a.correct(); },
              [](const Answer& a) { return a.p_pred; }),
          first(
              "suspicious", answers, kSuspicious, [](const Answer& a) { return !a.correct() && a.p_pred > kSure; },
              [](const Answer& a) { return -a.p_pred; }),
          of_cells(answers, confusion)};
}

Tensor shown_picture(const Tensor& stored) { return stored.size(1) == 1 ? curve_of(stored) : stored; }

Tensor sheet_of(const std::vector<Tensor>& tiles) {
  const auto count = static_cast<int64_t>(tiles.size());
  const int64_t columns = std::min(kSheetColumns, count), rows = (count + columns - 1) / columns;
  const int64_t channels = tiles[0].size(0), h = tiles[0].size(1), w = tiles[0].size(2);
  Tensor sheet = zeros({channels, rows * h, columns * w}, {.dtype = kUInt8});
  for (int64_t i = 0; i < count; ++i) {
    const int64_t y = i / columns * h, x = i % columns * w;
    sheet.slice(1, y, y + h).slice(2, x, x + w).copy_(tiles[static_cast<size_t>(i)]);
  }
  return sheet;
}

Tensor diverging(const Tensor& values, double scale) {
  constexpr double kBelow[] = {0, 114, 178}, kAbove[] = {213, 94, 0};
  const auto from = values.reshape({-1}).to_vector<float>();
  Tensor colours = zeros({3, values.size(0), values.size(1)}, {.dtype = kUInt8});
  auto* pixels = colours.data_ptr<uint8_t>();
  for (size_t c = 0; c < 3; ++c)
    for (const float value : from) {
      const double t = scale > 0 ? std::clamp(value / scale, -1.0, 1.0) : 0;
      *pixels++ = static_cast<uint8_t>(std::lround(std::lerp(255.0, t < 0 ? kBelow[c] : kAbove[c], std::abs(t))));
    }
  return colours;
}

Tensor side_by_side(const std::vector<Tensor>& panels) {
  const auto n = static_cast<int64_t>(panels.size());
  int64_t channels = 1;
  for (const Tensor& p : panels) channels = std::max(channels, p.size(0));
  const int64_t h = panels[0].size(1), w = panels[0].size(2);
  Tensor all = full({channels, h, n * (w + 1) - 1}, 128, {.dtype = kUInt8});
  for (int64_t i = 0; i < n; ++i) {
    const Tensor& panel = panels[static_cast<size_t>(i)];
    all.slice(2, i * (w + 1), i * (w + 1) + w).copy_(panel.expand({channels, h, w}));
  }
  return all;
}

Sheet read_sheet(const std::string& path, int64_t tiles) {
  const auto bytes = read_text(path);
  if (!bytes || bytes->size() < 33 || bytes->compare(1, 3, "PNG") != 0 || tiles < 1) return {};
  Sheet sheet{.png = *bytes, .width = big_endian(*bytes, 16), .height = big_endian(*bytes, 20)};
  const int64_t columns = std::min(kSheetColumns, tiles), rows = (tiles + columns - 1) / columns;
  if (sheet.width < columns || sheet.height < rows || sheet.width % columns != 0 || sheet.height % rows != 0) return {};
  sheet.tile_width = sheet.width / columns, sheet.tile_height = sheet.height / rows;
  for (int64_t i = 0; i < tiles; ++i) sheet.indices.push_back(i);
  return sheet;
}

}  // namespace convgrad::cli
