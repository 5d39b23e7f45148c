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
  auto begin() const { return modules_.begin(); }
  auto end() const { return modules_.end(); }

 private:
  std::vector<AnyModule> modules_;
};

/// A chain of modules: nn::Sequential(nn::Conv2d({…}), nn::Tanh(), nn::Flatten()), or with names
/// nn::Sequential({{"conv", nn::Conv2d({…})}, {"act", nn::Tanh()}}). Any modules whose forward takes one tensor and
/// gives one may stand in it, your own too. Like torch.nn.Sequential.
class Sequential : public ModuleHolder<SequentialImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  Sequential() = default;
  template <class First, class... Rest>
  requires std::is_convertible_v<First, AnyModule> &&(std::is_convertible_v<Rest, AnyModule>&&...) &&
      (sizeof...(Rest) > 0 || !std::is_base_of_v<ModuleHolder<SequentialImpl>,
                                                 std::remove_cvref_t<First>>)explicit Sequential(First&& first,
                                                                                                 Rest&&... rest) {
    (*this)->push_back(std::forward<First>(first));
    ((*this)->push_back(std::forward<Rest>(rest)), ...);
  }
  Sequential(std::initializer_list<NamedAnyModule> modules) {
    for (const NamedAnyModule& m : modules) (*this)->push_back(m.name, m.module);
  }

  std::shared_ptr<Module> operator[](int64_t i) const { return get()->ptr(i); }
};

}  // namespace convgrad::nn
