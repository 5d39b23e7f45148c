#include "report/layer_probe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "clock.h"
#include "report/statistics.h"

namespace convgrad::cli {

struct LayerProbe::Layer {
  std::string name{};
  std::shared_ptr<nn::Module> module{};
  std::vector<std::pair<Tensor, unsigned>> parameter_hooks{};
  unsigned pre_hook = 0, hook = 0;

  // of the step at hand
  double began = 0, forward = 0, backward = 0;
  bool input_gradient = false;
  std::vector<int64_t> input{};

  std::vector<double> forward_ms{}, backward_ms{};

  void end_backward() {
    const double t = now();
    backward += t - began, began = t;
  }
};

namespace {

PassTime times(const std::vector<double>& ms) {
  return {.median = quantile(ms, 0.5), .low = quantile(ms, 0.1), .high = quantile(ms, 0.9)};
}

/// Which algorithms the passes take; empty for what is no convolution.
ConvAlgorithms algorithms_of(const nn::Module& module, const std::vector<int64_t>& input) {
  if (auto* conv = module.as<nn::ConvLayer<nn::ConvLayerOptions>>()) {
    const auto& o = conv->options;
    if (o.padding_mode != PaddingMode::zeros) return {};
    return conv_algorithms(input, conv->weight.sizes(),
                           {.stride = o.stride,
                            .padding = o.padding,
                            .padding_high = o.padding_high,
                            .dilation = o.dilation,
                            .groups = o.groups});
  }
  if (auto* conv = module.as<nn::ConvLayer<nn::ConvTransposeLayerOptions>>()) {
    const auto& o = conv->options;
    if (o.padding_mode != PaddingMode::zeros) return {};
    return conv_transpose_algorithms(input, conv->weight.sizes(),
                                     {.stride = o.stride,
                                      .padding = o.padding,
                                      .padding_high = o.padding_high,
                                      .output_padding = o.output_padding,
                                      .groups = o.groups,
                                      .dilation = o.dilation});
  }
  const char* product = module.as<nn::LinearImpl>() ? "product" : "";
  return {.forward = product, .input_gradient = product, .weight_gradient = product};
}

}  // namespace

LayerProbe::LayerProbe(nn::Sequential net) : net_(std::move(net)) {
  for (const auto& [name, module] : net_->named_modules())
    if (module->children().empty()) {
      layers_.push_back(std::make_unique<Layer>());
      layers_.back()->name = name, layers_.back()->module = module;
    }
}

LayerProbe::~LayerProbe() { let_go(); }

void LayerProbe::watch() {
  watching_ = true;
  for (const auto& owned : layers_) {
    Layer* layer = owned.get();
    layer->pre_hook = layer->module->register_forward_pre_hook([layer](nn::Module&, TensorList inputs) {
      std::vector<Tensor> replaced;
      if (!GradMode::is_enabled()) return replaced;  // an evaluation between two steps looked at
      layer->input = inputs[0].sizes().vec();
      layer->input_gradient = inputs[0].requires_grad();
      if (layer->input_gradient) {  // a view has a gradient of its own: it is known when this layer alone is through
        replaced.push_back(inputs[0].expand(inputs[0].sizes()));
        replaced[0].register_hook([layer](const Tensor&) {
          layer->end_backward();
          return Tensor();
        });
      }
      layer->began = now();
      return replaced;
    });
    layer->hook = layer->module->register_forward_hook([layer](nn::Module&, TensorList, const Tensor& output) {
      layer->forward += now() - layer->began;
      if (output.requires_grad())
        output.register_hook([layer](const Tensor&) {
          layer->began = now();
          return Tensor();
        });
      return Tensor();
    });
    for (const Tensor& parameter : layer->module->parameters(false))
      if (parameter.requires_grad())
        layer->parameter_hooks.emplace_back(
            parameter, parameter.register_post_accumulate_grad_hook([layer](const Tensor&) { layer->end_backward(); }));
  }
}

void LayerProbe::let_go() {
  if (!std::exchange(watching_, false)) return;
  for (const auto& layer : layers_) {
    layer->module->remove_hook(layer->pre_hook);
    layer->module->remove_hook(layer->hook);
    for (const auto& [parameter, number] : layer->parameter_hooks) parameter.remove_hook(number);
    layer->parameter_hooks.clear();
  }
}

void LayerProbe::begin_step(const Shares& shares) {
  if (seen_ == kSteps || begun_++ < kSkipped) return;
  if (begun_ == kSkipped + 1) watch();
  before_ = shares;
  for (const auto& layer : layers_) layer->forward = layer->backward = 0;
}

void LayerProbe::end_step(const Shares& shares, int64_t batch) {
  if (seen_ == kSteps || begun_ <= kSkipped || batch < batch_) return;
  batch_ = batch;
  forward_ += shares.forward - before_.forward;
  backward_ += shares.backward - before_.backward;
  for (const auto& layer : layers_) {
    layer->forward_ms.push_back(1000 * layer->forward);
    layer->backward_ms.push_back(1000 * layer->backward);
  }
  if (++seen_ == kSteps) let_go();
}

LayerRow LayerProbe::row_of(const nn::LayerSummary& s, const Layer& layer) const {
  const ConvAlgorithms by = algorithms_of(*layer.module, layer.input);
  LayerRow row{.name = s.name,
               .type = s.type,
               .output = fmt::format("{}", fmt::join(s.output_size.begin() + 1, s.output_size.end(), "x")),
               .parameters = s.parameters,
               .macs = s.multiply_adds,
               .output_bytes = s.output_bytes,
               .batch = batch_,
               .forward = times(layer.forward_ms),
               .backward = times(layer.backward_ms),
               .forward_algorithm = by.forward,
               .backward_algorithm = by.weight_gradient};
  for (const Tensor& p : layer.module->parameters(false)) row.parameter_bytes += p.nbytes();
  const double flops = static_cast<double>(row.flops() * batch_) / 1e6;  // in a million, times are in thousandths
  if (row.forward.median > 0) row.forward_gflops = flops / row.forward.median;
  if (layer.input_gradient && by.input_gradient != by.weight_gradient)
    row.backward_algorithm = by.input_gradient + " + " + by.weight_gradient;
  if (row.backward.median > 0) row.backward_gflops = (layer.input_gradient ? 2 : 1) * flops / row.backward.median;
  return row;
}

std::vector<LayerRow> LayerProbe::rows(const nn::Summary& summary, const Shares& shares) const {
  if (seen_ == 0) return {};
  const double whole = std::max(1e-9, shares.sum());
  const auto part = [](const std::vector<double>& ms, double of, double seconds) {
    return of > 0 ? std::accumulate(ms.begin(), ms.end(), 0.0) / 1000 / of * seconds : 0;
  };
  std::vector<LayerRow> rows;
  double left = (shares.forward + shares.backward) / whole;
  auto layer = layers_.begin();
  for (const nn::LayerSummary& s : summary.layers) {
    if (!s.leaf) continue;
    LayerRow row = row_of(s, **layer);
    row.share = (part((*layer)->forward_ms, forward_, shares.forward) +
                 part((*layer)->backward_ms, backward_, shares.backward)) /
                whole;
    left -= row.share;
    rows.push_back(std::move(row));
    ++layer;
  }
  rows.push_back({.name = "loss", .share = std::max(left, 0.0)});
  rows.push_back({.name = "data", .share = shares.data / whole});
  rows.push_back({.name = "optimizer", .share = shares.optimizer / whole});
  rows.push_back({.name = "rest", .share = shares.rest / whole});
  return rows;
}

double measured_peak() {
  constexpr int64_t kSize = 512;
  constexpr double kSeconds = 0.04;
  const NoGradGuard guard;
  const Tensor a = full({kSize, kSize}, 0.5), b = full({kSize, kSize}, 0.25);
  double best = 0;
  const double begin = now();
  for (double t = begin; t < begin + kSeconds;) {
    a.mm(b);
    const double took = now() - t;
    best = std::max(best, 2e-9 * kSize * kSize * kSize / took);
    t += took;
  }
  return best;
}

}  // namespace convgrad::cli
