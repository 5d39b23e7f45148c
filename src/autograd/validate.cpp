#include "autograd/validate.h"

#include "core/check.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {

/// check() would make the node's name in every call.
template <class E = Error, class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> message, Args&&... args) {
  throw E(ErrorDetails{.what = fmt::format(message, std::forward<Args>(args)...)});
}

/// Sums the dimensions along which `sizes` was broadcast.
Tensor sum_to(const Tensor& g, IntArrayRef sizes) {
  DimVector dims;
  const size_t lead = g.sizes().size() - sizes.size();
  for (size_t d = 0; d < lead; ++d) dims.push_back(static_cast<int64_t>(d));
  for (size_t d = 0; d < sizes.size(); ++d)
    if (sizes[d] == 1 && g.sizes()[lead + d] != 1) dims.push_back(static_cast<int64_t>(lead + d));
  Tensor out = dims.empty() ? g : g.sum(dims, /*keepdim=*/true);
  return lead ? out.view(sizes) : out;
}

}  // namespace

void validate_gradients(const Node& node, variable_list& gradients) {
  if (gradients.size() != node.num_inputs()) [[unlikely]]
    refuse("function {} was given {} gradients, it has {} outputs", node.name(), gradients.size(), node.num_inputs());
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) continue;
    const InputMetadata& want = node.input_metadata(i);
    if (gradients[i].sizes() != IntArrayRef(want.sizes)) [[unlikely]]
      refuse<ShapeError>("Function {} was given an invalid gradient at index {} - got {} but expected shape {}",
                         node.name(), i, gradients[i].sizes(), IntArrayRef(want.sizes));
    if (gradients[i].dtype() != want.dtype) gradients[i] = gradients[i].to(want.dtype);
  }
}

void validate_results(const Node& node, variable_list& results) {
  const auto& edges = node.next_edges();
  if (results.size() > edges.size()) {
    // surplus results are fine where they are absent
    bool surplus = false;
    for (size_t i = edges.size(); i < results.size(); ++i) surplus |= results[i].defined();
    check(!surplus, "function {} returned an incorrect number of gradients (expected {}, got {})", node.name(),
          edges.size(), results.size());
    results.resize(edges.size());
  }
  if (results.size() != edges.size()) [[unlikely]]
    refuse("function {} returned an incorrect number of gradients (expected {}, got {})", node.name(), edges.size(),
           results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    if (!edges[i].is_valid() || !results[i].defined()) continue;
    const InputMetadata& want = edges[i].function->input_metadata(edges[i].input_nr);
    if (results[i].sizes() != IntArrayRef(want.sizes)) {
      check(is_expandable_to(want.sizes, results[i].sizes()),
            "Function {} returned an invalid gradient at index {} - got {} but expected shape compatible with {}",
            node.name(), i, results[i].sizes(), IntArrayRef(want.sizes));
      results[i] = sum_to(results[i], want.sizes);
    }
    if (results[i].dtype() != want.dtype) results[i] = results[i].to(want.dtype);
  }
}

void validate_hook_result(const Tensor& before, const Tensor& after, const Node& node) {
  check(before.dtype() == after.dtype(), "hook '{}' has changed the type of value (was {} got {})", node.name(),
        fmt::format("torch.{}Tensor", legacy_name(before.dtype())),
        fmt::format("torch.{}Tensor", legacy_name(after.dtype())));
  check(before.sizes() == after.sizes(), "hook '{}' has changed the size of value", node.name());
}

std::string shown_name(const Node& node) {
  const std::string name = node.name();
  if (name == "CopySlices" || name == "CopyBackwards" || name == "AccumulateGrad") return "torch::autograd::" + name;
  const size_t at = name.rfind("Backward");
  const bool suffix = at != name.npos && name.find_first_not_of("0123456789", at + 8) == name.npos;
  return suffix ? name.substr(0, at) : name;
}

}  // namespace convgrad::autograd
