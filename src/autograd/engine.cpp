#include "autograd/engine.h"

#include <algorithm>
#include <unordered_map>

#include "autograd/anomaly.h"
#include "autograd/meta.h"
#include "convgrad/autograd/autograd.h"
#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {

/// What one call of backward knows of a node.
struct NodeState {
  int dependencies = 0;                               // edges whose gradient has not come yet
  bool executes = true;                               // gradients beyond it are wanted
  variable_list buffer;                               // the sums of what has come
  std::vector<std::pair<uint32_t, size_t>> captures;  // (input_nr, which result): gradients asked for by grad()
};

struct GraphTask {
  std::unordered_map<Node*, NodeState> states;
  bool partial = false;  // only some inputs are asked for
  bool keep_graph = false, create_graph = false;
  variable_list captured;
};

thread_local GraphTask* current_task = nullptr;

/// Sums gradients; in place where the first sum is nobody else's.
void accumulate(Tensor& sum, Tensor&& gradient, bool create_graph) {
  if (!gradient.defined()) return;
  if (!sum.defined()) {
    sum = std::move(gradient);
    return;
  }
  const detail::TensorImpl& impl = sum.impl();
  if (!create_graph && impl.use_count() == 1 && impl.storage->use_count() == 1 &&
      !may_overlap(impl.sizes, impl.strides))
    sum.add_(gradient);
  else
    sum = sum.add(gradient);
}

/// Visits every node reachable from the roots once and counts the edges that lead to it.
std::vector<Node*> discover(GraphTask& task, const std::vector<Edge>& roots) {
  std::vector<Node*> order, stack;
  const auto visit = [&](Node* node) {
    if (task.states.try_emplace(node).second) stack.push_back(node), order.push_back(node);
  };
  for (const Edge& root : roots) visit(root.function.get());
  while (!stack.empty()) {
    Node* node = stack.back();
    stack.pop_back();
    for (const Edge& edge : node->next_edges()) {
      if (!edge.is_valid()) continue;
      visit(edge.function.get());
      task.states[edge.function.get()].dependencies++;
    }
  }
  return order;
}

/// Marks the nodes beyond which a wanted input lies. Later nodes have larger numbers, but accumulators the largest, so
/// the order is made by walking in post-order instead.
void mark_needed(GraphTask& task, const std::vector<Edge>& roots) {
  enum : char { fresh, open, done };
  std::unordered_map<Node*, char> mark;
  std::vector<Node*> stack;
  for (auto& [node, state] : task.states) state.executes = false;
  for (const Edge& root : roots) stack.push_back(root.function.get());
  while (!stack.empty()) {
    Node* node = stack.back();
    char& m = mark[node];
    if (m == done) {
      stack.pop_back();
    } else if (m == open) {
      m = done;
      stack.pop_back();
      bool wanted = false;
      for (const Edge& e : node->next_edges())
        if (e.is_valid()) {
          const NodeState& next = task.states[e.function.get()];
          wanted |= next.executes || !next.captures.empty();
        }
      task.states[node].executes = wanted;
    } else {
      m = open;
      for (const Edge& e : node->next_edges())
        if (e.is_valid() && mark[e.function.get()] == fresh) stack.push_back(e.function.get());
    }
  }
}

struct TaskGuard {
  GraphTask* before = current_task;
  explicit TaskGuard(GraphTask* task) { current_task = task; }
  ~TaskGuard() { current_task = before; }
};

void evaluate(GraphTask& task, Node* node, NodeState& state, variable_list& results) {
  variable_list gradients = std::move(state.buffer);
  gradients.resize(node->num_inputs());
  node->call_tensor_hooks(gradients);
  for (const auto& [input_nr, which] : state.captures) task.captured[which] = gradients[input_nr];
  if (!state.executes) return;
  results = (*node)(std::move(gradients));
  if (anomaly_checks_nan()) [[unlikely]]
    check_no_nan(*node, results);
  if (!task.keep_graph) node->release_variables();
}

void run(GraphTask& task, const std::vector<Edge>& roots, const variable_list& root_gradients) {
  TaskGuard guard(&task);
  AutoGradMode mode(task.create_graph);
  // The latest operation runs first; equal numbers cannot depend on each other.
  const auto later = [](const detail::Ref<Node>& a, const detail::Ref<Node>& b) {
    return a->sequence_nr() < b->sequence_nr();
  };
  std::vector<detail::Ref<Node>> ready;  // a heap; owns the nodes while they run
  const auto push = [&](const detail::Ref<Node>& node) {
    ready.push_back(node);
    std::push_heap(ready.begin(), ready.end(), later);
  };
  for (size_t i = 0; i < roots.size(); ++i) {
    NodeState& state = task.states[roots[i].function.get()];
    state.buffer.resize(roots[i].function->num_inputs());
    accumulate(state.buffer[roots[i].input_nr], Tensor(root_gradients[i]), task.create_graph);
  }
  std::vector<Node*> started;
  for (const Edge& root : roots) {
    Node* node = root.function.get();
    if (task.states[node].dependencies == 0 && std::find(started.begin(), started.end(), node) == started.end()) {
      started.push_back(node);
      push(root.function);
    }
  }
  variable_list results;
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), later);
    const detail::Ref<Node> node = std::move(ready.back());
    ready.pop_back();
    NodeState& state = task.states[node.get()];
    results.clear();
    evaluate(task, node.get(), state, results);
    const auto& edges = node->next_edges();
    for (size_t i = 0; i < edges.size(); ++i) {
      if (!edges[i].is_valid()) continue;
      NodeState& next = task.states[edges[i].function.get()];
      if (state.executes && (next.executes || !next.captures.empty())) {
        next.buffer.resize(edges[i].function->num_inputs());
        accumulate(next.buffer[edges[i].input_nr], std::move(results[i]), task.create_graph);
      }
      if (--next.dependencies == 0) push(edges[i].function);
    }
  }
}

/// Ones for a scalar, the given gradient checked for others.
variable_list root_gradients(const variable_list& outputs, const variable_list& given) {
  check(given.empty() || given.size() == outputs.size(), "got {} tensors and {} gradients", outputs.size(),
        given.size());
  variable_list out;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& y = outputs[i];
    if (!given.empty() && given[i].defined()) {
      check(given[i].sizes() == y.sizes(),
            "Mismatch in shape: grad_output[{}] has a shape of torch.Size({}) and output[{}] has a shape of "
            "torch.Size({}).",
            i, given[i].sizes(), i, y.sizes());
      out.push_back(given[i]);
      continue;
    }
    if (!y.requires_grad()) {
      out.emplace_back();
      continue;
    }
    check(y.numel() == 1, "grad can be implicitly created only for scalar outputs");
    check(y.is_floating_point(), "grad can be implicitly created only for real scalar outputs but got {}",
          fmt::format("torch.{}", name(y.dtype())));
    Tensor one = make_tensor(y.sizes(), y.dtype());
    one.fill_(1);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Edge> root_edges(const variable_list& outputs) {
  std::vector<Edge> roots;
  for (size_t i = 0; i < outputs.size(); ++i) {
    check(outputs[i].defined() && outputs[i].requires_grad(),
          "element {} of tensors does not require grad and does not have a grad_fn", i);
    roots.push_back(gradient_edge(outputs[i]));
  }
  return roots;
}

/// Runs backward and returns the gradients that flowed to `inputs`; undefined where none did.
variable_list run_for(const std::vector<Edge>& roots, const variable_list& gradients, const variable_list& inputs,
                      bool keep_graph, bool create_graph) {
  GraphTask task;
  task.keep_graph = keep_graph;
  task.create_graph = create_graph;
  task.partial = !inputs.empty();
  task.captured.resize(inputs.size());
  discover(task, roots);
  if (task.partial) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Edge edge = gradient_edge(inputs[i]);
      if (auto it = task.states.find(edge.function.get()); it != task.states.end())
        it->second.captures.emplace_back(edge.input_nr, i);
    }
    mark_needed(task, roots);
  }
  run(task, roots, gradients);
  return std::move(task.captured);
}

}  // namespace

bool is_needed(const Node& node) {
  if (!current_task || !current_task->partial) return true;
  const auto it = current_task->states.find(const_cast<Node*>(&node));
  return it == current_task->states.end() || it->second.executes || !it->second.captures.empty();
}

void backward(const variable_list& tensors, const variable_list& grad_tensors, std::optional<bool> retain_graph,
              bool create_graph, const variable_list& inputs) {
  const std::vector<Edge> roots = root_edges(tensors);
  const variable_list gradients = root_gradients(tensors, grad_tensors);
  for (const Tensor& t : inputs) check(t.requires_grad(), "can't retain_grad on Tensor that has requires_grad=False");
  variable_list found = run_for(roots, gradients, inputs, retain_graph.value_or(create_graph), create_graph);
  AutoGradMode mode(create_graph);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (found[i].defined()) accumulate_grad(inputs[i], std::move(found[i]));
}

variable_list grad(const variable_list& outputs, const variable_list& inputs, const variable_list& grad_outputs,
                   std::optional<bool> retain_graph, bool create_graph, bool allow_unused) {
  check<ValueError>(!inputs.empty(), "grad requires non-empty inputs.");
  const std::vector<Edge> roots = root_edges(outputs);
  const variable_list gradients = root_gradients(outputs, grad_outputs);
  for (const Tensor& t : inputs) check(t.requires_grad(), "One of the differentiated Tensors does not require grad");
  variable_list found = run_for(roots, gradients, inputs, retain_graph.value_or(create_graph), create_graph);
  for (size_t i = 0; i < found.size(); ++i)
    check(allow_unused || found[i].defined(),
          "The differentiated Tensor at index {} appears to not have been used in the graph. Set allow_unused=True if "
          "this is the desired behavior.",
          i);
  return found;
}

}  // namespace convgrad::autograd
