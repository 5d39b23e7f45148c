#pragma once
#include "convgrad/optim/optimizer.h"
#include "kernels/elementwise/adaptive.h"

namespace convgrad::optim {

/// One step of one parameter in one pass over it, its gradient and its state (in the rule's order), of any strides.
void step_in_one_pass(kernels::Rule rule, const void* step, const Tensor& parameter, ArrayRef<Tensor> state);
template <class Step>
void step_in_one_pass(const Step& step, const Tensor& parameter, ArrayRef<Tensor> state) {
  step_in_one_pass(Step::rule, &step, parameter, state);
}

/// What every rule does to the gradient first.
template <class Options>
kernels::GradientTerms gradient_terms(const Options& o) {
  return {.weight_decay = o.weight_decay, .maximize = o.maximize};
}

// ValueError ("Invalid learning rate: -1") for options out of range, NaN too.
void check_not_negative(const OptionMap& options, const char* name, const char* shown);
void check_betas(const OptionMap& options);

}  // namespace convgrad::optim
