#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct PredictOptions {
  std::string weights = "lenet5.safetensors";
  std::vector<std::string> files;
  int64_t top = 3;
  bool json = false;
};

struct Likely {
  int64_t number;
  double p;
};

/// The classes that the net finds likeliest in a picture, the first first.
std::vector<Likely> predict(const Model& model, const data::transforms::Transform& prepare, const std::string& file,
                            int64_t top) {
  const auto mode = model.info.preprocessing.channels == 1 ? io::ImageReadMode::GRAY : io::ImageReadMode::RGB;
  const Tensor picture = io::read_png(file, mode);
  const Tensor probabilities = model.net(prepare(picture).unsqueeze(0)).softmax(1)[0];
  const auto [values, indices] = probabilities.topk(std::min<int64_t>(top, probabilities.numel()));
  std::vector<Likely> classes;
  for (int64_t i = 0; i < values.numel(); ++i)
    classes.push_back({.number = indices[i].item<int64_t>(), .p = values[i].item<double>()});
  return classes;
}

std::string class_name(const io::ModelInfo& info, int64_t i) {
  return static_cast<size_t>(i) < info.classes.size() ? info.classes[static_cast<size_t>(i)]
                                                      : fmt::format("class {}", i);
}

/// "shirt.png: Shirt 71.3 %, Coat 20.1 %, Pullover 5.0 %", or an object.
std::string line_of(const io::ModelInfo& info, const std::string& file, const std::vector<Likely>& classes, bool json) {
  if (json) {
    nlohmann::ordered_json object = {{"file", file}, {"classes", nlohmann::json::array()}};
    for (const Likely& c : classes)
      object["classes"].push_back({{"class", c.number}, {"name", class_name(info, c.number)}, {"p", c.p}});
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  std::string line = file + ":";
  for (const Likely& c : classes)
    line += fmt::format("{} {} {:.1f} %", line.back() == ':' ? "" : ",", class_name(info, c.number), 100 * c.p);
  return line;
}

int run_predict(const PredictOptions& o) {
  const Model model = load_model(o.weights);
  if (task_of(model.info.model).kind() != Task::classification)
    throw NotImplementedError({.op = "predict",
                               .argument = "--weights",
                               .what = fmt::format("{} names no class of a picture", model.info.model),
                               .hint = "its run's page shows what it makes of pictures: convgrad report RUN"});
  const auto prepare = preprocessing(model.info.preprocessing);
  const NoGradGuard guard;
  int status = kOk;
  for (const std::string& file : o.files) {
    try {
      std::printf("%s\n", line_of(model.info, file, predict(model, prepare, file, o.top), o.json).c_str());
    } catch (const FileError& e) {  // the other pictures can still be read
      status = report(e, kData);
    }
  }
  return status;
}

}  // namespace

void add_predict(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "predict", "What a trained net sees in PNG pictures",
                                  "  convgrad predict shirt.png shoe.png\n"
                                  "  convgrad predict --weights net.safetensors --top 1 *.png\n");
  auto o = std::make_shared<PredictOptions>();
  command->add_option("pictures", o->files, "PNG files; the net's own preprocessing is applied")->required();
  command->add_option("--weights", o->weights, "File that `convgrad train` wrote")->capture_default_str();
  command->add_option("--top-k,--top", o->top, "How many classes to name")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_flag("--json", o->json, "Print an object for each picture; errors are JSON, too");
  command->callback([o, &status] { status = run_predict(*o); });
}

}  // namespace convgrad::cli
