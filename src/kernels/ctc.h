#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// One sample of connectionist temporal classification (Graves et al. 2006): the targets with a blank before, between
/// and behind them are states, which the steps pass through in order; all in logarithms.
template <class T>
struct CtcSample {
  const T* log_probs = nullptr;  // of class c in step t at t · step + c
  int64_t step = 0, steps = 0, classes = 0, blank = 0;
  const int64_t* targets = nullptr;  // checked: each is a class
  int64_t targets_count = 0;

  int64_t states() const { return 2 * targets_count + 1; }
  int64_t label(int64_t state) const { return state % 2 == 0 ? blank : targets[state / 2]; }
};

/// alpha[t · states + s] = the logarithm of the probability of all ways to be in state s after step t. Returns that of
/// ending in one of the last two: −∞ where the steps are too few.
template <class T>
double ctc_forward(const CtcSample<T>& sample, double* alpha);

/// dx of the loss −ctc_forward, times dy, laid out as log_probs: e^x − Σ over the states of its class of alpha · beta /
/// e^x, which is the gradient by what log_softmax was taken of, as PyTorch gives it. Steps behind the sample's are left
/// alone.
template <class T>
void ctc_gradient(const CtcSample<T>& sample, const double* alpha, double log_likelihood, double dy, T* dx);

}  // namespace convgrad::kernels
