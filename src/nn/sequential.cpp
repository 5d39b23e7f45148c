#include "convgrad/nn/sequential.h"

#include "core/check.h"

namespace convgrad::nn {

// The whole chain is seen here, module by module: the place to hand two of them to one kernel, where no hook and no
// subclass could tell.
Tensor SequentialImpl::forward(const Tensor& x) {
  Tensor y = x;
  for (const AnyModule& module : modules_) y = module(y);
  return y;
}

void SequentialImpl::push_back(AnyModule module) { push_back(std::to_string(size()), std::move(module)); }

void SequentialImpl::push_back(std::string name, AnyModule module) {
  register_module(name, module.ptr());
  modules_.push_back(std::move(module));
}

std::shared_ptr<Module> SequentialImpl::ptr(int64_t i) const {
  const int64_t n = static_cast<int64_t>(size());
  check<IndexError>(i >= -n && i < n, "index {} is out of range", i);
  return modules_[static_cast<size_t>(i < 0 ? i + n : i)].ptr();
}

}  // namespace convgrad::nn
