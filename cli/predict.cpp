#include <convgrad/convgrad.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "commands.h"
#include "exit_codes.h"
#include "model_file.h"

namespace convgrad::cli {
namespace {

struct PredictOptions {
  std::string weights = "lenet5.safetensors";
  std::vector<std::string> files;
  int64_t top = 3;
};

std::string class_name(const io::ModelInfo& info, int64_t i) {
  return static_cast<size_t>(i) < info.classes.size() ? info.classes[static_cast<size_t>(i)]
                                                      : fmt::format("class {}", i);
}

int run_predict(const PredictOptions& o) {
  const Model model = load_model(o.weights);
  const io::Preprocessing& p = model.info.preprocessing;
  const auto prepare = preprocessing(p);
  const NoGradGuard guard;
  for (const std::string& file : o.files) {
    const Tensor picture = io::read_png(file, p.channels == 1 ? io::ImageReadMode::GRAY : io::ImageReadMode::RGB);
    const Tensor probabilities = model.net(prepare(picture).unsqueeze(0)).softmax(1)[0];
    const auto [values, indices] = probabilities.topk(std::min<int64_t>(o.top, probabilities.numel()));
    std::string line = file + ":";
    for (int64_t i = 0; i < values.numel(); ++i)
      line += fmt::format("{} {} {:.1f} %", i ? "," : "", class_name(model.info, indices[i].item<int64_t>()),
                          100 * values[i].item<double>());
    std::printf("%s\n", line.c_str());
  }
  return kOk;
}

}  // namespace

void add_predict(CLI::App& app, int& status) {
  CLI::App* command = add_command(app, "predict", "What a trained net sees in PNG pictures",
                                  "  convgrad predict shirt.png shoe.png\n"
                                  "  convgrad predict --weights net.safetensors --top 1 *.png\n");
  auto o = std::make_shared<PredictOptions>();
  command->add_option("pictures", o->files, "PNG files; the net's own preprocessing is applied")->required();
  command->add_option("--weights", o->weights, "File that `convgrad train` wrote")->capture_default_str();
  command->add_option("--top", o->top, "How many classes to name")->capture_default_str()->check(CLI::Range(1, 1000));
  command->callback([o, &status] { status = run_predict(*o); });
}

}  // namespace convgrad::cli
