#include "task.h"

namespace convgrad::cli {

const char* Task::unit() const {
  return kind_ == classification ? "pictures" : kind_ == segmentation ? "pixels" : "values";
}

Tensor Task::loss(const Tensor& output, const data::Example& batch) const {
  return kind_ == reconstruction ? mse_loss(output, batch.data)
                                 : cross_entropy(output, batch.target, {.label_smoothing = smoothing_});
}

Task Task::smoothed(double share) const {
  Task task = *this;
  task.smoothing_ = share;
  return task;
}

Hits Task::hits(const Tensor& output, const data::Example& batch) const {
  const NoGradGuard guard;
  const Tensor right = kind_ == reconstruction ? (output - batch.data).abs() <= 0.1 : output.argmax(1) == batch.target;
  return {.right = right.sum().item<int64_t>(), .of = right.numel()};
}

Task task_of(const std::string& model) {
  if (model == "unet") return Task::segmentation;
  if (model == "autoencoder") return Task::reconstruction;
  return Task::classification;
}

}  // namespace convgrad::cli
