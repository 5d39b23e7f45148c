#include "convgrad/nn/models.h"

#include <charconv>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/pooling.h"
#include "convgrad/nn/shape.h"
#include "core/check.h"
#include "core/shape.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {
namespace {

int64_t number(const std::string& option, const std::string& text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  check<ValueError>(error == std::errc() && stopped == end && !text.empty(),
                    "model option {} must be a whole number, but got '{}'", option, text);
  return value;
}

struct NamedModel {
  const char* name;
  Sequential (*make)(const ModelOptions&);
};
constexpr NamedModel kModels[] = {{"lenet5", lenet5},     {"lenet5-classic", lenet5_classic}, {"resnet", resnet},
                                  {"resnet9", resnet9},   {"mobilenet", mobilenet},           {"unet", unet},
                                  {"signal1d", signal1d}, {"autoencoder", autoencoder}};

}  // namespace

Sequential lenet5(const ModelOptions& o) {
  check_options("lenet5", o, 13);
  const int64_t side = o.image - 12;
  const int64_t cells = checked_mul(checked_mul(side, side, "lenet5"), 120, "lenet5");
  return Sequential{Conv2d({.in_channels = o.in_channels, .out_channels = 6, .kernel_size = 5}),
                    Tanh(),
                    Conv2d({.in_channels = 6, .out_channels = 16, .kernel_size = 5}),
                    Tanh(),
                    Conv2d({.in_channels = 16, .out_channels = 120, .kernel_size = 5}),
                    Tanh(),
                    Flatten(),
                    Linear({.in_features = cells, .out_features = 84}),
                    Tanh(),
                    Linear({.in_features = 84, .out_features = o.classes})};
}

Sequential lenet5_classic(const ModelOptions& o) {
  check_options("lenet5-classic", o, 32);
  const int64_t side = ((o.image - 4) / 2 - 4) / 2 - 4;
  const int64_t cells = checked_mul(checked_mul(side, side, "lenet5-classic"), 120, "lenet5-classic");
  return Sequential{Conv2d({.in_channels = o.in_channels, .out_channels = 6, .kernel_size = 5}),
                    Tanh(),
                    AvgPool2d({.kernel_size = 2}),
                    Conv2d({.in_channels = 6, .out_channels = 16, .kernel_size = 5}),
                    Tanh(),
                    AvgPool2d({.kernel_size = 2}),
                    Conv2d({.in_channels = 16, .out_channels = 120, .kernel_size = 5}),
                    Tanh(),
                    Flatten(),
                    Linear({.in_features = cells, .out_features = 84}),
                    Tanh(),
                    Linear({.in_features = 84, .out_features = o.classes})};
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const NamedModel& model : kModels) names.emplace_back(model.name);
  return names;
}

Sequential make_model(const std::string& name, const std::map<std::string, std::string>& options) {
  ModelOptions o;
  for (const auto& [option, text] : options) {
    if (option == "in_channels")
      o.in_channels = number(option, text);
    else if (option == "classes")
      o.classes = number(option, text);
    else if (option == "image")
      o.image = number(option, text);
    else
      throw ValueError(ErrorDetails{.op = "make_model",
                                    .argument = "options",
                                    .what = fmt::format("model {} has no option '{}'", name, option),
                                    .hint = "its options are in_channels, classes, image"});
  }
  for (const NamedModel& model : kModels)
    if (name == model.name) return model.make(o);
  throw ValueError(ErrorDetails{.op = "make_model",
                                .argument = "name",
                                .what = fmt::format("no model is called '{}'", name),
                                .hint = fmt::format("there are {}", fmt::join(model_names(), ", "))});
}

std::map<std::string, std::string> model_options(const ModelOptions& o) {
  return {{"in_channels", std::to_string(o.in_channels)},
          {"classes", std::to_string(o.classes)},
          {"image", std::to_string(o.image)}};
}

}  // namespace convgrad::nn
