// oneDNN's side of bench/layers.py, the same protocol as bench/layers.cpp: the layouts that it likes best, inputs and
// weights already in them, so that no reorder is timed. A transposed layer is its deconvolution.
#include <omp.h>

#include <cstring>
#include <memory>
#include <unordered_map>

#include "layer.h"
#include "oneapi/dnnl/dnnl.hpp"

namespace {

using bench::Case;
using bench::Layer;
using bench::Sizes;
using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

const dnnl::engine engine(dnnl::engine::kind::cpu, 0);

memory::desc any_layout(const Sizes& sizes) {
  return {memory::dims(sizes.begin(), sizes.end()), memory::data_type::f32, memory::format_tag::any};
}

/// What a layer's descriptors are made of.
struct Described {
  memory::desc x, w, b, y;
  memory::dims stride, dilation, pad;

  explicit Described(const Layer& l)
      : x(any_layout(l.sizes(l.batch, l.in_channels, [&](size_t a) { return l.input[a]; }))),
        w(any_layout(weights(l))),
        b(any_layout({l.out_channels})),
        y(any_layout(l.sizes(l.batch, l.out_channels, [&](size_t a) { return l.output(a); }))),
        stride(l.stride.begin(), l.stride.end()),
        pad(l.pad.begin(), l.pad.end()) {
    for (const int64_t d : l.dilation) dilation.push_back(d - 1);
  }

  static Sizes weights(const Layer& l) {
    Sizes sizes{l.out_channels / l.groups, l.in_channels / l.groups};
    if (l.groups > 1) sizes.insert(sizes.begin(), l.groups);
    sizes.insert(sizes.end(), l.kernel.begin(), l.kernel.end());
    return sizes;
  }
};

memory filled(const memory::desc& layout) {
  memory m(layout, engine);
  auto* cells = static_cast<float*>(m.get_data_handle());
  std::fill_n(cells, layout.get_size() / sizeof(float), 0.25F);
  return m;
}

Case made(const dnnl::primitive& primitive, const char* implementation, Arguments arguments) {
  const auto stream = std::make_shared<dnnl::stream>(engine);
  return {.run =
              [=]() {
                primitive.execute(*stream, arguments);
                stream->wait();
              },
          .algorithm = implementation};
}

/// Convolutions and deconvolutions differ in the names of their types alone.
template <class Forward, class Data, class Weights>
Case make(const Layer& l, const std::string& pass, dnnl::algorithm algorithm) {
  const Described d(l);
  const typename Forward::primitive_desc forward(
      typename Forward::desc(dnnl::prop_kind::forward_training, algorithm, d.x, d.w, d.b, d.y, d.stride, d.dilation,
                             d.pad, d.pad),
      engine);
  if (pass == "forward")
    return made(Forward(forward), forward.impl_info_str(),
                {{DNNL_ARG_SRC, filled(forward.src_desc())},
                 {DNNL_ARG_WEIGHTS, filled(forward.weights_desc())},
                 {DNNL_ARG_BIAS, filled(forward.bias_desc())},
                 {DNNL_ARG_DST, filled(forward.dst_desc())}});
  if (pass == "backward_data") {
    const typename Data::primitive_desc data(
        typename Data::desc(algorithm, d.x, d.w, d.y, d.stride, d.dilation, d.pad, d.pad), engine, forward);
    return made(Data(data), data.impl_info_str(),
                {{DNNL_ARG_DIFF_SRC, filled(data.diff_src_desc())},
                 {DNNL_ARG_WEIGHTS, filled(data.weights_desc())},
                 {DNNL_ARG_DIFF_DST, filled(data.diff_dst_desc())}});
  }
  const typename Weights::primitive_desc weights(
      typename Weights::desc(algorithm, d.x, d.w, d.y, d.stride, d.dilation, d.pad, d.pad), engine, forward);
  return made(Weights(weights), weights.impl_info_str(),
              {{DNNL_ARG_SRC, filled(weights.src_desc())},
               {DNNL_ARG_DIFF_WEIGHTS, filled(weights.diff_weights_desc())},
               {DNNL_ARG_DIFF_DST, filled(weights.diff_dst_desc())}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) omp_set_num_threads(std::stoi(argv[1]));
  bench::serve(
      [](const nlohmann::json& asked) {
        using namespace dnnl;
        const Layer l(asked["case"]);
        const std::string pass = asked["case"].at("pass");
        if (l.transposed)
          return make<deconvolution_forward, deconvolution_backward_data, deconvolution_backward_weights>(
              l, pass, algorithm::deconvolution_direct);
        return make<convolution_forward, convolution_backward_data, convolution_backward_weights>(
            l, pass, algorithm::convolution_auto);
      },
      [](const nlohmann::json&) { return nlohmann::json::object(); });
}
