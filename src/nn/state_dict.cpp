#include <fmt/ranges.h>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/nn/module.h"
#include "convgrad/print.h"

namespace convgrad::nn {

/// What would be done; nothing is copied before all of it is known to be right.
struct Module::Loading {
  IncompatibleKeys keys{};
  std::vector<std::string> mismatches{};
  std::vector<std::pair<Tensor, Tensor>> copies{};  // to, from
};

void Module::collect_state(const std::string& prefix, StateDict& out) const {
  for (const auto* slots : {&parameters_, &buffers_})
    for (const Slot& slot : *slots)
      if (slot.tensor.defined() && slot.persistent) out.insert(prefix + slot.name, slot.tensor.detach());
  for (const Child& child : children_) child.module->collect_state(prefix + child.name + '.', out);
}

StateDict Module::state_dict() const {
  StateDict out;
  collect_state("", out);
  return out;
}

void Module::plan_loading(const StateDict& state, const std::string& prefix, Loading& loading) {
  prepare_to_load(state, prefix);
  std::vector<std::string> own;
  for (const auto* slots : {&parameters_, &buffers_}) {
    for (const Slot& slot : *slots) {
      if (!slot.tensor.defined() || !slot.persistent) continue;
      const std::string& key = own.emplace_back(prefix + slot.name);
      const Tensor* from = state.find(key);
      if (!from || !from->defined()) {
        loading.keys.missing_keys.push_back(key);
        continue;
      }
      // a single number may have been saved as a list of one
      const bool scalar = slot.tensor.dim() == 0 && from->sizes() == IntArrayRef{1};
      if (scalar || from->sizes() == slot.tensor.sizes())
        loading.copies.emplace_back(slot.tensor, scalar ? from->reshape(IntArrayRef()) : *from);
      else
        loading.mismatches.push_back(
            fmt::format("size mismatch for {}: copying a param with shape {} from checkpoint, the shape in current "
                        "model is {}.",
                        key, size_repr(from->sizes()), size_repr(slot.tensor.sizes())));
    }
  }
  for (const auto& [key, tensor] : state) {
    if (!key.starts_with(prefix)) continue;
    const size_t dot = key.find('.', prefix.size());
    const std::string first = key.substr(prefix.size(), dot == std::string::npos ? dot : dot - prefix.size());
    const bool known = dot == std::string::npos ? std::find(own.begin(), own.end(), key) != own.end()
                                                : std::any_of(children_.begin(), children_.end(),
                                                              [&](const Child& child) { return child.name == first; });
    if (!known) loading.keys.unexpected_keys.push_back(key);
  }
  for (const Child& child : children_) child.module->plan_loading(state, prefix + child.name + '.', loading);
}

IncompatibleKeys Module::load_state_dict(const StateDict& state, bool strict) {
  Loading loading;
  plan_loading(state, "", loading);
  auto& [missing, unexpected] = loading.keys;
  std::vector<std::string> errors;
  if (strict && !missing.empty())
    errors.push_back(fmt::format("Missing key(s) in state_dict: \"{}\". ", fmt::join(missing, "\", \"")));
  if (strict && !unexpected.empty())
    errors.push_back(fmt::format("Unexpected key(s) in state_dict: \"{}\". ", fmt::join(unexpected, "\", \"")));
  errors.insert(errors.end(), loading.mismatches.begin(), loading.mismatches.end());
  if (!errors.empty())
    throw Error(ErrorDetails{
        .op = "load_state_dict",
        .argument = "state_dict",
        .what = fmt::format("Error(s) in loading state_dict for {}:\n\t{}", name(), fmt::join(errors, "\n\t")),
        .hint = "these are the weights of another model; nothing was changed"});
  NoGradGuard guard;
  for (auto& [to, from] : loading.copies) to.copy_(from);
  return std::move(loading.keys);
}

}  // namespace convgrad::nn
