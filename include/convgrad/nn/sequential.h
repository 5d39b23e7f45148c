#pragma once
#include <convgrad/nn/any_module.h>

namespace convgrad::nn {

class CONVGRAD_API SequentialImpl : public Module {
 public:
  /// Each module in turn, on the result of the one before; x itself where there is none.
  Tensor forward(const Tensor& x);

  /// Adds a module behind the others; its name is its number, or the one given.
  void push_back(AnyModule module);
  void push_back(std::string name, AnyModule module);

  size_t size() const { return modules_.size(); }
  bool is_empty() const { return modules_.empty(); }
  /// The i-th module, negative i from the end; IndexError outside.
  std::shared_ptr<Module> ptr(int64_t i) const;
  std::shared_ptr<Module> operator[](int64_t i) const { return ptr(i); }
  /// The i-th module as what it is: net->at<Conv2d>(0).weight. TypeError where it is something else.
  template <class M>
  auto& at(int64_t i) const {
    auto* module = ptr(i)->template as<M>();
    if (!module) throw TypeError("Sequential: module " + std::to_string(i) + " is a " + ptr(i)->name());
    return *module;
  }
  /// The i-th module's name: its number, unless it was given one.
  const std::string& name_of(size_t i) const { return names_.at(i); }
  auto begin() const { return modules_.begin(); }
  auto end() const { return modules_.end(); }

 private:
  std::vector<AnyModule> modules_;
  std::vector<std::string> names_;
};

/// A chain of modules, nn::Sequential{nn::Conv2d({…}), nn::Tanh(), nn::Flatten()}, or with names
/// nn::Sequential{{"conv", nn::Conv2d({…})}, {"act", nn::Tanh()}}. Any modules whose forward takes one tensor and gives
/// one may stand in it, your own too. Like torch.nn.Sequential.
///
/// Braces, because C++ makes what stands in them from left to right, and with it the initial values: PyTorch's for the
/// same seed. Between parentheses the order would be the compiler's. Sequential{net} of a Sequential alone is a copy of
/// the handle, as everywhere; push_back puts one into another.
class CONVGRAD_API Sequential : public ModuleHolder<SequentialImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  Sequential() = default;
  Sequential(std::initializer_list<NamedAnyModule> modules);
  // NOLINTBEGIN(bugprone-forwarding-reference-overload): no copy or move of its own matches the constraint
  template <class Module>
  requires std::is_convertible_v<Module, AnyModule> &&
      (!std::is_base_of_v<ModuleHolder<SequentialImpl>, std::remove_cvref_t<Module>>)explicit Sequential(
          Module&& module) {
    (*this)->push_back(std::forward<Module>(module));
  }
  // NOLINTEND(bugprone-forwarding-reference-overload)
  template <class First, class Second, class... Rest>
  requires std::is_convertible_v<First, AnyModule> && std::is_convertible_v<Second, AnyModule> Sequential(First&&,
                                                                                                          Second&&,
                                                                                                          Rest&&...) {
    static_assert(sizeof(First) == 0, "write Sequential{…}: with braces the modules are made from left to right");
  }

  std::shared_ptr<Module> operator[](int64_t i) const { return get()->ptr(i); }
};

}  // namespace convgrad::nn
