#pragma once
#include <convgrad/nn/module_holder.h>

namespace convgrad::nn {

/// Any module that maps one tensor to one, its type forgotten: made of a handle, a shared pointer, or your own module
/// by value; called like it. Like torch::nn::AnyModule.
class AnyModule {
 public:
  template <MapsTensor M>
  AnyModule(std::shared_ptr<M> module)  // NOLINT: modules convert
      : module_(std::move(module)),
        forward_([](Module& m, const Tensor& x) -> Tensor { return detail::call(static_cast<M&>(m), x); }) {}
  template <class Holder>
  requires MapsTensor<typename Holder::Impl> AnyModule(const Holder& module)  // NOLINT
      : AnyModule((module.get(), module.ptr())) {}                            // get() refuses an empty handle
  template <MapsTensor M>
  requires(!std::is_reference_v<M>) AnyModule(M&& module)  // NOLINT
      : AnyModule(std::make_shared<M>(std::forward<M>(module))) {}

  Tensor operator()(const Tensor& x) const { return forward_(*module_, x); }
  Tensor forward(const Tensor& x) const { return (*this)(x); }
  const std::shared_ptr<Module>& ptr() const { return module_; }
  Module* operator->() const { return module_.get(); }
  Module& operator*() const { return *module_; }

 private:
  std::shared_ptr<Module> module_;
  Tensor (*forward_)(Module&, const Tensor&);
};

/// A module, perhaps with a name, in a Sequential: Conv2d(…) or {"conv1", Conv2d(…)}.
struct NamedAnyModule {
  template <class M>
  requires std::is_convertible_v<M, AnyModule> NamedAnyModule(M&& module)  // NOLINT: modules convert
      : module(std::forward<M>(module)) {}
  NamedAnyModule(std::string name, AnyModule module) : name(std::move(name)), module(std::move(module)) {}

  std::string name{};  // empty: its number
  AnyModule module;
};

}  // namespace convgrad::nn
