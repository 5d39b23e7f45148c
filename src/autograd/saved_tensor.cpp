#include "convgrad/autograd/saved_tensor.h"

#include "autograd/meta.h"
#include "autograd/validate.h"
#include "core/check.h"
#include "core/convert.h"
#include "core/make.h"

namespace convgrad::autograd {

SavedTensor::SavedTensor(const Tensor& tensor) : data_(tensor) {
  if (tensor.defined()) version_ = tensor._version();
}

void SavedTensor::mark_output(uint32_t output_nr) {
  // Without its history: else the node would own the tensor that owns the node.
  data_ = make_alias(data_);
  version_ = data_._version();
  output_nr_ = output_nr;
  is_output_ = true;
}

Tensor SavedTensor::unpack(Node* owner) const {
  if (!data_.defined()) return {};
  if (data_._version() != version_) {
    std::string which;
    const auto fn = is_output_ ? detail::Ref<Node>(owner) : data_.grad_fn();
    if (fn)
      which = fmt::format(", which is output {} of {},", is_output_ ? output_nr_ : data_.output_nr(), shown_name(*fn));
    else
      which = "";
    std::string sizes;
    for (const int64_t s : data_.sizes()) sizes += (sizes.empty() ? "" : ", ") + std::to_string(s);
    throw Error(ErrorDetails{
        .op = "backward",
        .what = fmt::format("one of the variables needed for gradient computation has been modified by an "
                            "inplace operation: [{} [{}]]{} is "
                            "at version {}; expected version {} instead. Hint: enable anomaly detection "
                            "to find the operation that failed to "
                            "compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).",
                            tensor_type(data_.dtype()), sizes, which, data_._version(), version_),
        .hint = "clone() the tensor before changing it, or use the operation that is not in-place"});
  }
  if (!is_output_) return data_;
  Tensor out = make_alias(data_);
  AutogradMeta& meta = materialize_meta(out);
  meta.grad_fn = detail::Ref<Node>(owner);
  meta.output_nr = output_nr_;
  return out;
}

}  // namespace convgrad::autograd
