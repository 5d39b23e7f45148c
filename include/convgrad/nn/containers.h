#pragma once
#include <convgrad/nn/module_holder.h>

namespace convgrad::nn {

/// Modules by number; they are parts of it, but it computes nothing of itself. Repeats print as "(0-2): 3 x ReLU()".
/// Like torch.nn.ModuleList.
///
///   nn::ModuleList layers({nn::Linear(3, 4), nn::Linear(4, 2)});
///   for (size_t i = 0; i < layers->size(); ++i) x = layers->at<nn::Linear>(i)(x);
class CONVGRAD_API ModuleListImpl : public Module {
 public:
  ModuleListImpl() = default;
  explicit ModuleListImpl(std::vector<std::shared_ptr<Module>> modules);
  void push_back(std::shared_ptr<Module> module);
  void extend(const std::vector<std::shared_ptr<Module>>& modules);
  size_t size() const { return modules_.size(); }
  bool is_empty() const { return modules_.empty(); }
  /// The i-th module, negative i from the end; IndexError outside.
  std::shared_ptr<Module> ptr(int64_t i) const;
  std::shared_ptr<Module> operator[](int64_t i) const { return ptr(i); }
  /// The i-th module as what it is; TypeError where it is something else.
  template <class M>
  M at(int64_t i) const {
    return cast<M>(ptr(i), std::to_string(i));
  }
  auto begin() const { return modules_.begin(); }
  auto end() const { return modules_.end(); }
  std::string name() const override { return "ModuleList"; }
  std::string str() const override;

  /// `module` as the handle M; TypeError where it is something else.
  template <class M>
  static M cast(const std::shared_ptr<Module>& module, const std::string& key) {
    auto found = std::dynamic_pointer_cast<typename M::Impl>(module);
    if (!found) throw TypeError("module " + key + " is a " + module->name());
    return M(std::move(found));
  }

 private:
  std::vector<std::shared_ptr<Module>> modules_{};
};

class ModuleList : public ModuleHolder<ModuleListImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  ModuleList() = default;
  ModuleList(std::vector<std::shared_ptr<Module>> modules)  // NOLINT: lists convert
      : ModuleHolder(std::make_shared<ModuleListImpl>(std::move(modules))) {}
  std::shared_ptr<Module> operator[](int64_t i) const { return get()->ptr(i); }
};

/// Modules by name, in the order they were put in. Like torch.nn.ModuleDict.
///
///   nn::ModuleDict heads({{"digit", nn::Linear(84, 10)}, {"parity", nn::Linear(84, 2)}});
///   heads->at<nn::Linear>("digit")(x);
class CONVGRAD_API ModuleDictImpl : public Module {
 public:
  using Items = std::vector<std::pair<std::string, std::shared_ptr<Module>>>;
  ModuleDictImpl() = default;
  explicit ModuleDictImpl(Items items);
  /// KeyError for a name that is taken, empty, or has a dot.
  void insert(const std::string& key, std::shared_ptr<Module> module);
  /// Takes a module out and returns it; KeyError where there is none.
  std::shared_ptr<Module> pop(const std::string& key);
  std::shared_ptr<Module> operator[](const std::string& key) const;
  /// The module as what it is; TypeError where it is something else.
  template <class M>
  M at(const std::string& key) const {
    return ModuleListImpl::cast<M>((*this)[key], key);
  }
  bool contains(const std::string& key) const;
  size_t size() const { return items_.size(); }
  bool is_empty() const { return items_.empty(); }
  std::vector<std::string> keys() const;
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  std::string name() const override { return "ModuleDict"; }

 private:
  Items items_{};
};

class ModuleDict : public ModuleHolder<ModuleDictImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  ModuleDict() = default;
  ModuleDict(ModuleDictImpl::Items items)  // NOLINT: lists convert
      : ModuleHolder(std::make_shared<ModuleDictImpl>(std::move(items))) {}
  std::shared_ptr<Module> operator[](const std::string& key) const { return (*get())[key]; }
};

/// Parameters by number. Like torch.nn.ParameterList.
class CONVGRAD_API ParameterListImpl : public Module {
 public:
  ParameterListImpl() = default;
  explicit ParameterListImpl(std::vector<Tensor> parameters);
  /// The tensor becomes a parameter.
  void push_back(Tensor parameter);
  /// The i-th parameter, negative i from the end; IndexError outside.
  Tensor& operator[](int64_t i) const;
  size_t size() const { return tensors_.size(); }
  std::string name() const override { return "ParameterList"; }
  std::string extra_repr() const override;

 private:
  std::vector<Tensor*> tensors_{};
};

class ParameterList : public ModuleHolder<ParameterListImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  ParameterList() = default;
  ParameterList(std::vector<Tensor> parameters)  // NOLINT: lists convert
      : ModuleHolder(std::make_shared<ParameterListImpl>(std::move(parameters))) {}
  Tensor& operator[](int64_t i) const { return (*get())[i]; }
};

/// Parameters by name. Like torch.nn.ParameterDict.
class CONVGRAD_API ParameterDictImpl : public Module {
 public:
  using Items = std::vector<std::pair<std::string, Tensor>>;
  ParameterDictImpl() = default;
  explicit ParameterDictImpl(Items items);
  /// The tensor becomes a parameter; KeyError for a name that is taken, empty, or has a dot.
  void insert(const std::string& key, Tensor parameter);
  /// KeyError where there is none.
  Tensor& operator[](const std::string& key) const;
  bool contains(const std::string& key) const;
  size_t size() const { return items_.size(); }
  std::vector<std::string> keys() const;
  std::string name() const override { return "ParameterDict"; }
  std::string extra_repr() const override;

 private:
  std::vector<std::pair<std::string, Tensor*>> items_{};
};

class ParameterDict : public ModuleHolder<ParameterDictImpl> {
 public:
  using ModuleHolder::ModuleHolder;
  ParameterDict() = default;
  ParameterDict(ParameterDictImpl::Items items)  // NOLINT: lists convert
      : ModuleHolder(std::make_shared<ParameterDictImpl>(std::move(items))) {}
  Tensor& operator[](const std::string& key) const { return (*get())[key]; }
};

}  // namespace convgrad::nn
