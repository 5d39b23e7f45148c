// optim/functional.h: whole steps of one parameter, for the optimisers in Python, who keep the state.
#include <convgrad/optim/functional.h>
#include <nanobind/nanobind.h>

#include "classes.h"

namespace convgrad::python {

namespace nb = nanobind;
using namespace nb::literals;
namespace steps = optim::functional;

namespace {

std::vector<Tensor> list_of(const nb::args& state) {
  std::vector<Tensor> out;
  for (nb::handle one : state) out.push_back(checked_tensor(one.ptr(), "the state"));
  return out;
}

/// Runs without the lock: a step of a large parameter takes milliseconds.
template <class F>
auto unlocked(const Tensor& parameter, F&& f) {
  if (parameter.numel() < 8192) return f();
  const Unlocked guard;
  return f();
}

}  // namespace

void make_optim(nb::module_& module) {
  nb::module_ m = module.def_submodule("_optim");
  m.def(
      "sgd",
      [](Tensor p, Tensor buffer, double lr, double momentum, double dampening, double weight_decay, bool nesterov,
         bool maximize) {
        const optim::SGDOptions options{.lr = lr,
                                        .momentum = momentum,
                                        .dampening = dampening,
                                        .weight_decay = weight_decay,
                                        .nesterov = nesterov,
                                        .maximize = maximize};
        unlocked(p, [&] { steps::sgd(p, buffer, options); });
        return buffer;
      },
      "parameter"_a, "momentum_buffer"_a.none(), "lr"_a, "momentum"_a, "dampening"_a, "weight_decay"_a, "nesterov"_a,
      "maximize"_a);
  m.def(
      "adam",
      [](Tensor p, nb::args state, double t, double lr, double beta1, double beta2, double eps, double weight_decay,
         bool amsgrad, bool maximize, bool decoupled_weight_decay) {
        const optim::AdamOptions options{.lr = lr,
                                         .betas = {beta1, beta2},
                                         .eps = eps,
                                         .weight_decay = weight_decay,
                                         .amsgrad = amsgrad,
                                         .maximize = maximize,
                                         .decoupled_weight_decay = decoupled_weight_decay};
        const auto list = list_of(state);
        unlocked(p, [&] { steps::adam(p, list, t, options); });
      },
      "parameter"_a, "state"_a, "t"_a, "lr"_a, "beta1"_a, "beta2"_a, "eps"_a, "weight_decay"_a, "amsgrad"_a,
      "maximize"_a, "decoupled_weight_decay"_a);
  m.def(
      "nadam",
      [](Tensor p, nb::args state, double t, double mu_product, double lr, double beta1, double beta2, double eps,
         double weight_decay, double momentum_decay, bool decoupled_weight_decay, bool maximize) {
        const optim::NAdamOptions options{.lr = lr,
                                          .betas = {beta1, beta2},
                                          .eps = eps,
                                          .weight_decay = weight_decay,
                                          .momentum_decay = momentum_decay,
                                          .decoupled_weight_decay = decoupled_weight_decay,
                                          .maximize = maximize};
        const auto list = list_of(state);
        unlocked(p, [&] { steps::nadam(p, list, t, mu_product, options); });
      },
      "parameter"_a, "state"_a, "t"_a, "mu_product"_a, "lr"_a, "beta1"_a, "beta2"_a, "eps"_a, "weight_decay"_a,
      "momentum_decay"_a, "decoupled_weight_decay"_a, "maximize"_a);
  m.def(
      "adamax",
      [](Tensor p, nb::args state, double t, double lr, double beta1, double beta2, double eps, double weight_decay,
         bool maximize) {
        const optim::AdamaxOptions options{
            .lr = lr, .betas = {beta1, beta2}, .eps = eps, .weight_decay = weight_decay, .maximize = maximize};
        const auto list = list_of(state);
        unlocked(p, [&] { steps::adamax(p, list, t, options); });
      },
      "parameter"_a, "state"_a, "t"_a, "lr"_a, "beta1"_a, "beta2"_a, "eps"_a, "weight_decay"_a, "maximize"_a);
  m.def(
      "rmsprop",
      [](Tensor p, nb::args state, double lr, double alpha, double eps, double weight_decay, double momentum,
         bool centered, bool maximize) {
        const optim::RMSpropOptions options{.lr = lr,
                                            .alpha = alpha,
                                            .eps = eps,
                                            .weight_decay = weight_decay,
                                            .momentum = momentum,
                                            .centered = centered,
                                            .maximize = maximize};
        const auto list = list_of(state);
        unlocked(p, [&] { steps::rmsprop(p, list, options); });
      },
      "parameter"_a, "state"_a, "lr"_a, "alpha"_a, "eps"_a, "weight_decay"_a, "momentum"_a, "centered"_a, "maximize"_a);
  m.def(
      "adagrad",
      [](Tensor p, Tensor sum, double t, double lr, double lr_decay, double weight_decay, double eps, bool maximize) {
        const optim::AdagradOptions options{
            .lr = lr, .lr_decay = lr_decay, .weight_decay = weight_decay, .eps = eps, .maximize = maximize};
        unlocked(p, [&] { steps::adagrad(p, sum, t, options); });
      },
      "parameter"_a, "sum"_a, "t"_a, "lr"_a, "lr_decay"_a, "weight_decay"_a, "eps"_a, "maximize"_a);
  m.def(
      "adadelta",
      [](Tensor p, nb::args state, double lr, double rho, double eps, double weight_decay, bool maximize) {
        const optim::AdadeltaOptions options{
            .lr = lr, .rho = rho, .eps = eps, .weight_decay = weight_decay, .maximize = maximize};
        const auto list = list_of(state);
        unlocked(p, [&] { steps::adadelta(p, list, options); });
      },
      "parameter"_a, "state"_a, "lr"_a, "rho"_a, "eps"_a, "weight_decay"_a, "maximize"_a);
}

}  // namespace convgrad::python
