#include "convgrad/nn/summary.h"

#include <algorithm>
#include <set>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/linear.h"
#include "convgrad/ops/creation.h"

namespace convgrad::nn {
namespace {

// Every position (all elements but those of one channel) meets each weight of its group once.
int64_t multiply_adds(const Module& module, const Tensor& input, const Tensor& output) {
  auto positions = [](const Tensor& t, int64_t channels) { return channels == 0 ? 0 : t.numel() / channels; };
  if (auto* conv = module.as<ConvLayer<ConvLayerOptions>>())
    return positions(output, conv->options.out_channels) * conv->weight.numel();
  if (auto* conv = module.as<ConvLayer<ConvTransposeLayerOptions>>())
    return positions(input, conv->options.in_channels) * conv->weight.numel();
  if (auto* linear = module.as<LinearImpl>())
    return positions(input, linear->options.in_features) * linear->weight.numel();
  return 0;
}

// Puts a module's modes and hooks back, whatever happens meanwhile.
class Observation {
 public:
  Observation(const AnyModule& model, std::vector<LayerSummary>& layers) {
    for (const auto& [name, module] : model->named_modules()) {
      training_.emplace_back(module, module->is_training());
      const size_t i = layers.size();
      layers.push_back({.name = name, .leaf = module->children().empty()});
      layers.back().depth = name.empty() ? 0 : 1 + std::count(name.begin(), name.end(), '.');
      hooked_.emplace_back(
          module, module->register_forward_hook([i, &layers](Module& m, TensorList inputs, const Tensor& output) {
            LayerSummary& layer = layers[i];
            layer.output_size = output.sizes().vec();
            layer.calls++;
            layer.output_bytes += output.nbytes();
            if (!inputs.empty()) layer.multiply_adds += multiply_adds(m, inputs[0], output);
            return Tensor();
          }));
    }
    model->eval();
  }
  ~Observation() {
    for (auto& [module, number] : hooked_) module->remove_forward_hook(number);
    // train() gives all below the same mode: owners first, then those that differ
    for (auto& [module, training] : training_)
      if (module->is_training() != training) module->train(training);
  }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

 private:
  std::vector<std::pair<std::shared_ptr<Module>, bool>> training_;
  std::vector<std::pair<std::shared_ptr<Module>, unsigned>> hooked_;
};

void count_parameters(const AnyModule& model, Summary& summary) {
  std::set<const void*> seen;  // storages: weights that are tied by views count once too
  size_t i = 0;
  for (const auto& [name, module] : model->named_modules()) {
    LayerSummary& layer = summary.layers[i++];
    layer.type = module->name();
    layer.description = layer.leaf ? module->str() : layer.type;
    for (const Tensor& p : module->parameters(false)) {
      layer.parameters += p.numel();
      if (!seen.insert(p.impl().storage.get()).second) {
        layer.repeated += p.numel();
        continue;
      }
      summary.parameters += p.numel();
      summary.parameter_bytes += p.nbytes();
      if (p.requires_grad()) summary.trainable_parameters += p.numel();
    }
  }
}

}  // namespace

Summary summary(const AnyModule& model, IntArrayRef input_size, std::optional<ScalarType> dtype) {
  Summary out;
  out.input_size = input_size.vec();
  {
    NoGradGuard guard;
    const auto parameters = model->parameters();
    const ScalarType own = parameters.empty() ? get_default_dtype() : parameters.front().dtype();
    const Tensor input = zeros(input_size, {.dtype = dtype.value_or(own)});
    out.input_bytes = input.nbytes();
    Observation observation(model, out.layers);
    model(input);
  }
  count_parameters(model, out);
  for (const LayerSummary& layer : out.layers) {
    out.multiply_adds += layer.multiply_adds;
    if (layer.leaf) out.output_bytes += layer.output_bytes;
  }
  return out;
}

}  // namespace convgrad::nn
