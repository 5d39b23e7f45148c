#pragma once
#include <convgrad/convgrad.h>

#include <memory>
#include <vector>

#include "epoch.h"
#include "report/layers.h"

namespace convgrad::cli {

/// Takes the time of each layer in some of the training's own steps, forward and backward: a clock is read where a
/// layer begins and ends, nothing is computed besides, and no bit of the weights changes.
class LayerProbe {
 public:
  /// Steps that are left out at the begin, since they take memory from the system; and how many are looked at.
  static constexpr size_t kSkipped = 3, kSteps = 20;

  explicit LayerProbe(nn::Sequential net);
  ~LayerProbe();
  LayerProbe(const LayerProbe&) = delete;
  LayerProbe& operator=(const LayerProbe&) = delete;

  /// Around a step of `batch` pictures, with the seconds that the epoch's steps have taken by then. Smaller batches
  /// than the first one's are left out.
  void begin_step(const Shares& shares);
  void end_step(const Shares& shares, int64_t batch);

  /// What was seen, with the shares of the whole time; no rows before the first step. `summary`: of one picture.
  std::vector<LayerRow> rows(const nn::Summary& summary, const Shares& shares) const;

 private:
  struct Layer;
  void watch();
  void let_go();
  LayerRow row_of(const nn::LayerSummary& summary, const Layer& layer) const;

  nn::Sequential net_;
  std::vector<std::unique_ptr<Layer>> layers_{};  // the leaves, in the order of the summary
  Shares before_{};
  double forward_ = 0, backward_ = 0;  // seconds of the steps looked at
  size_t begun_ = 0, seen_ = 0;
  int64_t batch_ = 0;
  bool watching_ = false;
};

/// The most that this machine multiplies with its present threads: a matrix product, the best of some, in 10⁹
/// multiplications and additions a second.
double measured_peak();

}  // namespace convgrad::cli
