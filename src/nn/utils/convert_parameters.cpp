#include "convgrad/nn/utils/convert_parameters.h"

#include "convgrad/ops/join.h"

namespace convgrad::nn::utils {

Tensor parameters_to_vector(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> pieces;
  for (const Tensor& p : parameters) pieces.push_back(p.view({-1}));
  return cat(pieces);
}

void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters) {
  std::vector<Tensor> pieces;
  int64_t at = 0;
  for (const Tensor& p : parameters) {
    pieces.push_back(vector.slice(0, at, at + p.numel()).view_as(p).data());
    at += p.numel();
  }
  for (size_t i = 0; i < pieces.size(); ++i) Tensor(parameters[i]).set_data(pieces[i]);
}

}  // namespace convgrad::nn::utils
