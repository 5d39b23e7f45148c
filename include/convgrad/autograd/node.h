#pragma once
#include <convgrad/tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace convgrad::autograd {

using variable_list = std::vector<Tensor>;
class Node;

/// Where a gradient goes: an operation and which of its outputs it belongs to.
struct Edge {
  detail::Ref<Node> function{};
  uint32_t input_nr = 0;
  bool is_valid() const { return static_cast<bool>(function); }
};

/// What a node remembers of an output of its forward call, to check and to make up gradients.
struct InputMetadata {
  DimVector sizes;
  ScalarType dtype = kFloat32;
};

/// An operation in the graph that backward walks: takes the gradients of its outputs, gives those of its inputs.
/// Like torch::autograd::Node; in Python: tensor.grad_fn.
class CONVGRAD_API Node : public detail::RefCounted {
 public:
  using PreHook = std::function<void(variable_list& gradients)>;
  using PostHook = std::function<void(variable_list& results, const variable_list& gradients)>;
  using TensorHook = std::function<Tensor(const Tensor&)>;

  Node();
  ~Node() override;

  /// "ConvolutionBackward0"
  virtual std::string name() const = 0;
  /// Gradients of the inputs from those of the outputs; undefined stands for zero on both sides.
  virtual variable_list apply(variable_list&& gradients) = 0;
  /// Drops what was saved for backward.
  virtual void release_variables() {}

  const std::vector<Edge>& next_edges() const { return next_edges_; }
  /// As next_edges; the name Python has.
  const std::vector<Edge>& next_functions() const { return next_edges_; }
  void add_next_edge(Edge edge) { next_edges_.push_back(std::move(edge)); }
  std::vector<Edge> take_next_edges() { return std::exchange(next_edges_, {}); }
  bool should_compute_output(size_t i) const { return i < next_edges_.size() && next_edges_[i].is_valid(); }

  size_t num_inputs() const { return inputs_.size(); }
  const InputMetadata& input_metadata(size_t i) const { return inputs_[i]; }
  /// Registers an output of the forward call; returns its number.
  uint32_t add_input_metadata(const Tensor& output);

  /// Later nodes have larger numbers and run first in backward.
  uint64_t sequence_nr() const { return sequence_nr_; }

  /// Called with the gradients before / after apply; the number returned removes the hook.
  unsigned add_pre_hook(PreHook hook);
  unsigned add_post_hook(PostHook hook);
  unsigned add_tensor_pre_hook(uint32_t input_nr, TensorHook hook);
  /// As a tensor hook, but after all of them: what retain_grad uses.
  void set_retain_grad_hook(uint32_t input_nr, TensorHook hook);
  void remove_hook(unsigned number);

  /// Runs the tensors' hooks on their gradients; the engine calls it before it captures or applies.
  virtual void call_tensor_hooks(variable_list& gradients);
  /// Runs the node's hooks and apply, and checks what came out.
  variable_list operator()(variable_list&& gradients);

  /// In anomaly mode: the forward call that made this node.
  const std::string& forward_call() const { return forward_call_; }
  void set_forward_call(std::string text) { forward_call_ = std::move(text); }

  /// The object that stands for this node in another language.
  detail::Companion& companion() { return companion_; }

 protected:
  /// Frees without recursion: a chain of a million nodes must not overflow the stack.
  void dispose() noexcept override;
  uint64_t sequence_nr_;

 private:
  struct Hooks;
  std::vector<Edge> next_edges_;
  std::vector<InputMetadata> inputs_;
  std::unique_ptr<Hooks> hooks_;
  std::string forward_call_;
  detail::Companion companion_{};
  Node* next_waiting_ = nullptr;  // the next in the line of nodes to be freed
};

/// What gradient flows to for `tensor`: its grad_fn, or the accumulator of a leaf; invalid where it requires none.
CONVGRAD_API Edge gradient_edge(const Tensor& tensor);

/// The leaf whose grad() this node adds to, or nullptr for any other node. In Python: grad_fn.variable.
CONVGRAD_API const Tensor* leaf_of(const Node& node);

}  // namespace convgrad::autograd
