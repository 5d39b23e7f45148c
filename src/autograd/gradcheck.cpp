#include "convgrad/autograd/gradcheck.h"

#include <cmath>
#include <random>

#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"

namespace convgrad::autograd {
namespace {

Tensor random_like(const Tensor& t, std::mt19937_64& random) {
  Tensor out = make_tensor(t.sizes(), t.dtype());
  std::uniform_real_distribution<double> uniform(-1, 1);
  visit_floating(t.dtype(), [&]<class T>(std::type_identity<T>) {
    for (int64_t i = 0; i < out.numel(); ++i) static_cast<T*>(out.data_ptr())[i] = static_cast<T>(uniform(random));
  });
  return out;
}

/// Σ ⟨v, y⟩ over the floating outputs, in double.
double project(const variable_list& outputs, const variable_list& cotangents) {
  double sum = 0;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!cotangents[i].defined()) continue;
    const auto y = outputs[i].to_vector<double>(), v = cotangents[i].to_vector<double>();
    for (size_t j = 0; j < y.size(); ++j) sum += y[j] * v[j];
  }
  return sum;
}

/// Where element `flat` (in C order) of `t` lies.
int64_t position(const Tensor& t, int64_t flat) {
  int64_t at = 0;
  for (int64_t d = t.dim(); d-- > 0;) {
    at += flat % t.size(d) * t.stride(d);
    flat /= t.size(d);
  }
  return at;
}

/// d⟨v, f⟩/dx[flat] by central differences; x is changed in memory and put back.
double numerical(const TensorFunction& f, const variable_list& inputs, const variable_list& cotangents, const Tensor& x,
                 int64_t flat, double eps) {
  NoGradGuard guard;
  return visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    T& cell = static_cast<T*>(x.data_ptr())[position(x, flat)];
    const T before = cell;
    cell = static_cast<T>(before + eps);
    const double plus = project(f(inputs), cotangents);
    cell = static_cast<T>(before - eps);
    const double minus = project(f(inputs), cotangents);
    cell = before;
    return (plus - minus) / (2 * eps);
  });
}

}  // namespace

bool gradcheck(const TensorFunction& f, const variable_list& inputs, const GradcheckOptions& options) {
  EnableGradGuard enable;
  std::mt19937_64 random(options.seed);
  const variable_list outputs = f(inputs);
  variable_list roots, root_cotangents, cotangents(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].defined() || !outputs[i].requires_grad()) continue;
    cotangents[i] = random_like(outputs[i], random);
    roots.push_back(outputs[i]);
    root_cotangents.push_back(cotangents[i]);
  }
  variable_list wanted;
  for (const Tensor& x : inputs)
    if (x.defined() && x.requires_grad()) wanted.push_back(x);
  check<ValueError>(!wanted.empty(),
                    "gradcheck expects at least one input tensor to require gradient, but none of the them have "
                    "requires_grad=True.");
  check(!roots.empty(), "gradcheck: no output of the function requires grad, though an input does");
  const variable_list analytical = grad(roots, wanted, root_cotangents, {}, false, /*allow_unused=*/true);
  for (size_t i = 0; i < wanted.size(); ++i) {
    const std::vector<double> a =
        analytical[i].defined() ? analytical[i].to_vector<double>() : std::vector<double>(wanted[i].numel(), 0.0);
    for (int64_t j = 0; j < wanted[i].numel(); ++j) {
      const double n = numerical(f, inputs, cotangents, wanted[i], j, options.eps);
      if (std::abs(a[j] - n) <= options.atol + options.rtol * std::abs(n)) continue;  // NaN fails
      if (!options.raise_exception) return false;
      throw Error(fmt::format("GradcheckError: gradient of input {} differs at element {}: numerical {}, analytical {}",
                              i, j, n, a[j]));
    }
  }
  return true;
}

bool gradgradcheck(const TensorFunction& f, const variable_list& inputs, const GradcheckOptions& options) {
  std::mt19937_64 random(options.seed + 1);
  variable_list all = inputs;
  std::vector<size_t> used;  // the outputs that take part
  {
    EnableGradGuard enable;
    const variable_list outputs = f(inputs);
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!outputs[i].defined() || !outputs[i].requires_grad()) continue;
      used.push_back(i);
      all.push_back(random_like(outputs[i], random).requires_grad_());
    }
  }
  const size_t count = inputs.size();
  const TensorFunction first_order = [&f, used, count](const variable_list& args) {
    EnableGradGuard enable;  // numerical() switches recording off, but this function differentiates
    const variable_list given(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(count));
    const variable_list outputs = f(given);
    variable_list roots, cotangents, wanted;
    for (size_t i = 0; i < used.size(); ++i) roots.push_back(outputs[used[i]]), cotangents.push_back(args[count + i]);
    for (const Tensor& x : given)
      if (x.defined() && x.requires_grad()) wanted.push_back(x);
    return grad(roots, wanted, cotangents, {}, /*create_graph=*/true, /*allow_unused=*/true);
  };
  return gradcheck(first_order, all, options);
}

}  // namespace convgrad::autograd
