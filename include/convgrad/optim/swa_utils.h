#pragma once
#include <convgrad/nn/any_module.h>

#include <functional>

namespace convgrad::optim {
/// Averages of weights over the course of training: optim::AveragedModel, or optim::swa_utils::AveragedModel.
inline namespace swa_utils {

/// Moves the averages towards the model's present values; n is how many were averaged so far.
using MultiAvgFn = std::function<void(std::vector<Tensor>& averages, const std::vector<Tensor>& present, int64_t n)>;

/// average ← decay·average + (1 − decay)·present, as one lerp. ValueError unless 0 ≤ decay ≤ 1.
/// Like torch.optim.swa_utils.get_ema_multi_avg_fn.
CONVGRAD_API MultiAvgFn get_ema_multi_avg_fn(double decay = 0.999);
/// average ← average + (present − average) / (n + 1), the mean of all. Like torch.optim.swa_utils.get_swa_multi_avg_fn.
CONVGRAD_API MultiAvgFn get_swa_multi_avg_fn();

struct AveragedModelOptions {
  MultiAvgFn multi_avg_fn{};  // default: the mean of all, get_swa_multi_avg_fn()
  bool use_buffers = false;   // averages buffers too; they are copied otherwise
};

/// A second model whose weights are an average of the first one's: of all (stochastic weight averaging) or, with
/// get_ema_multi_avg_fn, of the last ones. state_dict(): "n_averaged", then the copy's names behind "module.".
///
///   auto net = Net(), copy = Net();                      // two of the same kind: modules are not copied in C++
///   optim::AveragedModel average(copy, *net, {.multi_avg_fn = optim::get_ema_multi_avg_fn(0.999)});
///   for (…) { optimizer.step(); average->update_parameters(*net); }
///   average->eval(); average(pictures);
///
/// The copy's values become the model's at once. Batch normalisation needs its statistics anew after plain averaging.
/// Error where the two differ in names or sizes. Like torch.optim.swa_utils.AveragedModel.
class CONVGRAD_API AveragedModelImpl : public nn::Module {
 public:
  AveragedModelImpl(nn::AnyModule copy, const nn::Module& model, AveragedModelOptions options = {});
  Tensor forward(const Tensor& x) { return module(x); }
  void update_parameters(const nn::Module& model);
  std::string name() const override { return "AveragedModel"; }

  nn::AnyModule module;
  Tensor& n_averaged;

 private:
  AveragedModelOptions options_;
};
using AveragedModel = nn::ModuleHolder<AveragedModelImpl>;

}  // namespace swa_utils
}  // namespace convgrad::optim
