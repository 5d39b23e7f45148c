#pragma once
#include <convgrad/nn/module.h>

#include <ostream>
#include <tuple>

namespace convgrad::nn {

/// Types whose forward takes one tensor and gives one: what a Sequential is made of.
template <class M>
concept MapsTensor = std::is_base_of_v<Module, M> && requires(M& m, const Tensor& x) {
  { m.forward(x) } -> std::convertible_to<Tensor>;
};

namespace detail {

/// Adds to what an error says the module that it leaves; `input` is its first tensor, or null.
CONVGRAD_API void note_layer(Error& error, const Module& module, const Tensor* input) noexcept;

inline const Tensor* first_tensor() { return nullptr; }
template <class First, class... Rest>
const Tensor* first_tensor(const First& first, const Rest&... rest) {
  if constexpr (std::is_same_v<First, Tensor>)
    return &first;
  else
    return first_tensor(rest...);
}

/// module.forward(arguments…) with the module's hooks around it.
template <class M, class... Args>
decltype(auto) call_with_hooks(M& module, const Args&... args) {
  using Result = decltype(module.forward(args...));
  if constexpr (std::is_same_v<std::remove_cvref_t<Result>, Tensor>) {
    if (module.has_hooks()) [[unlikely]] {
      std::vector<Tensor> inputs;
      [[maybe_unused]] const auto keep = [&](const auto& arg) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(arg)>, Tensor>) inputs.push_back(arg);
      };
      (keep(args), ...);
      const auto hooked = module.before_forward(inputs);
      size_t next = 0;
      [[maybe_unused]] const auto take = [&](const auto& arg) -> const auto& {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(arg)>, Tensor>)
          return inputs[next++];
        else
          return arg;
      };
      const std::tuple<const Args&...> taken{take(args)...};  // braces: from left to right
      const auto forward = [&](const Args&... now) -> Tensor { return module.forward(now...); };
      return Result(module.after_forward(hooked, inputs, std::apply(forward, taken)));
    }
  }
  return module.forward(args...);
}

/// The same; an error says in which layer it arose.
template <class M, class... Args>
decltype(auto) call(M& module, const Args&... args) {
  try {
    return call_with_hooks(module, args...);
  } catch (Error& error) {
    note_layer(error, module, first_tensor(args...));
    throw;
  }
}

struct NoOptions {
  NoOptions() = delete;
};
template <class Impl>
struct OptionsOf {
  using type = NoOptions;
};
template <class Impl>
requires requires { typename Impl::Options; }
struct OptionsOf<Impl> {
  using type = typename Impl::Options;
};

}  // namespace detail

/// A handle with value semantics over a shared module: copies are the same module, -> reaches it, calling it runs
/// forward and the hooks. Like torch::nn::ModuleHolder.
template <class ImplType>
class ModuleHolder {
 public:
  using Impl = ImplType;
  static_assert(std::is_base_of_v<Module, Impl>, "the module behind a ModuleHolder derives from nn::Module");

  /// A new module with its default options, with these options, or of these constructor arguments:
  /// Linear({.in_features = 3, .out_features = 4}), Linear(3, 4).
  ModuleHolder() requires std::is_default_constructible_v<Impl> : impl_(std::make_shared<Impl>()) {}
  ModuleHolder(typename detail::OptionsOf<Impl>::type options)  // NOLINT: options convert
      : impl_(std::make_shared<Impl>(std::move(options))) {}
  template <class First, class... Rest>
  requires std::is_constructible_v<Impl, First, Rest...>
  explicit ModuleHolder(First&& first, Rest&&... rest)
      : impl_(std::make_shared<Impl>(std::forward<First>(first), std::forward<Rest>(rest)...)) {}
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
