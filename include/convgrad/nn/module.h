#pragma once
#include <convgrad/ordered_dict.h>
#include <convgrad/tensor.h>

#include <list>
#include <memory>
#include <type_traits>

namespace convgrad::nn {

/// Names and tensors of a whole model: "0.weight", "0.bias", "2.weight" …
using StateDict = OrderedDict<std::string, Tensor>;

/// What load_state_dict(…, strict = false) left out.
struct IncompatibleKeys {
  std::vector<std::string> missing_keys{}, unexpected_keys{};
};

/// Base of all neural-network modules: owns parameters, buffers and other modules under names. Like torch.nn.Module.
///
/// Your own: derive, register what it owns, write forward:
///   struct MyNet : nn::Module {
///     nn::Conv2d conv = register_module("conv", nn::Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}));
///     Tensor& scale = register_parameter("scale", ones({1}));
///     Tensor forward(const Tensor& x) { return conv(x).tanh() * scale; }
///   };
/// It can be used as it is, in a Sequential (nn::Sequential(MyNet(), nn::Flatten())), or, to be passed around like the
/// library's modules, through a handle: `using Net = nn::ModuleHolder<MyNet>;`. It can be moved, not copied.
///
/// Threads: as for tensors; forward may run in several threads at once where nobody changes the module meanwhile.
class CONVGRAD_API Module : public std::enable_shared_from_this<Module> {
 public:
  /// Called before forward with its tensor arguments; a list that is not empty replaces them, one for one.
  using ForwardPreHook = std::function<std::vector<Tensor>(Module& module, TensorList inputs)>;
  /// Called after forward with its tensor arguments and its result; a defined tensor returned replaces the result.
  using ForwardHook = std::function<Tensor(Module& module, TensorList inputs, const Tensor& output)>;

  /// Called in backward with the gradients of the module's tensor arguments (undefined where none flows) and of its
  /// result; a list that is not empty replaces those of the arguments.
  using BackwardHook =
      std::function<std::vector<Tensor>(Module& module, TensorList grad_input, TensorList grad_output)>;

  Module() = default;
  /// With a name to print instead of the type's.
  explicit Module(std::string name) : name_(std::move(name)) {}
  Module(Module&& other) noexcept;
  Module& operator=(Module&&) = delete;
  virtual ~Module();

  /// The type's name as PyTorch prints it: "Conv2d" for Conv2dImpl.
  virtual std::string name() const;
  /// What stands between the parentheses when the module is printed. Like torch.nn.Module.extra_repr.
  virtual std::string extra_repr() const { return ""; }
  /// Prints the text of Python's repr.
  void pretty_print(std::ostream& out) const;
  virtual std::string str() const;

  // ---- what it owns; tensors and modules that appear under several names are listed once
  std::vector<Tensor> parameters(bool recurse = true) const;
  StateDict named_parameters(bool recurse = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  StateDict named_buffers(bool recurse = true) const;
  std::vector<std::shared_ptr<Module>> children() const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_children() const;
  /// This module and all below it, each before those it owns.
  std::vector<std::shared_ptr<Module>> modules(bool include_self = true) const;
  OrderedDict<std::string, std::shared_ptr<Module>> named_modules(const std::string& prefix = "",
                                                                  bool include_self = true) const;
  /// f(module) for every module, those owned before their owner. Like torch.nn.Module.apply.
  void apply(const std::function<void(Module&)>& f);

  // ---- modes
  /// Training or evaluation, for this module and all below: Dropout behaves differently.
  virtual void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }
  /// Makes floating-point parameters and buffers (and gradients) this type. TypeError for an integer type.
  virtual void to(ScalarType dtype);
  void to(Device) {}
  void requires_grad_(bool requires_grad = true);
  /// Forgets the gradients, or sets them to zero.
  void zero_grad(bool set_to_none = true);

  // ---- saving and loading
  /// All parameters and persistent buffers by name; they share the module's memory. Like torch.nn.Module.state_dict.
  StateDict state_dict() const;
  /// Copies the values in. Throws Error that lists missing and unexpected names (unless not strict) and all shapes that
  /// differ; then nothing was changed. Like torch.nn.Module.load_state_dict.
  IncompatibleKeys load_state_dict(const StateDict& state, bool strict = true);

  // ---- for those who write a module
  /// The tensor becomes a parameter (a leaf that requires grad); an undefined one keeps the name for none. The
  /// reference stays valid as long as the module. KeyError for an empty name, one with a dot, and one already taken.
  Tensor& register_parameter(const std::string& name, Tensor tensor, bool requires_grad = true);
  /// A tensor that belongs to the module's state but is not trained; persistent ones are part of state_dict().
  Tensor& register_buffer(const std::string& name, Tensor tensor, bool persistent = true);
  /// The module becomes a part of this one. Returns it, so that a member can be initialised with it.
  template <class M>
  std::shared_ptr<M> register_module(const std::string& name, std::shared_ptr<M> module) {
    add_module(name, module);
    return module;
  }
  template <class Holder>
  requires requires(const Holder& h) { h.ptr(); }
  Holder register_module(const std::string& name, Holder module) {
    add_module(name, module.ptr());
    return module;
  }

  /// The module is no part of this one any more; KeyError where there is none of this name.
  void unregister_module(const std::string& name);

  // ---- hooks
  /// Returns the number that removes the hook. Hooks run when the module is called as a function, module(x), not when
  /// its forward is called by name, and in the order in which they were registered.
  unsigned register_forward_pre_hook(ForwardPreHook hook);
  unsigned register_forward_hook(ForwardHook hook);
  /// The module must live when backward runs. Its arguments reach forward as views that must not be changed in place.
  /// Errors in backward: a list of another length. Like torch.nn.Module.register_full_backward_hook.
  unsigned register_full_backward_hook(BackwardHook hook);
  void remove_hook(unsigned number);
  void remove_forward_hook(unsigned number) { remove_hook(number); }
  bool has_forward_hooks() const { return !forward_hooks_.empty(); }
  /// Whether a call is more than forward.
  bool has_hooks() const {
    return !forward_hooks_.empty() || !pre_hooks_.empty() || !backward_hooks_.empty() || !computed_.empty();
  }

  // What a call with hooks runs around forward; `call` goes from the first to the second.
  struct HookedCall;
  std::shared_ptr<HookedCall> before_forward(std::vector<Tensor>& inputs);
  Tensor after_forward(const std::shared_ptr<HookedCall>& call, TensorList inputs, Tensor output);

  // ---- parameters that are computed from others
  /// The parameter or buffer becomes what f gives: now, and anew whenever the module is called. It is then none of
  /// parameters() and of the state; the members that refer to it stay valid. Returns the value it had.
  Tensor compute_parameter(const std::string& name, std::function<Tensor()> f);
  /// It is a parameter (or buffer) again, with this value.
  void restore_parameter(const std::string& name, Tensor value);
  bool computes(const std::string& name) const;
  /// Of the name: a parameter, a buffer, or what is computed; a null pointer where there is none.
  Tensor* find_tensor(const std::string& name);

  /// This module as what it is (M, M's holder), or null. Like torch::nn::Module::as.
  template <class M>
  auto as() {
    if constexpr (std::is_base_of_v<Module, M>)
      return dynamic_cast<M*>(this);
    else
      return dynamic_cast<typename M::Impl*>(this);
  }
  template <class M>
  auto as() const {
    if constexpr (std::is_base_of_v<Module, M>)
      return dynamic_cast<const M*>(this);
    else
      return dynamic_cast<const typename M::Impl*>(this);
  }

 protected:
  /// Lazy modules learn their sizes from a state dict whose names begin with `prefix`, before it is checked.
  virtual void prepare_to_load(const StateDict& /*state*/, const std::string& /*prefix*/) {}

 private:
  struct Slot {  // lives in a list: references to its tensor stay valid, even when the module is moved
    std::string name;
    Tensor tensor;
    bool persistent = true;
  };
  struct Child {
    std::string name;
    std::shared_ptr<Module> module;
  };
  struct Computed {
    std::function<Tensor()> f;
    bool is_parameter;
  };
  template <class F>
  using Hooks = std::vector<std::pair<unsigned, F>>;
  struct Loading;

  void add_module(const std::string& name, std::shared_ptr<Module> module);
  void check_name(const std::string& name, const char* kind) const;
  StateDict named_tensors(std::list<Slot> Module::*slots, bool recurse) const;
  void collect_modules(const std::string& prefix, OrderedDict<std::string, std::shared_ptr<Module>>& out,
                       std::vector<const Module*>& seen, bool include_self) const;
  std::shared_ptr<Module> self() const;
  void collect_state(const std::string& prefix, StateDict& out) const;
  void plan_loading(const StateDict& state, const std::string& prefix, Loading& loading);

  std::string name_{};
  bool training_ = true;
  std::list<Slot> parameters_{}, buffers_{};
  std::vector<Child> children_{};
  std::list<Slot> computed_slots_{};
  std::vector<Computed> computed_{};  // one for each slot
  Hooks<ForwardPreHook> pre_hooks_{};
  Hooks<ForwardHook> forward_hooks_{};
  Hooks<BackwardHook> backward_hooks_{};
  unsigned next_hook_ = 0;
};

CONVGRAD_API std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace convgrad::nn
