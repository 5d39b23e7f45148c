#pragma once
#include <convgrad/tensor.h>

#include <vector>

namespace convgrad::nn::utils {

/// All parameters behind one another in a tensor of one dimension; gradients flow back through it.
/// Like torch.nn.utils.parameters_to_vector.
CONVGRAD_API Tensor parameters_to_vector(const std::vector<Tensor>& parameters);

/// The parameters become pieces of the vector, in order, and share its memory. Error where it is too short; a rest is
/// left out. Like torch.nn.utils.vector_to_parameters.
CONVGRAD_API void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters);

}  // namespace convgrad::nn::utils
