#include "convgrad/nn/utils/parametrize.h"

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "convgrad/print.h"
#include "core/check.h"
#include "core/shape.h"

namespace convgrad::nn::utils {
namespace parametrize {

ParametrizationList::ParametrizationList(std::shared_ptr<Parametrization> first, const Tensor& value,
                                         bool is_parameter) {
  std::vector<Tensor> parts;
  {
    NoGradGuard guard;
    parts = first->right_inverse(value.detach());
  }
  check<ValueError>(!parts.empty(), "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...).");
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string key = parts.size() == 1 ? "original" : "original" + std::to_string(i);
    Tensor part = parts[i].detach();
    if (part.is_alias_of(value)) part = part.clone();
    originals_.push_back(is_parameter ? &register_parameter(key, part, value.requires_grad())
                                      : &register_buffer(key, part));
  }
  append(std::move(first));
}

void ParametrizationList::append(std::shared_ptr<Parametrization> next) { push_back(std::move(next)); }

std::vector<Tensor> ParametrizationList::originals() const {
  std::vector<Tensor> out;
  for (const Tensor* t : originals_) out.push_back(*t);
  return out;
}

Tensor ParametrizationList::forward() {
  std::vector<Tensor> x = originals();
  for (const auto& module : *this) x = {static_cast<Parametrization&>(*module).forward(x)};
  return x[0];
}

namespace {

std::shared_ptr<ParametrizationList> list_of(Module& module, const std::string& tensor_name) {
  for (const auto& [name, child] : module.named_children()) {
    const auto* all = name == "parametrizations" ? child->as<ModuleDictImpl>() : nullptr;
    if (all && all->contains(tensor_name)) return std::dynamic_pointer_cast<ParametrizationList>((*all)[tensor_name]);
  }
  return nullptr;
}

ModuleDictImpl& all_of(Module& module) {
  for (const auto& [name, child] : module.named_children())
    if (name == "parametrizations") return dynamic_cast<ModuleDictImpl&>(*child);
  return *module.register_module("parametrizations", ModuleDict());
}

void check_value(const Tensor& before, const Tensor& value) {
  check<ValueError>(before.dtype() == value.dtype(),
                    "Registering a parametrization may not change the dtype of the tensor, unless `unsafe` flag is "
                    "enabled.\nunparametrized dtype: torch.{}\nparametrized dtype: torch.{}",
                    name(before.dtype()), name(value.dtype()));
  check<ValueError>(before.sizes() == value.sizes(),
                    "Registering a parametrization may not change the shape of the tensor, unless `unsafe` flag is "
                    "enabled.\nunparametrized shape: {}\nparametrized shape: {}",
                    size_repr(before.sizes()), size_repr(value.sizes()));
}

void check_next(const std::string& tensor_name, const Tensor& before, const Tensor& value) {
  check<ValueError>(before.dtype() == value.dtype(),
                    "Registering a parametrization may not change the dtype of the tensor, unless the `unsafe` flag is "
                    "enabled.\nmodule.{0}.dtype: torch.{1}\nparametrization(module.{0}).dtype: torch.{2}",
                    tensor_name, name(before.dtype()), name(value.dtype()));
  check<ValueError>(before.sizes() == value.sizes(),
                    "Registering a parametrization may not change the shape of the tensor, unless the `unsafe` flag is "
                    "enabled.\nmodule.{0}.shape: {1}\nparametrization(module.{0}).shape: {2}",
                    tensor_name, size_repr(before.sizes()), size_repr(value.sizes()));
}

}  // namespace

bool is_parametrized(Module& module, const std::string& tensor_name) {
  if (!tensor_name.empty()) return list_of(module, tensor_name) != nullptr;
  for (const auto& [name, child] : module.named_children())
    if (name == "parametrizations") return child->as<ModuleDictImpl>() != nullptr;
  return false;
}

void register_parametrization(Module& module, const std::string& tensor_name,
                              std::shared_ptr<Parametrization> parametrization, bool unsafe) {
  check<TypeError>(parametrization != nullptr, "the parametrization of '{}' is an empty handle", tensor_name);
  parametrization->train(module.is_training());
  if (const auto list = list_of(module, tensor_name)) {
    if (!unsafe) {
      NoGradGuard guard;
      const Tensor value = list->forward();
      check_next(tensor_name, value, parametrization->forward(value));
    }
    list->append(std::move(parametrization));
    *module.find_tensor(tensor_name) = list->forward();
    return;
  }
  const Tensor* value = module.find_tensor(tensor_name);
  check<ValueError>(value && value->defined() && tensor_name.find('.') == std::string::npos,
                    "Module '{}' does not have a parameter, a buffer, or a parametrized element with name '{}'",
                    module.str(), tensor_name);
  const bool is_parameter = module.named_parameters(false).contains(tensor_name);
  const auto list = std::make_shared<ParametrizationList>(std::move(parametrization), *value, is_parameter);
  if (!unsafe) {
    NoGradGuard guard;
    check_value(*value, list->forward());
  }
  all_of(module).insert(tensor_name, list);
  module.compute_parameter(tensor_name, [list] { return list->forward(); });
}

void remove_parametrizations(Module& module, const std::string& tensor_name, bool leave_parametrized) {
  const auto list = list_of(module, tensor_name);
  check<ValueError>(list != nullptr, "Module {} does not have a parametrization on {}", module.str(), tensor_name);
  const std::vector<Tensor> originals = list->originals();
  check<ValueError>(
      leave_parametrized || originals.size() == 1,
      "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of "
      "a sequence of tensors.");
  Tensor value;
  {
    NoGradGuard guard;
    value = leave_parametrized ? list->forward().detach() : originals[0].detach();
    if (originals.size() == 1) {  // the parameter that optimizers know goes on
      originals[0].detach().copy_(value);
      value = originals[0];
    } else {
      value = value.clone().requires_grad_(originals[0].requires_grad());
    }
  }
  ModuleDictImpl& all = all_of(module);
  all.pop(tensor_name);
  if (all.is_empty()) module.unregister_module("parametrizations");
  module.restore_parameter(tensor_name, value);
}

}  // namespace parametrize

namespace parametrizations {
namespace {

class WeightNorm : public parametrize::Parametrization {
 public:
  explicit WeightNorm(std::optional<int64_t> dim) : dim_(dim.value_or(-1)) {}
  Tensor forward(TensorList x) override {
    const Tensor &g = x[0], &v = x[1];
    return v * (g / norm_of(v));
  }
  std::vector<Tensor> right_inverse(const Tensor& weight) override { return {norm_of(weight), weight}; }
  std::string name() const override { return "_WeightNorm"; }

 private:
  /// Of each slice along dim, in a shape that broadcasts; of all for dim −1, as PyTorch has it.
  Tensor norm_of(const Tensor& v) const {
    if (dim_ == -1) return v.norm();
    const int64_t kept = normalize_dim(dim_, v.dim());
    DimVector others;
    for (int64_t d = 0; d < v.dim(); ++d)
      if (d != kept) others.push_back(d);
    if (others.empty()) return v.abs();
    return v.norm(2, others, true);
  }

  int64_t dim_;
};

}  // namespace

void weight_norm(Module& module, const std::string& name, std::optional<int64_t> dim) {
  parametrize::register_parametrization(module, name, std::make_shared<WeightNorm>(dim), true);
}

}  // namespace parametrizations
}  // namespace convgrad::nn::utils
