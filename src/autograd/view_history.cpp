// Changes in place and views: a view and its base share memory, so what changes one changes the history of both.
#include "autograd/view_history.h"

#include <mutex>

#include "autograd/meta.h"
#include "autograd/validate.h"
#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/fork.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {

/// What a base becomes when one of its views is changed by `fn`: gradients outside the view pass, those inside go
/// through fn. Its first edge is the base's former history, the others are fn's.
class CopySlices final : public Node {
 public:
  CopySlices(const Tensor& base, const Tensor& view, detail::Ref<Node> fn)
      : base_sizes_(base.sizes()),
        base_strides_(base.strides()),
        base_offset_(base.storage_offset()),
        view_sizes_(view.sizes()),
        view_strides_(view.strides()),
        view_offset_(view.storage_offset()),
        fn_(std::move(fn)) {
    add_next_edge(gradient_edge(base));
    for (size_t i = 1; i < fn_->next_edges().size(); ++i) add_next_edge(fn_->next_edges()[i]);
  }
  std::string name() const override { return "CopySlices"; }

  variable_list apply(variable_list&& gradients) override {
    variable_list results(next_edges().size());
    if (!gradients[0].defined()) return results;
    // A copy laid out as the base, so that the view's strides find their elements in it.
    Tensor whole = make_strided(base_sizes_, base_strides_, gradients[0].dtype());
    whole.copy_(gradients[0]);
    Tensor part = whole.as_strided(view_sizes_, view_strides_, view_offset_ - base_offset_);
    variable_list inner = (*fn_)({part.clone()});
    for (size_t i = 0; i < inner.size() && i < results.size(); ++i) {
      if (i > 0) {
        results[i] = std::move(inner[i]);
      } else if (should_compute_output(0)) {
        if (inner[0].defined())
          part.copy_(inner[0]);
        else
          part.zero_();
        results[0] = whole;
      }
    }
    return results;
  }
  void release_variables() override {
    if (fn_) fn_->release_variables();
  }

 private:
  DimVector base_sizes_, base_strides_;
  int64_t base_offset_;
  DimVector view_sizes_, view_strides_;
  int64_t view_offset_;
  detail::Ref<Node> fn_;
};

}  // namespace

void rebase_history(const Tensor& t, const detail::Ref<Node>& node) {
  const detail::TensorImpl& impl = t.impl();
  if (!impl.base) {
    set_history(t, node);
    return;
  }
  const Tensor base{impl.base};
  node->add_input_metadata(t);
  auto slices = detail::make_ref<CopySlices>(base, t, node);
  set_history(base, slices);
  refresh_view_history(t);  // the view's own history follows from the base's
}

void check_view_change(const Tensor& view, bool indirect) {
  using detail::CreationMeta;
  const CreationMeta creation = view.impl().creation;
  if (creation == CreationMeta::Default) return;
  // as it was recorded: asking grad_fn() would bring it up to date
  const auto& meta = view.impl().autograd;
  const std::string origin =
      meta && meta->grad_fn ? fmt::format("Output {} of {}", meta->output_nr, shown_name(*meta->grad_fn)) : "";
  const char* changed = indirect ? "its base or another view of its base has been" : "is being";
  std::string text;
  if (creation == CreationMeta::NoGradMode || origin.empty())
    text = fmt::format("{} created in no_grad mode and {} modified inplace with grad mode enabled.",
                       origin.empty() ? "A view was" : origin + " is a view of a view which was", changed);
  else
    text = fmt::format("{} is a view and {} modified inplace.", origin, changed);
  if (creation == CreationMeta::MultiOutputNode)
    text +=
        " This view is the output of a function that returns multiple views. Such functions do not allow the output "
        "views to be modified inplace. You should replace the inplace operation by an out-of-place one.";
  else if (creation == CreationMeta::NoGradMode)
    text +=
        " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving "
        "both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be "
        "tracked) or both outside (if you want the inplace to be tracked).";
  else
    text +=
        " This view was created inside a custom Function (or because an input was returned as-is) and the autograd "
        "logic to handle view+inplace would override the custom backward associated with the custom Function, leading "
        "to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom "
        "Function.";
  throw Error(text);
}

namespace {

std::mutex history_mutex;  // readers on several threads may all find the history old
[[maybe_unused]] const bool held = (hold_across_forks(history_mutex, true), true);

}  // namespace

void refresh_view_history(const Tensor& view) {
  detail::TensorImpl& impl = view.impl();
  if (impl.view_version == view._version()) return;
  const std::lock_guard lock(history_mutex);
  if (impl.view_version == view._version()) return;
  const auto& base_meta = impl.base->autograd;
  if (!base_meta || (!base_meta->grad_fn && !base_meta->requires_grad)) return;
  check_view_change(view, true);
  // As if the view had been taken from the base just now.
  EnableGradGuard guard;
  const Tensor fresh = Tensor(impl.base).as_strided(impl.sizes, impl.strides, impl.offset);
  AutogradMeta& mine = materialize_meta(view);
  mine.grad_fn = fresh.grad_fn();
  mine.output_nr = static_cast<uint32_t>(fresh.output_nr());
  impl.view_version = view._version();
  retain_anew(view);
}

}  // namespace convgrad::autograd
