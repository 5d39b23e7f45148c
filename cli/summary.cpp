#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct SummaryOptions {
  std::string model, input;
};

/// "1x32x32" → {1, 32, 32}; ValueError for anything else.
std::vector<int64_t> parse_sizes(const std::string& text) {
  std::vector<int64_t> sizes;
  size_t at = 0;
  while (at <= text.size()) {
    const size_t end = std::min(text.find('x', at), text.size());
    const std::string number = text.substr(at, end - at);
    const bool digits =
        !number.empty() && number.size() <= 9 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::stoll(number) < 1)
      throw ValueError({.op = "summary",
                        .argument = "--input",
                        .what = fmt::format("--input {}: \"{}\" is no size", text, number),
                        .hint = "sizes joined by x, as in 1x32x32: channels, height, width"});
    sizes.push_back(std::stoll(number));
    at = end + 1;
  }
  return sizes;
}

/// The named net, made for inputs of this size.
nn::Sequential make_for(const std::string& model, const std::vector<int64_t>& size) {
  const bool signal = model == "signal1d";
  if (size.size() != 3 || (!signal && size[1] != size[2]))
    throw ValueError({.op = "summary",
                      .argument = "--input",
                      .what = fmt::format("--input {}: {} takes square pictures", fmt::join(size, "x"), model),
                      .hint = "channels x height x width, as in 1x32x32"});
  return nn::make_model(model, nn::model_options({.in_channels = size[0], .image = size[2]}));
}

std::vector<int64_t> default_input(const std::string& model) {
  return model == "signal1d" ? std::vector<int64_t>{1, 1, 128} : std::vector<int64_t>{1, 32, 32};
}

/// The size of what a saved net is given.
std::vector<int64_t> input_of(const io::ModelInfo& info) {
  const io::Preprocessing& p = info.preprocessing;
  if (p.resize.empty()) {
    const auto image = info.options.find("image");
    const int64_t side = image == info.options.end() ? 32 : std::stoll(image->second);
    return {p.channels, info.model == "signal1d" ? 1 : side, side};
  }
  return {p.channels, p.resize.front(), p.resize.back()};
}

int run_summary(const SummaryOptions& o) {
  const NoGradGuard guard;
  std::vector<int64_t> size = o.input.empty() ? default_input(o.model) : parse_sizes(o.input);
  nn::Sequential net;
  if (o.model.find('.') == std::string::npos) {
    net = make_for(o.model, size);
  } else {
    Model model = load_model(o.model);
    if (o.input.empty()) size = input_of(model.info);
    net = model.net;
  }
  size.insert(size.begin(), 1);  // a batch of one
  try {
    std::printf("%s\n", nn::summary(net, size).str().c_str());
  } catch (const ShapeError& e) {
    throw ValueError({.op = "summary", .argument = "--input", .what = e.what(), .hint = "another --input"});
  }
  return kOk;
}

}  // namespace

void add_summary(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "summary", "Layers, shapes, parameters and multiply-adds of a net",
                                  "  convgrad summary lenet5 --input 1x32x32\n"
                                  "  convgrad summary lenet5.safetensors\n");
  auto o = std::make_shared<SummaryOptions>();
  command
      ->add_option(
          "model", o->model,
          "The net's name (" + fmt::format("{}", fmt::join(nn::model_names(), ", ")) + "), or a file of weights")
      ->required();
  command->add_option("--input", o->input,
                      "Size of one input, without the batch: channels x height x width; default: 1x32x32 (signal1d: "
                      "1x1x128), or what the "
                      "file's net is given");
  command->callback([o, &status] { status = run_summary(*o); });
}

}  // namespace convgrad::cli
