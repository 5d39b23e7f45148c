#include "kernels/nll.h"

#include <algorithm>

#include "core/threads.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 16384;

/// The place of target i's class in x; −1 where it is ignored.
int64_t place(const NllProblem& p, int64_t i) {
  const int64_t target = p.targets[i];
  if (target == p.ignore_index) return -1;
  return ((i / p.inner) * p.classes + target) * p.inner + i % p.inner;
}

template <class T>
T weight(const NllProblem& p, int64_t i) {
  return p.weights ? static_cast<const T*>(p.weights)[p.targets[i]] : T(1);
}

}  // namespace

int64_t bad_target(const NllProblem& p) {
  for (int64_t i = 0; i < p.count(); ++i)
    if (static_cast<uint64_t>(p.targets[i]) >= static_cast<uint64_t>(p.classes) && p.targets[i] != p.ignore_index)
      return i;
  return -1;
}

template <class T>
NllSums nll_sums(const NllProblem& p, const T* x) {
  NllSums sums;
  for (int64_t i = 0; i < p.count(); ++i) {
    const int64_t at = place(p, i);
    if (at < 0) continue;
    const double w = weight<T>(p, i);
    sums.loss -= w * x[at];
    sums.weight += w;
  }
  return sums;
}

template <class T>
void nll_each(const NllProblem& p, const T* x, T* losses) {
  parallel_for(0, p.count(), kGrain, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t at = place(p, i);
      losses[i] = at < 0 ? T(0) : -weight<T>(p, i) * x[at];
    }
  });
}

template <class T>
void nll_gradient(const NllProblem& p, const T* dy, int64_t dy_stride, T factor, T* dx) {
  const int64_t sample = p.classes * p.inner;
  parallel_for(0, p.batch, 1 + kGrain / std::max<int64_t>(1, sample), [&](int64_t first, int64_t last) {
    std::fill(dx + first * sample, dx + last * sample, T(0));
    for (int64_t i = first * p.inner; i < last * p.inner; ++i) {
      const int64_t at = place(p, i);
      if (at >= 0) dx[at] = -weight<T>(p, i) * factor * dy[i * dy_stride];
    }
  });
}

template NllSums nll_sums<float>(const NllProblem&, const float*);
template NllSums nll_sums<double>(const NllProblem&, const double*);
template void nll_each<float>(const NllProblem&, const float*, float*);
template void nll_each<double>(const NllProblem&, const double*, double*);
template void nll_gradient<float>(const NllProblem&, const float*, int64_t, float, float*);
template void nll_gradient<double>(const NllProblem&, const double*, int64_t, double, double*);

}  // namespace convgrad::kernels
