#include "convgrad/nn/module.h"

#include <algorithm>
#include <sstream>

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "nn/indented.h"

namespace convgrad::nn {
namespace {

template <class List>
bool has_name(const List& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(), [&](const auto& item) { return item.name == name; });
}

}  // namespace

std::string indented(const std::string& text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

Module::Module(Module&&) noexcept = default;
Module::~Module() = default;

// ---- its name, and how it prints

std::string Module::name() const {
  if (!name_.empty()) return name_;
  std::string type = autograd::detail_function::demangled(typeid(*this));
  type = type.substr(0, type.find('<'));
  constexpr std::string_view impl = "Impl";
  if (type.size() > impl.size() && type.ends_with(impl)) type.resize(type.size() - impl.size());
  return type;
}

std::string Module::str() const {
  const std::string extra = extra_repr();
  std::string out = (computed_.empty() ? "" : "Parametrized") + name() + '(';
  if (children_.empty() && extra.find('\n') == std::string::npos) return out + extra + ')';
  if (!extra.empty()) out += "\n  " + indented(extra);
  for (const Child& child : children_) out += "\n  (" + child.name + "): " + indented(child.module->str());
  return out + "\n)";
}

void Module::pretty_print(std::ostream& out) const { out << str(); }
std::ostream& operator<<(std::ostream& out, const Module& module) { return out << module.str(); }

// ---- registering

void Module::check_name(const std::string& name, const char* kind) const {
  check<KeyError>(!name.empty(), "{} name can't be empty string \"\"", kind);
  if (name.find('.') != std::string::npos)
    throw KeyError(fmt::format("{} name can't contain \".\"{}", kind,
                               std::string_view(kind) == "module" ? ", got: " + name : std::string()));
  check<KeyError>(!has_name(parameters_, name) && !has_name(buffers_, name) && !has_name(children_, name) &&
                      !has_name(computed_slots_, name),
                  "attribute '{}' already exists", name);
}

Tensor& Module::register_parameter(const std::string& name, Tensor tensor, bool requires_grad) {
  check_name(name, "parameter");
  if (tensor.defined()) {
    check<ValueError>(!tensor.grad_fn(),
                      "Cannot assign non-leaf Tensor to parameter '{0}'. Model parameters must be created explicitly. "
                      "To express '{0}' as a function of another Tensor, compute the value in the forward() method.",
                      name);
    tensor.requires_grad_(requires_grad);
  }
  return parameters_.emplace_back(Slot{.name = name, .tensor = std::move(tensor)}).tensor;
}

Tensor& Module::register_buffer(const std::string& name, Tensor tensor, bool persistent) {
  check_name(name, "buffer");
  return buffers_.emplace_back(Slot{.name = name, .tensor = std::move(tensor), .persistent = persistent}).tensor;
}

void Module::add_module(const std::string& name, std::shared_ptr<Module> module) {
  check<TypeError>(module != nullptr, "the module registered as '{}' is an empty handle", name);
  check_name(name, "module");
  for (const auto& below : module->modules())
    check<ValueError>(below.get() != this, "module '{}' contains the module it is registered in", name);
  children_.push_back({.name = name, .module = std::move(module)});
}

void Module::unregister_module(const std::string& name) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](auto& child) { return child.name == name; });
  check<KeyError>(found != children_.end(), "'{}'", name);
  children_.erase(found);
}

// ---- walking over what it owns

// A module that lives on the stack has no owner to share; then the pointer does not own.
std::shared_ptr<Module> Module::self() const {
  auto* mutable_this = const_cast<Module*>(this);
  if (auto owned = mutable_this->weak_from_this().lock()) return owned;
  return std::shared_ptr<Module>(std::shared_ptr<void>(), mutable_this);
}

void Module::collect_modules(const std::string& prefix, OrderedDict<std::string, std::shared_ptr<Module>>& out,
                             std::vector<const Module*>& seen, bool include_self) const {
  if (std::find(seen.begin(), seen.end(), this) != seen.end()) return;
  seen.push_back(this);
  if (include_self) out.insert(prefix, self());
  for (const Child& child : children_)
    child.module->collect_modules(prefix.empty() ? child.name : prefix + '.' + child.name, out, seen, true);
}

OrderedDict<std::string, std::shared_ptr<Module>> Module::named_modules(const std::string& prefix,
                                                                        bool include_self) const {
  OrderedDict<std::string, std::shared_ptr<Module>> out;
  std::vector<const Module*> seen;
  collect_modules(prefix, out, seen, include_self);
  return out;
}

std::vector<std::shared_ptr<Module>> Module::modules(bool include_self) const {
  return named_modules("", include_self).values();
}

OrderedDict<std::string, std::shared_ptr<Module>> Module::named_children() const {
  OrderedDict<std::string, std::shared_ptr<Module>> out;
  for (const Child& child : children_) {
    const bool seen = std::any_of(out.begin(), out.end(), [&](auto& item) { return item.value() == child.module; });
    if (!seen) out.insert(child.name, child.module);
  }
  return out;
}
std::vector<std::shared_ptr<Module>> Module::children() const { return named_children().values(); }

StateDict Module::named_tensors(std::list<Slot> Module::*slots, bool recurse) const {
  StateDict out;
  auto add = [&](const std::string& prefix, const Module& module) {
    for (const Slot& slot : module.*slots) {
      const bool seen =
          std::any_of(out.begin(), out.end(), [&](auto& item) { return item.value().is_same(slot.tensor); });
      if (slot.tensor.defined() && !seen)
        out.insert(prefix.empty() ? slot.name : prefix + '.' + slot.name, slot.tensor);
    }
  };
  if (!recurse)
    add("", *this);
  else
    for (const auto& [prefix, module] : named_modules()) add(prefix, *module);
  return out;
}
StateDict Module::named_parameters(bool recurse) const { return named_tensors(&Module::parameters_, recurse); }
StateDict Module::named_buffers(bool recurse) const { return named_tensors(&Module::buffers_, recurse); }
std::vector<Tensor> Module::parameters(bool recurse) const { return named_parameters(recurse).values(); }
std::vector<Tensor> Module::buffers(bool recurse) const { return named_buffers(recurse).values(); }

void Module::apply(const std::function<void(Module&)>& f) {
  for (const auto& child : children()) child->apply(f);
  f(*this);
}

// ---- modes

void Module::train(bool on) {
  training_ = on;
  for (const Child& child : children_) child.module->train(on);
}

void Module::to(ScalarType dtype) {
  check<TypeError>(convgrad::is_floating_point(dtype),
                   "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.{}",
                   convgrad::name(dtype));
  NoGradGuard guard;
  auto convert = [&](Tensor t) {
    if (!t.is_floating_point() || t.dtype() == dtype) return;
    t.set_data(t.data().to(dtype));
    if (t.grad().defined()) t.mutable_grad() = t.grad().to(dtype);
  };
  for (const Tensor& t : parameters()) convert(t);
  for (const Tensor& t : buffers()) convert(t);
}

void Module::requires_grad_(bool requires_grad) {
  for (Tensor& p : parameters()) p.requires_grad_(requires_grad);
}

void Module::zero_grad(bool set_to_none) {
  for (Tensor& p : parameters()) {
    if (!p.grad().defined()) continue;
    if (set_to_none)
      p.mutable_grad() = Tensor();
    else
      p.mutable_grad() = p.grad().detach().zero_();
  }
}

}  // namespace convgrad::nn
