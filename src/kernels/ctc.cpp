// The forward-backward algorithm in logarithms and double precision.
#include "kernels/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace convgrad::kernels {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

/// log(e^a + e^b + e^c).
double log_sum(double a, double b, double c = kNever) {
  const double most = std::max({a, b, c});
  if (most == kNever) return kNever;
  return most + std::log(std::exp(a - most) + std::exp(b - most) + std::exp(c - most));
}

/// Whether state s may follow state s − 2: over a blank between two different labels.
template <class T>
bool skips(const CtcSample<T>& sample, int64_t s) {
  return s % 2 == 1 && s >= 3 && sample.label(s) != sample.label(s - 2);
}

/// The step before the last line of `beta`, in place: from after[s], the states that may follow.
template <class T>
void step_back(const CtcSample<T>& sample, const T* log_probs, double* beta) {
  const int64_t states = sample.states();
  for (int64_t s = 0; s < states; ++s) {  // upwards: those behind s are still of the later step
    const double next = s + 1 < states ? beta[s + 1] : kNever;
    const double over = s + 2 < states && skips(sample, s + 2) ? beta[s + 2] : kNever;
    beta[s] = log_sum(beta[s], next, over) + static_cast<double>(log_probs[sample.label(s)]);
  }
}

}  // namespace

template <class T>
double ctc_forward(const CtcSample<T>& sample, double* alpha) {
  const int64_t states = sample.states();
  if (sample.steps == 0) return sample.targets_count == 0 ? 0 : kNever;
  std::fill_n(alpha, states, kNever);
  for (int64_t s = 0; s < std::min<int64_t>(states, 2); ++s)
    alpha[s] = static_cast<double>(sample.log_probs[sample.label(s)]);
  for (int64_t t = 1; t < sample.steps; ++t) {
    const double* before = alpha + (t - 1) * states;
    for (int64_t s = 0; s < states; ++s) {
      const double here =
          log_sum(before[s], s >= 1 ? before[s - 1] : kNever, skips(sample, s) ? before[s - 2] : kNever);
      alpha[t * states + s] = here + static_cast<double>(sample.log_probs[t * sample.step + sample.label(s)]);
    }
  }
  const double* last = alpha + sample.steps * states - 1;
  return log_sum(last[0], states > 1 ? last[-1] : kNever);
}

template <class T>
void ctc_gradient(const CtcSample<T>& sample, const double* alpha, double log_likelihood, double dy, T* dx) {
  const int64_t states = sample.states();
  std::vector<double> beta(static_cast<size_t>(states), kNever), sums(static_cast<size_t>(sample.classes));
  for (int64_t t = sample.steps - 1; t >= 0; --t) {
    const T* log_probs = sample.log_probs + t * sample.step;
    if (t == sample.steps - 1) {
      for (int64_t s = std::max<int64_t>(0, states - 2); s < states; ++s)
        beta[static_cast<size_t>(s)] = static_cast<double>(log_probs[sample.label(s)]);
    } else {
      step_back(sample, log_probs, beta.data());
    }
    std::fill(sums.begin(), sums.end(), kNever);
    for (int64_t s = 0; s < states; ++s) {
      double& sum = sums[static_cast<size_t>(sample.label(s))];
      sum = log_sum(sum, alpha[t * states + s] + beta[static_cast<size_t>(s)]);
    }
    for (int64_t c = 0; c < sample.classes; ++c) {
      const auto x = static_cast<double>(log_probs[c]);
      dx[t * sample.step + c] =
          static_cast<T>((std::exp(x) - std::exp(sums[static_cast<size_t>(c)] - log_likelihood - x)) * dy);
    }
  }
}

template double ctc_forward(const CtcSample<float>&, double*);
template double ctc_forward(const CtcSample<double>&, double*);
template void ctc_gradient(const CtcSample<float>&, const double*, double, double, float*);
template void ctc_gradient(const CtcSample<double>&, const double*, double, double, double*);

}  // namespace convgrad::kernels
