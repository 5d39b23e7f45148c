#pragma once
#include <convgrad/convgrad.h>

#include <string>
#include <vector>

#include "report/answers.h"

namespace convgrad::cli {

/// Pictures of the report that belong together, on one sheet.
struct PictureGroup {
  std::string name{};
  std::vector<int64_t> indices{};  // in the data set, in the sheet's order
};

/// The pictures that the report shows of these answers. Classification: "worst" (32 mistakes by loss), "unsure" (16
/// right ones with the smallest probability), "suspicious" (8 whose label looks wrong: p(pred) > 0.99), "confusion" (up
/// to 4 of each cell, 400 in all, the fullest cells of mistakes first). Other tasks: "worst" alone.
std::vector<PictureGroup> choose_pictures(const std::vector<Answer>& answers, const Confusion& confusion,
                                          const Task& task);

/// uint8 [1 or 3, h, w] for the eye: a signal, one line high, becomes its curve.
Tensor shown_picture(const Tensor& stored);

/// A sheet has at most so many tiles in a row.
inline constexpr int64_t kSheetColumns = 16;
/// Tiles of one size, uint8 [1 or 3, h, w], row by row; the rest of the last row is black.
Tensor sheet_of(const std::vector<Tensor>& tiles);

/// Values in [−scale, scale], [h, w], as colours [3, h, w]: blue below zero, white, vermilion above.
Tensor diverging(const Tensor& values, double scale);
/// Pictures [1 or 3, h, w] side by side, a grey line between them.
Tensor side_by_side(const std::vector<Tensor>& panels);

/// A sheet as the page needs it: the file's bytes, and what lies where.
struct Sheet {
  std::string png{};
  int64_t width = 0, height = 0, tile_width = 0, tile_height = 0;
  std::vector<int64_t> indices{};  // or 0 … n − 1 for what is no picture of the data set
};
/// Reads a PNG of `tiles` tiles; an empty Sheet where it is no such file.
Sheet read_sheet(const std::string& path, int64_t tiles);

}  // namespace convgrad::cli
