#pragma once
#include <convgrad/nn/module.h>

#include <ostream>

namespace convgrad::nn {

/// Types whose forward takes one tensor and gives one: what a Sequential is made of.
template <class M>
concept MapsTensor = std::is_base_of_v<Module, M> && requires(M& m, const Tensor& x) {
  { m.forward(x) } -> std::convertible_to<Tensor>;
};

namespace detail {

/// module.forward(arguments…), then the module's hooks.
template <class M, class... Args>
decltype(auto) call(M& module, const Args&... args) {
  using Result = decltype(module.forward(args...));
  if constexpr (std::is_same_v<std::remove_cvref_t<Result>, Tensor>) {
    if (module.has_forward_hooks()) [[unlikely]] {
      std::vector<Tensor> inputs;
      [[maybe_unused]] const auto keep = [&](const auto& arg) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(arg)>, Tensor>) inputs.push_back(arg);
      };
      (keep(args), ...);
      return Result(module.run_forward_hooks(inputs, module.forward(args...)));
    }
  }
  return module.forward(args...);
}

}  // namespace detail

/// A handle with value semantics over a shared module: copies are the same module, -> reaches it, calling it runs
/// forward and the hooks. Like torch::nn::ModuleHolder.
template <class ImplType>
class ModuleHolder {
 public:
  using Impl = ImplType;
  static_assert(std::is_base_of_v<Module, Impl>, "the module behind a ModuleHolder derives from nn::Module");

  /// A module with its default options; where it has options to be given: a compile error.
  ModuleHolder() : impl_(std::make_shared<Impl>()) {}
  ModuleHolder(std::nullptr_t) {}  // NOLINT: an empty handle, to be assigned later
  ModuleHolder(std::shared_ptr<Impl> module) : impl_(std::move(module)) {}  // NOLINT

  Impl* operator->() const { return get(); }
  Impl& operator*() const { return *get(); }
  /// The module; Error where the handle is empty.
  Impl* get() const {
    if (!impl_) throw Error("Accessing empty ModuleHolder");
    return impl_.get();
  }
  const std::shared_ptr<Impl>& ptr() const { return impl_; }
  bool is_empty() const { return !impl_; }
  explicit operator bool() const { return static_cast<bool>(impl_); }
  operator std::shared_ptr<Module>() const { return impl_; }  // NOLINT

  template <class... Args>
  decltype(auto) operator()(const Args&... args) const {
    return detail::call(*get(), args...);
  }

 private:
  std::shared_ptr<Impl> impl_;
};

template <class Impl>
std::ostream& operator<<(std::ostream& out, const ModuleHolder<Impl>& module) {
  return out << static_cast<const Module&>(*module);
}

}  // namespace convgrad::nn
