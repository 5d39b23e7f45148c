#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// The loss −weight[target] · x[target] of each target: x is a dense array [batch, classes, inner], targets [batch,
/// inner].
struct NllProblem {
  int64_t batch = 1, classes = 1, inner = 1;
  const int64_t* targets = nullptr;
  const void* weights = nullptr;  // one of x's type for each class; null: ones
  int64_t ignore_index = -100;    // targets of this value count for nothing

  int64_t count() const { return batch * inner; }
};

/// The first target that is no class and not ignored, as its position; −1 where there is none.
int64_t bad_target(const NllProblem& problem);

struct NllSums {
  double loss = 0, weight = 0;
};
/// The sums of the losses and of the weights of all targets, in order, in double. T is float or double.
template <class T>
NllSums nll_sums(const NllProblem& problem, const T* x);
/// Each target's loss.
template <class T>
void nll_each(const NllProblem& problem, const T* x, T* losses);
/// dx = −weight[target] · dy at the target, zero elsewhere; dy has one value for each target (stride 1) or for all
/// (stride 0) and is multiplied by `factor`.
template <class T>
void nll_gradient(const NllProblem& problem, const T* dy, int64_t dy_stride, T factor, T* dx);

}  // namespace convgrad::kernels
