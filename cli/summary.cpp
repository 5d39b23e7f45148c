#include <convgrad/convgrad.h>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct SummaryOptions {
  std::string model, input = "1x32x32";
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

int run_summary(const SummaryOptions& o) {
  const NoGradGuard guard;
  const bool file = o.model.find('.') != std::string::npos;
  nn::Sequential net = file ? load_model(o.model).net : nn::make_model(o.model, {});
  std::vector<int64_t> size = parse_sizes(o.input);
  size.insert(size.begin(), 1);  // a batch of one
  std::printf("%s\n", nn::summary(net, size).str().c_str());
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
  command->add_option("--input", o->input, "Size of one input, without the batch: channels x height x width")
      ->capture_default_str();
  command->callback([o, &status] { status = run_summary(*o); });
}

}  // namespace convgrad::cli
