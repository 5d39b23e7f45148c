#pragma once
#include <convgrad/ordered_dict.h>
#include <convgrad/tensor.h>

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace convgrad::optim {

/// A number among the options of an optimizer; remembers whether it was written 0 or 0.0, which Python prints apart.
class Number : public Scalar {
 public:
  using Scalar::Scalar;
  operator double() const { return toDouble(); }  // NOLINT
};
/// Two numbers that belong together: betas = {0.9, 0.999}.
using Betas = std::pair<Number, Number>;

/// The value of an option: a number, or a pair of numbers.
class OptionValue : public Number {
 public:
  using Number::Number;
  OptionValue(const Number& number) : Number(number) {}                         // NOLINT: numbers convert
  OptionValue(const Betas& pair) : Number(pair.first), second_(pair.second) {}  // NOLINT
  OptionValue(Number first, Number second) : Number(first), second_(second) {}
  bool is_pair() const { return second_.has_value(); }
  /// The pair; of a single number its double.
  Betas pair() const { return {*this, second_.value_or(*this)}; }

 private:
  std::optional<Number> second_{};
};
using OptionMap = OrderedDict<std::string, OptionValue>;

/// Parameters that are treated alike. options: as given those that differ from the optimizer's, {{"lr", 0.01}}; in an
/// optimizer all of them, free to be changed between steps: group.options["lr"] = 0.05.
struct ParamGroup {
  std::vector<Tensor> params;
  OptionMap options{};
};

/// What an optimizer remembers about a parameter, by name: "step", "exp_avg" …
using ParameterState = OrderedDict<std::string, Tensor>;

/// All that an optimizer remembers, as plain numbers and tensors; parameters are numbered through all groups.
/// Like the dict of torch.optim.Optimizer.state_dict.
struct OptimizerState {
  struct Group {
    OptionMap options{};
    std::vector<int64_t> params{};
  };
  std::vector<Group> param_groups{};
  std::map<int64_t, ParameterState> state{};
};

/// Base of all optimizers. Like torch.optim.Optimizer.
///
/// Threads: step and zero_grad change parameters and gradients; nobody may use them meanwhile.
class CONVGRAD_API Optimizer {
 public:
  using Closure = std::function<Tensor()>;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer();

  /// Changes every parameter that has a gradient. closure, where given, is called first, with gradients enabled; what
  /// it returns (the loss) is returned.
  Tensor step(const Closure& closure = nullptr);
  /// Forgets the gradients of all parameters, or sets them to zero.
  void zero_grad(bool set_to_none = true);

  std::vector<ParamGroup>& param_groups() { return groups_; }
  const std::vector<ParamGroup>& param_groups() const { return groups_; }
  /// Errors (ValueError): a tensor that is no leaf, one that is in a group already, options out of range; KeyError for
  /// an option that this optimizer does not have.
  void add_param_group(ParamGroup group);
  /// The learning rate of the first group, and that of all.
  double get_lr() const { return groups_.front().options["lr"]; }
  void set_lr(double lr);

  OptimizerState state_dict() const;
  /// Goes on where another optimizer of the same parameters stood. ValueError where the groups differ, Error where the
  /// tensors' sizes do; then nothing was changed.
  void load_state_dict(const OptimizerState& state);

  /// Python's repr: the groups with their options.
  std::string str() const;

  const std::string& name() const { return name_; }
  /// The options a group has where none are given.
  const OptionMap& defaults() const { return defaults_; }

 protected:
  /// switches: PyTorch's options of implementation that its repr lists; here there is one implementation.
  explicit Optimizer(std::string name, OptionMap defaults,
                     std::vector<std::string> switches = {"differentiable", "foreach", "fused"});
  /// Checks the defaults and puts the first groups in; ValueError where there are none.
  void add_param_groups(std::vector<ParamGroup> groups);
  static std::vector<ParamGroup> one_group(std::vector<Tensor> params);

  /// Throws ValueError for options out of range.
  virtual void check_options(const OptionMap& options) const = 0;
  /// One step of one group; called without recording.
  virtual void update(const ParamGroup& group) = 0;
  /// What is remembered about a parameter, by name.
  ParameterState& state_of(const Tensor& parameter);
  /// The same; where nothing is remembered yet: "step" of 0 and zeros like the parameter under the other names.
  ParameterState& state_of(const Tensor& parameter, std::initializer_list<const char*> names);
  /// Adds 1 to the state's "step" and returns it.
  static double count_step(ParameterState& state);

 private:
  std::string name_;
  OptionMap defaults_;
  std::vector<std::string> switches_;
  std::vector<ParamGroup> groups_{};
  std::unordered_map<const detail::TensorImpl*, ParameterState> state_{};
};

CONVGRAD_API std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer);

}  // namespace convgrad::optim
