#pragma once
#include <convgrad/optim/adadelta.h>
#include <convgrad/optim/adagrad.h>
#include <convgrad/optim/adam.h>
#include <convgrad/optim/adamax.h>
#include <convgrad/optim/nadam.h>
#include <convgrad/optim/rmsprop.h>
#include <convgrad/optim/sgd.h>

namespace convgrad::optim::functional {

// The steps themselves, for those who keep the state: one step of one parameter by its grad(), which must be there, in
// one pass over memory. `state` are the optimizer's tensors of the parameter in the order named here, changed in place;
// t is the number of the step, from 1. Options are not checked. Like the functions of torch.optim._functional.

/// momentum_buffer: undefined before the first step, and where momentum is 0.
CONVGRAD_API void sgd(const Tensor& parameter, Tensor& momentum_buffer, const SGDOptions& options);
/// exp_avg, exp_avg_sq, and max_exp_avg_sq where amsgrad.
CONVGRAD_API void adam(const Tensor& parameter, TensorList state, double t, const AdamOptions& options);
/// exp_avg, exp_avg_sq; mu_product: the product of the factors μ up to this step.
CONVGRAD_API void nadam(const Tensor& parameter, TensorList state, double t, double mu_product,
                        const NAdamOptions& options);
/// μ of a step.
CONVGRAD_API double nadam_mu(double t, const NAdamOptions& options);
/// exp_avg, exp_inf.
CONVGRAD_API void adamax(const Tensor& parameter, TensorList state, double t, const AdamaxOptions& options);
/// square_avg, then grad_avg where centered, then momentum_buffer where momentum > 0.
CONVGRAD_API void rmsprop(const Tensor& parameter, TensorList state, const RMSpropOptions& options);
/// sum.
CONVGRAD_API void adagrad(const Tensor& parameter, TensorList state, double t, const AdagradOptions& options);
/// square_avg, acc_delta.
CONVGRAD_API void adadelta(const Tensor& parameter, TensorList state, const AdadeltaOptions& options);

}  // namespace convgrad::optim::functional
