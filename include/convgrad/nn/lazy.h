#pragma once
#include <convgrad/nn/module_holder.h>

namespace convgrad::nn {

/// A module that learns its number of inputs from the first input, or from a state dict, and only then draws its
/// initial values: until then its parameters have no elements. An optimizer may be made before. The first call must not
/// come from two threads at once. Like torch.nn.modules.lazy.LazyModuleMixin.
template <class Base, class OptionsType>
class LazyImpl : public Base {
 public:
  using Options = OptionsType;
  explicit LazyImpl(Options options) : Base(std::move(options), false) {}

  template <class... Args>
  Tensor forward(const Tensor& x, const Args&... args) {
    if (has_uninitialized_params()) {
      this->materialize(this->inputs_of(x));
      this->reset_parameters();
      known_ = true;
    }
    return Base::forward(x, args...);
  }
  bool has_uninitialized_params() const { return !known_; }
  /// "LazyConv2d"; once it knows, "Conv2d".
  std::string name() const override { return known_ ? Base::name() : "Lazy" + Base::name(); }

 protected:
  void prepare_to_load(const StateDict& state, const std::string& prefix) override {
    const Tensor* weight = state.find(prefix + "weight");
    if (known_ || !weight || weight->dim() != this->weight_dims()) return;
    this->materialize(this->inputs_of_weight(*weight));
    known_ = true;
  }

 private:
  bool known_ = false;
};

}  // namespace convgrad::nn
