#pragma once
#include <convgrad/dtype.h>

#include <cstddef>
#include <cstdint>

namespace convgrad::kernels {

// Steps of the optimizers that adapt their rate to each parameter: one pass over memory, with the roundings of
// PyTorch's chains of operations. Everywhere g = ±grad + weight_decay · p, and state[] are the arrays in the order
// named here.

enum class Rule : uint8_t { adam, nadam, adamax, rmsprop, adagrad, adadelta };

/// What every rule does first.
struct GradientTerms {
  double weight_decay = 0;
  bool maximize = false;
};

/// Adam and AdamW; state: exp_avg, exp_avg_sq, and max_exp_avg_sq where amsgrad.
struct AdamStep : GradientTerms {
  static constexpr Rule rule = Rule::adam;
  size_t states() const { return amsgrad ? 3 : 2; }
  double shrink = 1;  // p is multiplied by it before anything else
  double beta1 = 0, beta2 = 0, eps = 0;
  double rate = 0;       // lr / (1 − beta1ᵗ)
  double root_bias = 1;  // √(1 − beta2ᵗ)
  bool amsgrad = false;
};
/// state: exp_avg, exp_avg_sq.
struct NAdamStep : GradientTerms {
  static constexpr Rule rule = Rule::nadam;
  size_t states() const { return 2; }
  double shrink = 1;
  double beta1 = 0, beta2 = 0, eps = 0;
  double bias = 1;                              // 1 − beta2ᵗ
  double gradient_rate = 0, momentum_rate = 0;  // of g and of exp_avg
};
/// state: exp_avg, exp_inf.
struct AdamaxStep : GradientTerms {
  static constexpr Rule rule = Rule::adamax;
  size_t states() const { return 2; }
  double beta1 = 0, beta2 = 0, eps = 0;
  double rate = 0;  // lr / (1 − beta1ᵗ)
};
/// state: square_avg, then grad_avg where centered, then momentum_buffer where momentum > 0.
struct RMSpropStep : GradientTerms {
  static constexpr Rule rule = Rule::rmsprop;
  size_t states() const { return 1u + centered + (momentum > 0); }
  double alpha = 0, eps = 0, momentum = 0, lr = 0;
  bool centered = false;
};
/// state: sum.
struct AdagradStep : GradientTerms {
  static constexpr Rule rule = Rule::adagrad;
  size_t states() const { return 1; }
  double rate = 0, eps = 0;
};
/// state: square_avg, acc_delta.
struct AdadeltaStep : GradientTerms {
  static constexpr Rule rule = Rule::adadelta;
  size_t states() const { return 2; }
  double rho = 0, eps = 0, lr = 0;
};

/// One step on n parameters of `type` (float32 or float64), in parallel; param and the state are changed.
void adaptive_step(Rule rule, const void* step, size_t states, ScalarType type, void* param, const void* grad,
                   void* const* state, int64_t n);
template <class Step>
void adaptive_step(const Step& step, ScalarType type, void* param, const void* grad, void* const* state, int64_t n) {
  adaptive_step(Step::rule, &step, step.states(), type, param, grad, state, n);
}

}  // namespace convgrad::kernels
