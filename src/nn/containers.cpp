#include "convgrad/nn/containers.h"

#include <algorithm>

#include "core/check.h"
#include "nn/indented.h"

namespace convgrad::nn {
namespace {

size_t checked_index(int64_t i, size_t size) {
  const auto n = static_cast<int64_t>(size);
  check<IndexError>(i >= -n && i < n, "index {} is out of range", i);
  return static_cast<size_t>(i < 0 ? i + n : i);
}

template <class Items>
auto find_item(const Items& items, const std::string& key) {
  return std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.first == key; });
}

template <class Items>
std::vector<std::string> keys_of(const Items& items) {
  std::vector<std::string> out;
  for (const auto& [key, value] : items) out.push_back(key);
  return out;
}

/// "  (0): Parameter containing: [torch.float32 of size 2x3]"
std::string parameter_repr(const std::string& key, const std::string& type, const Tensor& t) {
  return fmt::format("  ({}): Parameter containing: [torch.{} of size {}]", key, type,
                     fmt::join(t.sizes().begin(), t.sizes().end(), "x"));
}

}  // namespace

// ---- ModuleList

ModuleListImpl::ModuleListImpl(std::vector<std::shared_ptr<Module>> modules) { extend(modules); }

void ModuleListImpl::push_back(std::shared_ptr<Module> module) {
  register_module(std::to_string(size()), module);
  modules_.push_back(std::move(module));
}

void ModuleListImpl::extend(const std::vector<std::shared_ptr<Module>>& modules) {
  for (const auto& module : modules) push_back(module);
}

std::shared_ptr<Module> ModuleListImpl::ptr(int64_t i) const { return modules_[checked_index(i, size())]; }

std::string ModuleListImpl::str() const {
  std::string out = name() + "(";
  for (size_t i = 0; i < size();) {
    const std::string text = modules_[i]->str();
    size_t end = i + 1;
    while (end < size() && modules_[end]->str() == text) ++end;
    const std::string line =
        end == i + 1 ? fmt::format("({}): {}", i, text) : fmt::format("({}-{}): {} x {}", i, end - 1, end - i, text);
    out += "\n  " + indented(line);
    i = end;
  }
  return out + (is_empty() ? ")" : "\n)");
}

// ---- ModuleDict

ModuleDictImpl::ModuleDictImpl(Items items) {
  for (auto& [key, module] : items) insert(key, std::move(module));
}

void ModuleDictImpl::insert(const std::string& key, std::shared_ptr<Module> module) {
  register_module(key, module);
  items_.emplace_back(key, std::move(module));
}

std::shared_ptr<Module> ModuleDictImpl::pop(const std::string& key) {
  auto module = (*this)[key];
  unregister_module(key);
  items_.erase(find_item(items_, key));
  return module;
}

std::shared_ptr<Module> ModuleDictImpl::operator[](const std::string& key) const {
  const auto found = find_item(items_, key);
  check<KeyError>(found != items_.end(), "'{}'", key);
  return found->second;
}

bool ModuleDictImpl::contains(const std::string& key) const { return find_item(items_, key) != items_.end(); }
std::vector<std::string> ModuleDictImpl::keys() const { return keys_of(items_); }

// ---- ParameterList, ParameterDict

ParameterListImpl::ParameterListImpl(std::vector<Tensor> parameters) {
  for (Tensor& t : parameters) push_back(std::move(t));
}

void ParameterListImpl::push_back(Tensor parameter) {
  tensors_.push_back(&register_parameter(std::to_string(size()), std::move(parameter)));
}

Tensor& ParameterListImpl::operator[](int64_t i) const { return *tensors_[checked_index(i, size())]; }

std::string ParameterListImpl::extra_repr() const {
  std::vector<std::string> lines;
  for (const Tensor* t : tensors_)
    lines.push_back(parameter_repr(std::to_string(lines.size()), convgrad::name(t->dtype()), *t));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

ParameterDictImpl::ParameterDictImpl(Items items) {
  for (auto& [key, tensor] : items) insert(key, std::move(tensor));
}

void ParameterDictImpl::insert(const std::string& key, Tensor parameter) {
  items_.emplace_back(key, &register_parameter(key, std::move(parameter)));
}

Tensor& ParameterDictImpl::operator[](const std::string& key) const {
  const auto found = find_item(items_, key);
  check<KeyError>(found != items_.end(), "'{}'", key);
  return *found->second;
}

bool ParameterDictImpl::contains(const std::string& key) const { return find_item(items_, key) != items_.end(); }
std::vector<std::string> ParameterDictImpl::keys() const { return keys_of(items_); }

std::string ParameterDictImpl::extra_repr() const {
  std::vector<std::string> lines;
  for (const auto& [key, t] : items_)
    lines.push_back(parameter_repr(key, std::string(legacy_name(t->dtype())) + "Tensor", *t));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace convgrad::nn
