#pragma once
#include <convgrad/nn/sequential.h>

#include <map>

namespace convgrad::nn {

/// What a model of models.h is built for.
struct ModelOptions {
  int64_t in_channels = 1;
  int64_t classes = 10;
  int64_t image = 32;  // side of the square pictures
};

/// The net of the course's text: LeNet-5's three 5×5 convolutions and two linear layers, tanh between them, without its
/// subsampling: image → image − 12 cells a side before the linear layers. At 1×32×32: 4,083,626 parameters.
/// ValueError for images under 13 cells and numbers of channels or classes under 1.
CONVGRAD_API Sequential lenet5(const ModelOptions& options = {});
/// The same with the two average poolings of LeCun et al., 1998. At 1×32×32: 61,706 parameters. ValueError for images
/// under 32 cells.
CONVGRAD_API Sequential lenet5_classic(const ModelOptions& options = {});

/// Names that make_model knows: "lenet5", "lenet5-classic".
CONVGRAD_API std::vector<std::string> model_names();
/// A model by its name, with options as text (what a checkpoint holds): make_model("lenet5", {{"classes", "26"}}).
/// ValueError for other names, other options, and texts that are no numbers, each with what would be right.
CONVGRAD_API Sequential make_model(const std::string& name, const std::map<std::string, std::string>& options = {});
/// The options as text, as make_model takes them.
CONVGRAD_API std::map<std::string, std::string> model_options(const ModelOptions& options);

}  // namespace convgrad::nn
