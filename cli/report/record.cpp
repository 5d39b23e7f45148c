#include "report/record.h"

#include <fmt/format.h>

#include <filesystem>

#include "report/csv.h"
#include "report/files.h"
#include "report/pictures.h"

namespace convgrad::cli {
namespace {

void write_sheet(const std::string& path, const Tensor& sheet) {
  const Tensor png = io::encode_png(sheet);
  replace_file(path, {static_cast<const char*>(png.data_ptr()), static_cast<size_t>(png.numel())});
}

/// Floats in [0, 1] as 8-bit values.
Tensor eight_bit(const Tensor& x) { return (x.clamp(0, 1) * 255).round().to(kUInt8); }

/// A mask for the eye, [3, h, w]: background dark, classes blue where they are right, all that is wrong vermilion.
Tensor coloured(const Tensor& said, const Tensor& right) {
  constexpr uint8_t kDark[] = {32, 32, 32}, kRight[] = {0, 114, 178}, kWrong[] = {213, 94, 0};
  const auto classes = said.reshape({-1}).to_vector<int64_t>(), wanted = right.reshape({-1}).to_vector<int64_t>();
  Tensor colours = zeros({3, said.size(0), said.size(1)}, {.dtype = kUInt8});
  auto* pixels = colours.data_ptr<uint8_t>();
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < classes.size(); ++i)
      *pixels++ = (classes[i] != wanted[i] ? kWrong : classes[i] == 0 ? kDark : kRight)[c];
  return colours;
}

}  // namespace

Record::Record(const Model& model, const Task& task, const std::vector<int64_t>& input)
    : net_(model.net), task_(task), first_(first_convolution(model.net)), before_(first_), probe_(model.net) {
  std::vector<int64_t> batch = input;
  batch.insert(batch.begin(), 1);
  summary_ = nn::summary(net_, batch);
  if (before_) before_->weight = before_->weight.clone();
}

void Record::keep_answers(const std::string& folder, const Answers& answers, const data::datasets::ImageDataset& data) {
  replace_file(folder + "/predictions.csv", answers_csv(answers.list(), task_));
  if (const Confusion& c = answers.confusion(); c.size() > 0) {
    replace_file(folder + "/confusion.csv", confusion_csv(c));
    replace_file(folder + "/classes.csv", classes_csv(c, task_.kind() == Task::classification));
  }
  const std::string made = folder + "/pictures.new";
  std::error_code error;
  std::filesystem::remove_all(made, error);
  std::filesystem::create_directory(made, error);
  std::string list = "group,position,index\n";
  const NoGradGuard guard;
  net_->eval();
  for (const PictureGroup& group : choose_pictures(answers.list(), answers.confusion(), task_)) {
    std::vector<Tensor> tiles;
    for (const int64_t index : group.indices) {
      list += fmt::format("{},{},{}\n", group.name, tiles.size(), index);
      tiles.push_back(tile(data, index));
    }
    if (!tiles.empty()) write_sheet(made + "/" + group.name + ".png", sheet_of(tiles));
  }
  if (first_) write_filters(made);
  if (first_ && !answers.list().empty()) {
    const int64_t index = answers.list()[0].index;
    list += fmt::format("example,0,{}\n", index);
    write_maps(made, data, index);
  }
  replace_file(made + "/pictures.csv", list);
  replace_folder(made, folder + "/pictures");
}

/// What the page shows of a picture: itself, or with what the net made of it.
Tensor Record::tile(const data::datasets::ImageDataset& data, int64_t index) {
  const Tensor stored = shown_picture(data.images()[index]);
  if (task_.kind() == Task::classification) return stored;
  const data::Example example = data.get(index);
  const Tensor output = net_(example.data.unsqueeze(0))[0];
  if (task_.kind() == Task::segmentation)
    return side_by_side({stored, coloured(example.target, example.target), coloured(output.argmax(0), example.target)});
  return side_by_side({eight_bit(example.data), eight_bit(output), diverging((output - example.data).mean(0), 0.5)});
}

void Record::write_filters(const std::string& folder) const {
  const auto rows = compare_filters(before_->weight, first_->weight);
  replace_file(folder + "/filters.csv", filters_csv(rows));
  write_sheet(folder + "/filters-before.png", filter_sheet(before_->weight, scale_of(rows)));
  write_sheet(folder + "/filters-after.png", filter_sheet(first_->weight, scale_of(rows)));
}

void Record::write_maps(const std::string& folder, const data::datasets::ImageDataset& data, int64_t index) {
  write_sheet(folder + "/example.png", shown_picture(data.images()[index]));
  const Maps maps = feature_maps(net_, data.get(index).data, index);
  replace_file(folder + "/maps.csv", maps_csv(maps.rows));
  for (size_t i = 0; i < maps.sheets.size(); ++i)
    write_sheet(fmt::format("{}/maps-{}.png", folder, i + 1), maps.sheets[i]);
}

void Record::keep_layers(const std::string& folder, const Shares& shares) {
  const auto rows = probe_.rows(summary_, shares);
  if (rows.empty()) return;
  if (peak_ == 0) peak_ = measured_peak();
  replace_file(folder + "/layers.csv", layers_csv(rows, peak_));
}

}  // namespace convgrad::cli
