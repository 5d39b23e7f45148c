// A picture of a data set as text.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"
#include "report/pictures.h"
#include "run/terminal.h"

namespace convgrad::cli {
namespace {

struct ShowOptions {
  std::string data, color = "auto";
  int64_t index = 0;
  bool train = false;
};

/// 0 … 255 as a sign that is as dark or bright; two of them are about as wide as high.
std::string as_signs(const Tensor& grey) {
  constexpr std::string_view kRamp = " .:-=+*#%@";
  const auto pixels = grey.reshape({-1}).to_vector<uint8_t>();
  std::string text;
  for (int64_t y = 0; y < grey.size(0); ++y) {
    std::string line;
    for (int64_t x = 0; x < grey.size(1); ++x)
      line.append(2, kRamp[pixels[static_cast<size_t>(y * grey.size(1) + x)] * (kRamp.size() - 1) / 255]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

/// [3, h, w]: two pixels in each sign, the upper in its colour, the lower in its background's.
std::string as_colours(const Tensor& picture) {
  const int64_t h = picture.size(1), w = picture.size(2);
  const auto pixels = picture.reshape({-1}).to_vector<uint8_t>();
  const auto colour = [&](int64_t y, int64_t x) {
    const auto at = [&](int64_t c) { return pixels[static_cast<size_t>((c * h + y) * w + x)]; };
    return fmt::format("{};{};{}", at(0), at(1), at(2));
  };
  std::string text;
  for (int64_t y = 0; y < h; y += 2) {
    for (int64_t x = 0; x < w; ++x)
      text += fmt::format("\033[38;2;{}m\033[48;2;{}m▀", colour(y, x), y + 1 < h ? colour(y + 1, x) : "0;0;0");
    text += "\033[0m\n";
  }
  return text;
}

/// Which file the picture is in, or that it was made here.
std::string origin(const data::datasets::ImageDataset& pictures, int64_t index) {
  const auto& files = pictures.files();
  if (files.empty()) return "made by the program: it is in no file";
  if (dynamic_cast<const data::datasets::ImageFolder*>(&pictures)) return files[static_cast<size_t>(index)];
  if (files.size() == 2) return fmt::format("picture {} of {}", index, files[0]);
  const int64_t each = pictures.size() / static_cast<int64_t>(files.size());
  return fmt::format("picture {} of {}", index % each, files[static_cast<size_t>(index / each)]);
}

int run_show(const ShowOptions& o) {
  const auto pictures = open_data(o.data, o.train, preprocessing_for("signal1d", o.data), Task::classification, true);
  if (o.index < 0 || o.index >= pictures->size())
    throw ValueError({.op = "show",
                      .argument = "INDEX",
                      .what = fmt::format("{} has {} {} pictures; there is no number {}", o.data, pictures->size(),
                                          o.train ? "training" : "test", o.index),
                      .hint = fmt::format("numbers are 0 … {}", pictures->size() - 1)});
  const Tensor picture = shown_picture(pictures->images()[o.index]);
  const int64_t label = pictures->targets()[o.index].item<int64_t>();
  std::printf("%s, %s picture %lld: %s (class %lld)\n%s\n", o.data.c_str(), o.train ? "training" : "test",
              static_cast<long long>(o.index), pictures->classes()[static_cast<size_t>(label)].c_str(),
              static_cast<long long>(label), origin(*pictures, o.index).c_str());
  if (colour_wanted(o.color, STDOUT_FILENO) && utf8_locale()) {
    std::fputs(as_colours(picture.expand({3, picture.size(1), picture.size(2)})).c_str(), stdout);
  } else {
    const Tensor grey = picture.to(kFloat32).mean(0).round().to(kUInt8);
    std::fputs(as_signs(grey).c_str(), stdout);
  }
  return kOk;
}

}  // namespace

void add_show(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "show", "A picture of a data set, as text: its label, its file, its pixels",
                                  "  convgrad show fashion-mnist 1234\n  convgrad show shapes10 7 --train\n");
  auto o = std::make_shared<ShowOptions>();
  command->add_option("data", o->data, "The data set, as `convgrad train --data` takes it")->required();
  command->add_option("index", o->index, "The picture's number, from 0, as the report shows it")->required();
  command->add_flag("--train", o->train, "Of the training pictures instead of the test pictures");
  add_color_option(*command, o->color);
  command->callback([o, &status] { status = run_show(*o); });
}

}  // namespace convgrad::cli
