#include "cases/inputs.h"

#include <convgrad/autograd/autograd.h>

#include <cmath>
#include <random>

#include "core/make.h"

namespace convgrad::cases {

std::vector<NamedCase>& all_cases() {
  static std::vector<NamedCase> list;
  return list;
}

variable_list make_inputs(const std::string& name, const std::vector<Input>& inputs, uint64_t seed) {
  // FNV-1a: the same draw wherever this runs
  uint64_t hash = 1469598103934665603ull;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  std::mt19937_64 random(hash + seed);
  variable_list out;
  for (const Input& in : inputs) {
    Tensor t = make_tensor(in.sizes, in.integer ? kInt64 : kFloat64);
    for (int64_t i = 0; i < t.numel(); ++i) {
      const double u = static_cast<double>(random() >> 11) * 0x1p-53, value = in.low + (in.high - in.low) * u;
      if (in.integer)
        t.data_ptr<int64_t>()[i] = static_cast<int64_t>(std::floor(value));
      else
        t.data_ptr<double>()[i] = value;
    }
    if (in.requires_grad && !in.integer) t.requires_grad_();
    out.push_back(std::move(t));
  }
  return out;
}

variable_list as_type(const variable_list& inputs, ScalarType dtype) {
  variable_list out;
  for (const Tensor& t : inputs)
    out.push_back(t.is_floating_point() ? t.detach().to(dtype, true).requires_grad_(t.requires_grad()) : t);
  return out;
}

variable_list with_odd_strides(const variable_list& inputs) {
  variable_list out;
  for (const Tensor& t : inputs) {
    DimVector sizes, strides;
    int64_t step = 3;
    for (int64_t d = 0; d < t.dim(); ++d) {  // the first dimension moves fastest
      strides.push_back(step);
      step *= t.size(d) + 1;
    }
    Tensor memory = make_tensor({step + 5}, t.dtype());
    memory.fill_(t.is_floating_point() ? Scalar(1e30) : Scalar(1 << 20));  // what must not be read
    Tensor view = memory.as_strided(t.sizes(), strides, 5).detach();
    view.copy_(t.detach());
    out.push_back(view.requires_grad_(t.requires_grad()));
  }
  return out;
}

variable_list make_cotangents(const variable_list& outputs, uint64_t seed) {
  std::mt19937_64 random(seed * 7919 + 17);
  variable_list out;
  for (const Tensor& y : outputs) {
    if (!y.defined() || !y.requires_grad()) {
      out.emplace_back();
      continue;
    }
    Tensor v = make_tensor(y.sizes(), kFloat64);
    for (int64_t i = 0; i < v.numel(); ++i) v.data_ptr<double>()[i] = static_cast<double>(random() >> 11) * 0x1p-52 - 1;
    out.push_back(v.to(y.dtype()));
  }
  return out;
}

Results evaluate(const Case& c, const variable_list& inputs, uint64_t seed) {
  Results r;
  r.outputs = c.run(inputs);
  r.cotangents = make_cotangents(r.outputs, seed);
  r.gradients.resize(inputs.size());
  variable_list roots, root_cotangents, wanted;
  for (size_t i = 0; i < r.outputs.size(); ++i)
    if (r.cotangents[i].defined()) roots.push_back(r.outputs[i]), root_cotangents.push_back(r.cotangents[i]);
  for (const Tensor& x : inputs)
    if (x.requires_grad()) wanted.push_back(x);
  if (roots.empty() || wanted.empty()) return r;
  const variable_list g = autograd::grad(roots, wanted, root_cotangents, {}, false, /*allow_unused=*/true);
  for (size_t i = 0, j = 0; i < inputs.size(); ++i)
    if (inputs[i].requires_grad()) r.gradients[i] = g[j++];
  return r;
}

double difference(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined() ? 0 : INFINITY;
  if (a.sizes() != b.sizes()) return INFINITY;
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double worst = 0, size = 1e-12;
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) != std::isnan(y[i])) return INFINITY;
    if (std::isnan(x[i]) || x[i] == y[i]) continue;
    worst = std::max(worst, std::abs(x[i] - y[i]));
    size = std::max(size, std::abs(y[i]));
  }
  return worst / std::max(size, 1.0);
}

}  // namespace convgrad::cases
