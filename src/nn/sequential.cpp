#include "convgrad/nn/sequential.h"

#include "core/check.h"
#include "core/shape.h"
#include "nn/layer_trace.h"

namespace convgrad::nn {

// The whole chain is seen here, module by module: the place to hand two of them to one kernel, where no hook and no
// subclass could tell.
Tensor SequentialImpl::forward(const Tensor& x) {
  Tensor y = x;
  std::vector<DimVector> outputs;  // for an error's words alone
  outputs.reserve(size());
  try {
    for (const AnyModule& module : modules_) {
      y = module(y);
      outputs.emplace_back(y.sizes());
    }
  } catch (Error& error) {
    std::vector<LayerTrace::Step> before;
    for (size_t i = 0; i < outputs.size(); ++i) before.push_back({names_[i], to_string(outputs[i])});
    leave_child(error, *this, names_[outputs.size()], std::move(before));
    throw;
  }
  return y;
}

void SequentialImpl::push_back(AnyModule module) { push_back("", std::move(module)); }

void SequentialImpl::push_back(std::string name, AnyModule module) {
  if (name.empty()) name = std::to_string(size());
  register_module(name, module.ptr());
  modules_.push_back(std::move(module));
  names_.push_back(std::move(name));
}

std::shared_ptr<Module> SequentialImpl::ptr(int64_t i) const {
  const int64_t n = static_cast<int64_t>(size());
  check<IndexError>(i >= -n && i < n, "index {} is out of range", i);
  return modules_[static_cast<size_t>(i < 0 ? i + n : i)].ptr();
}

Sequential::Sequential(std::initializer_list<NamedAnyModule> modules) : ModuleHolder(nullptr) {
  // compilers differ in whether one Sequential in braces is a list; here it never is
  if (modules.size() == 1 && modules.begin()->name.empty()) {
    if (auto same = std::dynamic_pointer_cast<SequentialImpl>(modules.begin()->module.ptr())) {
      static_cast<ModuleHolder&>(*this) = ModuleHolder(std::move(same));
      return;
    }
  }
  static_cast<ModuleHolder&>(*this) = ModuleHolder();
  for (const auto& [name, module] : modules) (*this)->push_back(name, module);
}

}  // namespace convgrad::nn
