#pragma once
#include "cases/case.h"

namespace convgrad::cases {

/// The inputs of a case as float64 (or int64) leaves; drawn from the case's name and the seed.
variable_list make_inputs(const std::string& name, const std::vector<Input>& inputs, uint64_t seed);
/// Inputs as another floating type; integers stay.
variable_list as_type(const variable_list& inputs, ScalarType dtype);
/// The same values behind strides that no kernel would choose: every dimension padded, reversed order, an offset.
variable_list with_odd_strides(const variable_list& inputs);
/// Random cotangents for the outputs that require grad; undefined for the others.
variable_list make_cotangents(const variable_list& outputs, uint64_t seed);
/// run(x) and, where it is differentiable, the gradients of ⟨cotangents, outputs⟩ (undefined where there is none).
struct Results {
  variable_list outputs, cotangents, gradients;
};
Results evaluate(const Case& c, const variable_list& inputs, uint64_t seed);
/// Largest difference as a share of the largest value; infinite where shapes, types of number or NaNs differ.
double difference(const Tensor& a, const Tensor& b);

}  // namespace convgrad::cases
