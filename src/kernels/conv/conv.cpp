#include "kernels/conv/conv.h"

#include <type_traits>

#include "kernels/conv/flat.h"
#include "kernels/conv/implicit_gemm.h"
#include "kernels/conv/plan.h"
#include "kernels/conv/reference.h"
#include "kernels/conv/small.h"
#include "kernels/conv/winograd.h"

namespace convgrad::kernels {

template <class T>
void conv_forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  switch (choose_algorithm(p, Pass::forward, sizeof(T))) {
    case ConvAlgorithm::reference:
      return conv_reference::forward(p, x, w, bias, y);
    case ConvAlgorithm::flat:
      return flat::forward(p, x, w, bias, y);
    case ConvAlgorithm::small:
      return conv_small::forward(p, x, w, bias, y);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::forward(p, x, w, bias, y);
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::forward(p, x, w, bias, y, workspace_limit());
  }
}

template <class T>
void conv_backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  switch (choose_algorithm(p, Pass::backward_data, sizeof(T))) {
    case ConvAlgorithm::reference:
      return conv_reference::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::flat:
      return flat::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::small:
      return conv_small::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::backward_data(p, dy, w, bias, dx);
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::backward_data(p, dy, w, bias, dx, workspace_limit());
  }
}

template <class T>
void conv_backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  switch (choose_algorithm(p, Pass::backward_weights, sizeof(T))) {
    case ConvAlgorithm::reference:
      return conv_reference::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::flat:
      return flat::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::small:
      return conv_small::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::backward_weights(p, x, dy, dw, workspace_limit());
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::backward_weights(p, x, dy, dw, workspace_limit());
  }
}

template <class T>
const char* chosen_algorithm(const ConvProblem& p, Pass pass) {
  return name_of(choose_algorithm(p, pass, sizeof(T)));
}

template void conv_forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void conv_forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void conv_backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void conv_backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void conv_backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void conv_backward_weights<double>(const ConvProblem&, const double*, const double*, double*);
template const char* chosen_algorithm<float>(const ConvProblem&, Pass);
template const char* chosen_algorithm<double>(const ConvProblem&, Pass);

}  // namespace convgrad::kernels
