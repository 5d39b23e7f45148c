#pragma once
#include <functional>
#include <map>
#include <string>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/dropout.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/loss.h"
#include "convgrad/nn/pooling.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/nn/shape.h"

namespace convgrad::nn {

/// The modules of tests/golden/make_nn.py, by their names there.
inline const std::map<std::string, std::function<std::shared_ptr<Module>()>>& golden_modules() {
  static const std::map<std::string, std::function<std::shared_ptr<Module>()>> modules{
      {"conv1d", [] { return Conv1d({.in_channels = 3, .out_channels = 4, .kernel_size = 3}).ptr(); }},
      {"conv1d_options",
       [] {
         return Conv1d({.in_channels = 4,
                        .out_channels = 6,
                        .kernel_size = 5,
                        .stride = 2,
                        .padding = 3,
                        .dilation = 2,
                        .groups = 2,
                        .bias = false})
             .ptr();
       }},
      {"conv2d", [] { return Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}).ptr(); }},
      {"conv2d_sides",
       [] {
         return Conv2d({.in_channels = 6,
                        .out_channels = 16,
                        .kernel_size = {5, 3},
                        .stride = {2, 1},
                        .padding = {2, 1},
                        .padding_mode = kReflect})
             .ptr();
       }},
      {"conv2d_same",
       [] {
         return Conv2d({.in_channels = 3,
                        .out_channels = 9,
                        .kernel_size = 3,
                        .padding = "same",
                        .groups = 3,
                        .padding_mode = kCircular})
             .ptr();
       }},
      {"conv2d_valid",
       [] {
         return Conv2d({.in_channels = 3,
                        .out_channels = 2,
                        .kernel_size = 3,
                        .padding = "valid",
                        .padding_mode = kReplicate})
             .ptr();
       }},
      {"conv2d_depthwise",
       [] {
         return Conv2d({.in_channels = 8, .out_channels = 16, .kernel_size = 3, .dilation = {1, 2}, .groups = 8}).ptr();
       }},
      {"conv2d_float64",
       [] { return Conv2d({.in_channels = 2, .out_channels = 3, .kernel_size = 3, .dtype = kFloat64}).ptr(); }},
      {"conv2d_empty", [] { return Conv2d(0, 3, 2).ptr(); }},
      {"conv3d",
       [] {
         return Conv3d({.in_channels = 2, .out_channels = 3, .kernel_size = {1, 2, 3}, .padding = 1}).ptr();
       }},
      {"conv_transpose1d",
       [] {
         return ConvTranspose1d({.in_channels = 4,
                                 .out_channels = 6,
                                 .kernel_size = 3,
                                 .stride = 2,
                                 .output_padding = 1,
                                 .groups = 2})
             .ptr();
       }},
      {"conv_transpose2d",
       [] {
         return ConvTranspose2d({.in_channels = 4,
                                 .out_channels = 6,
                                 .kernel_size = 3,
                                 .stride = {2, 1},
                                 .padding = 1,
                                 .output_padding = {1, 0}})
             .ptr();
       }},
      {"conv_transpose3d",
       [] {
         return ConvTranspose3d({.in_channels = 4, .out_channels = 6, .kernel_size = 2, .bias = false, .dilation = 2})
             .ptr();
       }},
      {"lazy_conv2d", [] { return LazyConv2d({.out_channels = 6, .kernel_size = 5}).ptr(); }},
      {"lazy_conv_transpose2d",
       [] { return LazyConvTranspose2d({.out_channels = 6, .kernel_size = 5, .stride = 2, .bias = false}).ptr(); }},
      {"lazy_linear", [] { return LazyLinear({.out_features = 4}).ptr(); }},
      {"linear", [] { return Linear(48, 84).ptr(); }},
      {"linear_no_bias", [] { return Linear({.in_features = 7, .out_features = 3, .bias = false}).ptr(); }},
      {"linear_empty", [] { return Linear({.in_features = 0, .out_features = 3}).ptr(); }},
      {"tanh", [] { return Tanh().ptr(); }},
      {"relu", [] { return ReLU().ptr(); }},
      {"relu_inplace", [] { return ReLU({.inplace = true}).ptr(); }},
      {"sigmoid", [] { return Sigmoid().ptr(); }},
      {"softmax", [] { return Softmax(1).ptr(); }},
      {"log_softmax", [] { return LogSoftmax({.dim = -1}).ptr(); }},
      {"dropout", [] { return Dropout().ptr(); }},
      {"dropout_inplace", [] { return Dropout({.p = 0.3, .inplace = true}).ptr(); }},
      {"identity", [] { return Identity().ptr(); }},
      {"flatten", [] { return Flatten().ptr(); }},
      {"flatten_dims", [] { return Flatten({.start_dim = 2, .end_dim = 3}).ptr(); }},
      {"unflatten",
       [] {
         return Unflatten({.dim = 1, .unflattened_size = {2, 3}}).ptr();
       }},
      {"max_pool1d", [] { return MaxPool1d({.kernel_size = 2}).ptr(); }},
      {"max_pool2d",
       [] {
         return MaxPool2d({.kernel_size = {2, 3}, .stride = {1, 2}, .padding = 1, .dilation = 2, .ceil_mode = true})
             .ptr();
       }},
      {"max_pool3d", [] { return MaxPool3d(2).ptr(); }},
      {"avg_pool1d", [] { return AvgPool1d({.kernel_size = 2}).ptr(); }},
      {"avg_pool2d",
       [] {
         return AvgPool2d({.kernel_size = {2, 3}, .stride = {1, 1}, .padding = {1, 1}}).ptr();
       }},
      {"avg_pool3d", [] { return AvgPool3d(2).ptr(); }},
      {"cross_entropy", [] { return CrossEntropyLoss().ptr(); }},
      {"nll", [] { return NLLLoss().ptr(); }},
      {"mse", [] { return MSELoss().ptr(); }},
      {"sequential_empty", [] { return Sequential().ptr(); }},
      {"sequential",
       [] {
         return Sequential{Conv2d(1, 6, 5), Tanh(), Sequential{Linear(3, 4), Sequential(), ReLU()}}.ptr();
       }},
  };
  return modules;
}

}  // namespace convgrad::nn
