#pragma once
#include <convgrad/autograd/grad_mode.h>
#include <convgrad/autograd/saved_tensor.h>

#include <any>
#include <array>
#include <mutex>
#include <typeinfo>

namespace convgrad::autograd {

class FunctionNode;

/// Gradients of N inputs.
template <size_t N>
using Grads = std::array<Tensor, N>;

/// What a function's forward hands to its backward. Like torch::autograd::AutogradContext (Python: ctx).
class CONVGRAD_API AutogradContext {
 public:
  explicit AutogradContext(FunctionNode* node, const Tensor* in_place = nullptr) : node_(node), in_place_(in_place) {}

  // ---- in forward
  /// True where a gradient may be asked for; without it nothing needs to be saved, and save and keep do nothing.
  bool recording() const { return node_ != nullptr; }
  /// Keeps tensors for backward: inputs before output(…) is asked for (in an in-place call it is the input's memory),
  /// outputs when they are computed.
  template <class... T>
  void save(const T&... tensors) {
    if (node_) (save_one(tensors), ...);
  }
  void save_for_backward(const variable_list& tensors) {
    if (node_)
      for (const Tensor& t : tensors) save_one(t);
  }
  /// Keeps a value that is no tensor.
  template <class T>
  void keep(T value) {
    if (node_) keep_any(std::move(value));
  }
  /// Memory for the result: the tensor itself in an in-place call, else a new one.
  Tensor output(IntArrayRef sizes, ScalarType dtype);
  bool in_place() const { return in_place_ != nullptr; }
  /// These outputs get no gradient.
  void mark_non_differentiable(const variable_list& outputs);
  /// These inputs were changed in place (and are returned).
  void mark_dirty(const variable_list& inputs);
  /// Whether absent gradients reach backward as zeros (default) or undefined.
  void set_materialize_grads(bool value);

  // ---- in backward
  /// The i-th saved tensor. Throws when it was changed in place since, or freed by an earlier backward.
  Tensor saved(size_t i) const;
  template <size_t N>
  std::array<Tensor, N> saved() const {
    return [this]<size_t... I>(std::index_sequence<I...>) { return std::array<Tensor, N>{saved(I)...}; }
    (std::make_index_sequence<N>());
  }
  variable_list get_saved_variables() const;
  template <class T>
  const T& kept() const {
    return *std::any_cast<T>(&kept_any());
  }
  /// Whether input i wants a gradient.
  bool needs_input_grad(size_t i) const;
  /// f() where input i wants a gradient, else undefined.
  template <class F>
  Tensor needs(size_t i, F&& f) const {
    return needs_input_grad(i) ? f() : Tensor();
  }

 private:
  void save_one(const Tensor& t);
  void keep_any(std::any value);
  const std::any& kept_any() const;
  FunctionNode* node_;
  const Tensor* in_place_;
  bool output_given_ = false;
};

/// The node of a Function: owns what the context saved.
class CONVGRAD_API FunctionNode : public Node {
 public:
  ~FunctionNode() override;
  void release_variables() override;

  // For AutogradContext and Function, which are its two faces.
  std::vector<SavedTensor> saved;
  std::any kept;
  std::vector<Tensor> dirty, non_differentiable;  // during forward only
  bool materialize = true, released = false;
  std::mutex mutex;  // guards saved and released in backward: other threads may walk this node, or free it
};

namespace detail_function {

CONVGRAD_API std::string demangled(const std::type_info& type);

// Tensor arguments, whatever form they come in.
template <class T>
inline constexpr bool is_tensors = std::is_convertible_v<T, Tensor> || std::is_same_v<T, std::optional<Tensor>> ||
                                   std::is_same_v<T, std::vector<Tensor>> || std::is_same_v<T, TensorList>;

template <class T, class F>
void each_tensor(const T& argument, F&& f) {
  if constexpr (std::is_same_v<T, Tensor> || std::is_base_of_v<Tensor, T>) {
    f(static_cast<const Tensor&>(argument));
  } else if constexpr (std::is_same_v<T, std::optional<Tensor>>) {
    static const Tensor none;
    f(argument ? *argument : none);
  } else if constexpr (std::is_same_v<T, std::vector<Tensor>> || std::is_same_v<T, TensorList>) {
    for (const Tensor& t : argument) f(t);
  }
}

inline variable_list to_list(Tensor&& t) { return {std::move(t)}; }
inline variable_list to_list(variable_list&& list) { return std::move(list); }
template <size_t N>
variable_list to_list(std::array<Tensor, N>&& list) {
  return variable_list(std::make_move_iterator(list.begin()), std::make_move_iterator(list.end()));
}
template <class... T>
variable_list to_list(std::tuple<T...>&& list) {
  return std::apply([](auto&&... t) { return variable_list{std::move(t)...}; }, std::move(list));
}

// Outputs of forward: a tensor, a tuple, array or vector of tensors.
template <class Out, class F>
void each_output(Out& out, F&& f) {
  if constexpr (std::is_same_v<Out, Tensor>)
    f(out);
  else if constexpr (requires { out.begin(); })
    for (Tensor& t : out) f(t);
  else
    std::apply([&](auto&... t) { (f(t), ...); }, out);
}

CONVGRAD_API bool requires_grad(const Tensor& t);
/// Checks that `self` may be changed in place, in PyTorch's words.
CONVGRAD_API void check_in_place(const Tensor& self, bool any_requires_grad, bool may_share_memory);
CONVGRAD_API void attach_outputs(FunctionNode& node, ArrayRef<Tensor*> outputs, const variable_list& inputs,
                                 bool several, bool is_view);
CONVGRAD_API void attach_in_place(detail::Ref<FunctionNode> node, const Tensor& self, const Tensor& result);
CONVGRAD_API void finish_in_place(const Tensor& self, const Tensor& result);
/// Of an output that no node stands behind; `several`: the function returns a list.
CONVGRAD_API void mark_unrecorded_view(const Tensor& output, bool several);
CONVGRAD_API void note_forward_call(Node& node, const variable_list& inputs);
CONVGRAD_API variable_list materialized(const Node& node, variable_list&& gradients);

}  // namespace detail_function

/// A differentiable operation: derive, write `forward(ctx, …)` and `backward(ctx, gradients…)` side by side, call
/// apply(…). The library's own operations are written with it, and so are yours. Like torch.autograd.Function.
///
///   struct MyAdd : Function<MyAdd> {
///     static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) { return a + b; }
///     static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) { return {dy, dy}; }
///   };
///   Tensor y = MyAdd::apply(a, b);
///
/// forward runs without recording; it may return a Tensor, or several in a tuple, array or vector. backward takes one
/// gradient for each output (or all in one variable_list) and returns one for each tensor argument of forward, in order
/// (a Tensor, Grads<N> or variable_list); undefined means no gradient. Tensor arguments are Tensor, optional<Tensor>,
/// vector<Tensor> and TensorList; others pass through. Optional members: `static constexpr const char* name` (what
/// grad_fn prints; default: the type's name + "Backward"; or `static std::string name_of(const FunctionNode&)`, where
/// it depends on what forward kept), `static constexpr bool is_view` (the output shares memory) and `static constexpr
/// bool writes_shared_elements` (in place, it takes expanded tensors too).
template <class F>
struct Function {
  template <class... Args>
  static auto apply(const Args&... args) {
    using namespace detail_function;
    bool any = false;
    if (GradMode::is_enabled()) (each_tensor(args, [&](const Tensor& t) { any = any || requires_grad(t); }), ...);
    if (!any) {
      AutogradContext ctx(nullptr);
      auto out = F::forward(ctx, args...);
      constexpr bool several = !std::is_same_v<decltype(out), Tensor>;
      if (several || !GradMode::is_enabled()) each_output(out, [](Tensor& t) { mark_unrecorded_view(t, several); });
      return out;
    }
    auto node = detail::make_ref<Backward>();
    variable_list inputs;
    (each_tensor(args, [&](const Tensor& t) { node->add_next_edge(gradient_edge(t)), inputs.push_back(t); }), ...);
    AutogradContext ctx(node.get());
    auto out = [&] {
      NoGradGuard guard;
      return F::forward(ctx, args...);
    }();
    note_forward_call(*node, inputs);
    std::vector<Tensor*> outputs;
    each_output(out, [&](Tensor& t) { outputs.push_back(&t); });
    attach_outputs(*node, outputs, inputs, !std::is_same_v<decltype(out), Tensor>, [] {
      if constexpr (requires { F::is_view; })
        return F::is_view;
      else
        return false;
    }());
    return out;
  }

  /// Writes the result into `self`, forward's first argument. forward gets the memory from ctx.output(…).
  template <class... Args>
  static const Tensor& apply_in_place(const Tensor& self, const Args&... args) {
    using namespace detail_function;
    bool any = false;
    if (GradMode::is_enabled()) {
      any = requires_grad(self);
      (each_tensor(args, [&](const Tensor& t) { any = any || requires_grad(t); }), ...);
    }
    check_in_place(
        self, any, requires { F::writes_shared_elements; });
    detail::Ref<Backward> node;
    variable_list inputs;
    if (any) {
      node = detail::make_ref<Backward>();
      inputs.push_back(self);
      node->add_next_edge(gradient_edge(self));
      (each_tensor(args, [&](const Tensor& t) { node->add_next_edge(gradient_edge(t)), inputs.push_back(t); }), ...);
    }
    AutogradContext ctx(node.get(), &self);
    NoGradGuard guard;
    Tensor result = F::forward(ctx, self, args...);
    finish_in_place(self, result);
    if (node) note_forward_call(*node, inputs), attach_in_place(node, self, result);
    return self;
  }

 private:
  struct Backward final : FunctionNode {
    std::string name() const override {
      if constexpr (requires { F::name_of(static_cast<const FunctionNode&>(*this)); })
        if (this->kept.has_value()) return F::name_of(*this);
      if constexpr (requires { F::name; })
        return F::name;
      else
        return detail_function::demangled(typeid(F)) + "Backward";
    }
    variable_list apply(variable_list&& gradients) override {
      AutogradContext ctx(this);
      if (this->materialize) gradients = detail_function::materialized(*this, std::move(gradients));
      if constexpr (requires { F::backward(ctx, gradients); }) {
        return detail_function::to_list(F::backward(ctx, gradients));
      } else {
        constexpr bool one = requires { F::backward(ctx, gradients[0]); };
        constexpr bool two = requires { F::backward(ctx, gradients[0], gradients[1]); };
        constexpr size_t taken = one ? 1 : two ? 2 : 3;
        if (gradients.size() < taken) gradients.resize(taken);  // apply(), called by itself, may be given fewer
        if constexpr (one)
          return detail_function::to_list(F::backward(ctx, gradients[0]));
        else if constexpr (two)
          return detail_function::to_list(F::backward(ctx, gradients[0], gradients[1]));
        else
          return detail_function::to_list(F::backward(ctx, gradients[0], gradients[1], gradients[2]));
      }
    }
  };
};

}  // namespace convgrad::autograd

namespace convgrad {
using autograd::AutogradContext;
using autograd::Function;
using autograd::Grads;
using autograd::variable_list;
}  // namespace convgrad
