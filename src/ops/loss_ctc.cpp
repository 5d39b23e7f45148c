#include <algorithm>
#include <limits>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/loss.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/threads.h"
#include "kernels/ctc.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A batch whose shapes were checked. x is [steps, samples, classes].
struct CtcBatch {
  Tensor targets;                          // int64, contiguous
  DimVector sizes, starts, steps, counts;  // of x; of each sample: where its targets begin, its steps and targets
  int64_t blank, most_states = 1;
  bool zero_infinity;

  template <class T>
  kernels::CtcSample<T> sample(const T* x, int64_t n) const {
    const auto i = static_cast<size_t>(n);
    return {.log_probs = x + n * sizes[2],
            .step = sizes[1] * sizes[2],
            .steps = steps[i],
            .classes = sizes[2],
            .blank = blank,
            .targets = targets.const_data_ptr<int64_t>() + starts[i],
            .targets_count = counts[i]};
  }
  int64_t grain() const { return 1 + (1 << 12) / std::max<int64_t>(1, sizes[0] * most_states); }
};

/// alpha and losses (float64) are what CtcLoss has computed; dy [samples].
struct CtcGradient : Function<CtcGradient> {
  static constexpr auto name = "CtcLossBackwardBackward0";
  struct Computed {
    Tensor alpha, losses;
  };

  static Tensor forward(AutogradContext&, const Tensor& given, const Tensor& log_probs, const Computed& c,
                        const CtcBatch& b) {
    const Tensor dy = given.to(kFloat64).contiguous(), x = log_probs.contiguous();
    Tensor dx = zeros_of(b.sizes, x.dtype());
    const double *g = dy.const_data_ptr<double>(), *loss = c.losses.const_data_ptr<double>(),
                 *alpha = c.alpha.const_data_ptr<double>();
    visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
      T* out = dx.data_ptr<T>();
      parallel_for(0, b.sizes[1], b.grain(), [&](int64_t first, int64_t last) {
        for (int64_t n = first; n < last; ++n)
          if (!b.zero_infinity || loss[n] != kInfinity)
            kernels::ctc_gradient(b.sample(x.const_data_ptr<T>(), n), alpha + n * b.sizes[0] * b.most_states, -loss[n],
                                  g[n], out + n * b.sizes[2]);
      });
    });
    return dx;
  }
  static Grads<2> backward(AutogradContext&, const Tensor&) {
    throw Error("derivative for aten::_ctc_loss_backward is not implemented");
  }
};

struct CtcLoss : Function<CtcLoss> {
  static constexpr auto name = "CtcLossBackward0";
  struct Kept {
    CtcBatch batch;
    Tensor alpha, losses;
  };

  static Tensor forward(AutogradContext& ctx, const Tensor& given, const CtcBatch& b) {
    const Tensor x = given.contiguous(), losses = make_tensor({b.sizes[1]}, kFloat64),
                 alpha = make_tensor({b.sizes[1], b.sizes[0], b.most_states}, kFloat64);
    visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
      parallel_for(0, b.sizes[1], b.grain(), [&](int64_t first, int64_t last) {
        for (int64_t n = first; n < last; ++n)
          losses.data_ptr<double>()[n] = -kernels::ctc_forward(
              b.sample(x.const_data_ptr<T>(), n), alpha.data_ptr<double>() + n * b.sizes[0] * b.most_states);
      });
    });
    ctx.save(given, b.targets);  // so that a change of either is noticed
    ctx.keep(Kept{b, alpha, losses});
    return losses.to(x.dtype());
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [batch, alpha, losses] = ctx.kept<Kept>();
    (void)ctx.saved(1);
    return CtcGradient::apply(dy, ctx.saved(0), CtcGradient::Computed{alpha, losses}, batch);
  }
};

constexpr const char* kWhere = "(while checking arguments for ctc_loss_allocate_outputs)";

void check_lengths(IntArrayRef lengths, int64_t samples, const char* name) {
  check<ShapeError>(static_cast<int64_t>(lengths.size()) == samples, "{} must be of size batch_size", name);
  for (const int64_t n : lengths)
    check<ShapeError>(n >= 0, "Expected {} to have value at least 0, but got value {} {}", name, n, kWhere);
}

/// Where each sample's targets begin; every one that counts is a class.
void place_targets(CtcBatch& b) {
  const Tensor& targets = b.targets;
  const int64_t most = b.counts.empty() ? 0 : *std::max_element(b.counts.begin(), b.counts.end());
  int64_t sum = 0;
  for (size_t n = 0; n < b.counts.size(); ++n) {
    b.starts.push_back(targets.dim() == 1 ? sum : static_cast<int64_t>(n) * targets.size(1));
    sum += b.counts[n];
  }
  const int64_t rows = targets.dim() == 1 ? sum : b.sizes[1];
  check<ShapeError>(targets.size(0) == rows,
                    "Expected tensor to have size {} at dimension 0, but got size {} for argument #2 'targets' {}",
                    rows, targets.size(0), kWhere);
  check<ShapeError>(
      targets.dim() == 1 || targets.size(1) >= most,
      "Expected tensor to have size at least {} at dimension 1, but got size {} for argument #2 'targets' {}", most,
      targets.dim() == 1 ? most : targets.size(1), kWhere);
  for (size_t n = 0; n < b.counts.size(); ++n)
    for (int64_t i = 0; i < b.counts[n]; ++i) {
      const int64_t label = targets.const_data_ptr<int64_t>()[b.starts[n] + i];
      check<IndexError>(label >= 0 && label < b.sizes[2],
                        "ctc_loss: target {} of sample {} is {}, expected class numbers from 0 to {}", i, n, label,
                        b.sizes[2] - 1);
    }
  b.most_states = 2 * most + 1;
}

CtcBatch checked_batch(const Tensor& x, const Tensor& targets, IntArrayRef input_lengths, IntArrayRef target_lengths,
                       const CTCLossOptions& o) {
  check<ShapeError>(x.numel() > 0, "log_probs tensor must not be empty");
  check<ShapeError>(x.dim() == 3,
                    "Expected 3-dimensional tensor, but got {}-dimensional tensor for argument #1 'log_probs' {}",
                    x.dim(), kWhere);
  check<ShapeError>(targets.dim() == 1 || targets.dim() == 2,
                    "Expected 1 to 2 dimensions, but got {}-dimensional tensor for argument #2 'targets' {}",
                    targets.dim(), kWhere);
  check(0 <= o.blank && o.blank < x.size(2), "blank must be in label range");
  check_lengths(input_lengths, x.size(1), "input_lengths");
  check_lengths(target_lengths, x.size(1), "target_lengths");
  for (const int64_t n : input_lengths)
    check<ShapeError>(n <= x.size(0), "Expected input_lengths to have value at most {}, but got value {} {}", x.size(0),
                      n, kWhere);
  CtcBatch b{.targets = targets.to(kInt64).contiguous(),
             .sizes = x.sizes(),
             .starts = {},
             .steps = input_lengths,
             .counts = target_lengths,
             .blank = o.blank,
             .zero_infinity = o.zero_infinity};
  place_targets(b);
  check<NotImplementedError>(x.is_floating_point(), "\"ctc_loss_cpu\" not implemented for '{}'",
                             legacy_name(x.dtype()));
  return b;
}

Tensor each_loss(const Tensor& x, const CtcBatch& b) {
  if (!b.zero_infinity) return CtcLoss::apply(x, b);
  const Tensor losses = CtcLoss::apply(x, b);
  return where(losses.eq(kInfinity), zeros_of({}, losses.dtype()), losses);
}

}  // namespace

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, IntArrayRef input_lengths, IntArrayRef target_lengths,
                const CTCLossOptions& o) {
  const bool alone = log_probs.dim() != 3;
  const Tensor x = alone ? log_probs.unsqueeze(1) : log_probs;
  const CtcBatch batch = checked_batch(x, targets, input_lengths, target_lengths, o);
  const Tensor losses = each_loss(x, batch);
  if (o.reduction == Reduction::None) return alone ? losses.squeeze(0) : losses;
  if (o.reduction == Reduction::Sum) return losses.sum();
  Tensor counts = make_tensor({x.size(1)}, losses.dtype());
  visit_floating(counts.dtype(), [&]<class T>(std::type_identity<T>) {
    for (size_t n = 0; n < target_lengths.size(); ++n)
      counts.data_ptr<T>()[n] = static_cast<T>(std::max<int64_t>(1, target_lengths[n]));
  });
  return losses.div(counts).mean();
}

}  // namespace convgrad
