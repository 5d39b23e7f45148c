#include "kernels/conv/conv.h"

#include "kernels/conv/implicit_gemm.h"

namespace convgrad::kernels {

template <class T>
void conv_forward(const ConvProblem& problem, const T* x, const T* w, const T* bias, T* y) {
  implicit_gemm::forward(problem, x, w, bias, y, 64 << 20);
}

template <class T>
void conv_backward_data(const ConvProblem& problem, const T* dy, const T* w, const T* bias, T* dx) {
  implicit_gemm::backward_data(problem, dy, w, bias, dx, 64 << 20);
}

template <class T>
void conv_backward_weights(const ConvProblem& problem, const T* x, const T* dy, T* dw) {
  implicit_gemm::backward_weights(problem, x, dy, dw, 64 << 20);
}

template <class T>
const char* chosen_algorithm(const ConvProblem&, Pass) {
  return "implicit_gemm";
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
