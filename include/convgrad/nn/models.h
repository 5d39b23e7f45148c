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

// Numbers of parameters and multiply–adds are those of one input of the size named, ten classes where not said
// otherwise. ValueError, for all, for numbers of channels or classes under 1 and for pictures that are too small.

/// The ResNet of 20 layers for small pictures (He et al., 2015), with 1×1 convolutions where channels change: three
/// times three blocks of 16, 32 and 64 channels. At 1×32×32: 272,186 parameters, 40.5 million multiply–adds.
CONVGRAD_API Sequential resnet(const ModelOptions& options = {});
/// A short residual net for short trainings: three levels of 24, 48 and 96 channels, the lower two with a block, halved
/// by pooling. At 1×28×28: 261,298 parameters, 20.5 million multiply–adds.
CONVGRAD_API Sequential resnet9(const ModelOptions& options = {});
/// A small net of depthwise separable convolutions (Howard et al., 2017). At 1×32×32: 72,842 parameters, 4.8 million
/// multiply–adds.
CONVGRAD_API Sequential mobilenet(const ModelOptions& options = {});
/// A U-Net (Ronneberger et al., 2015) of two levels, 16, 32 and 64 channels: (N, in_channels, H, W) to logits
/// (N, classes, H, W) for each pixel. H and W are multiples of 4; ValueError for another options.image.
CONVGRAD_API Sequential unet(const ModelOptions& options = {});
/// A net for signals (N, in_channels, length), or pictures as long sequences: five residual blocks of dilated 1-D
/// convolutions, whose last value sees 69 samples around it. options.image, the length, changes nothing.
CONVGRAD_API Sequential signal1d(const ModelOptions& options = {});
/// A convolutional encoder to 64 numbers and a decoder of transposed convolutions, which gives back pictures in [0, 1]
/// of its input's size; options.classes changes nothing. ValueError for an options.image that is no multiple of 4.
CONVGRAD_API Sequential autoencoder(const ModelOptions& options = {});

/// Names that make_model knows: "lenet5", "lenet5-classic", "resnet", "resnet9", "mobilenet", "unet", "signal1d",
/// "autoencoder".
CONVGRAD_API std::vector<std::string> model_names();
/// A model by its name, with options as text (what a checkpoint holds): make_model("lenet5", {{"classes", "26"}}).
/// ValueError for other names, other options, and texts that are no numbers, each with what would be right.
CONVGRAD_API Sequential make_model(const std::string& name, const std::map<std::string, std::string>& options = {});
/// The options as text, as make_model takes them.
CONVGRAD_API std::map<std::string, std::string> model_options(const ModelOptions& options);

}  // namespace convgrad::nn
