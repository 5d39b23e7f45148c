#include "kernels/conv/conv.h"

#include "kernels/conv/reference.h"

namespace convgrad::kernels {

template <class T>
void conv_forward(const ConvProblem& problem, const T* x, const T* w, const T* bias, T* y) {
  conv_reference::forward(problem, x, w, bias, y);
}

template <class T>
void conv_backward_data(const ConvProblem& problem, const T* dy, const T* w, const T* bias, T* dx) {
  conv_reference::backward_data(problem, dy, w, bias, dx);
}

template <class T>
void conv_backward_weights(const ConvProblem& problem, const T* x, const T* dy, T* dw) {
  conv_reference::backward_weights(problem, x, dy, dw);
}

template <class T>
const char* chosen_algorithm(const ConvProblem&, Pass) {
  return "reference";
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
