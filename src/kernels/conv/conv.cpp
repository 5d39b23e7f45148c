#include "kernels/conv/conv.h"

#include <type_traits>

#include "kernels/conv/columns.h"
#include "kernels/conv/depthwise.h"
#include "kernels/conv/flat.h"
#include "kernels/conv/implicit_gemm.h"
#include "kernels/conv/parts.h"
#include "kernels/conv/reference.h"
#include "kernels/conv/small.h"
#include "kernels/conv/strided_winograd.h"
#include "kernels/conv/whole.h"
#include "kernels/conv/winograd.h"

namespace convgrad::kernels {

namespace {

template <class T>
void forward(ConvAlgorithm algorithm, const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  switch (algorithm) {
    case ConvAlgorithm::reference:
      return conv_reference::forward(p, x, w, bias, y);
    case ConvAlgorithm::flat:
      return flat::forward(p, x, w, bias, y);
    case ConvAlgorithm::small:
      return conv_small::forward(p, x, w, bias, y);
    case ConvAlgorithm::depthwise:
      return depthwise::forward(p, x, w, bias, y);
    case ConvAlgorithm::whole:
      return conv_whole::forward(p, x, w, bias, y);
    case ConvAlgorithm::columns:
      return conv_columns::forward(p, x, w, bias, y);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::forward(p, x, w, bias, y);
      [[fallthrough]];
    case ConvAlgorithm::strided_winograd:
      if constexpr (std::is_same_v<T, float>) return strided_winograd::forward(p, x, w, bias, y);
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::forward(p, x, w, bias, y);
  }
}

template <class T>
void backward_data(ConvAlgorithm algorithm, const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  switch (algorithm) {
    case ConvAlgorithm::reference:
      return conv_reference::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::flat:
      return flat::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::small:
      return conv_small::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::depthwise:
      return depthwise::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::whole:
      return conv_whole::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::columns:
      return conv_columns::backward_data(p, dy, w, bias, dx);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::backward_data(p, dy, w, bias, dx);
      [[fallthrough]];
    case ConvAlgorithm::strided_winograd:
      if constexpr (std::is_same_v<T, float>) return strided_winograd::backward_data(p, dy, w, bias, dx);
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::backward_data(p, dy, w, bias, dx);
  }
}

/// `slices`: of the whole problem, so that its parts add in the same order.
template <class T>
void backward_weights(ConvAlgorithm algorithm, const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t slices) {
  switch (algorithm) {
    case ConvAlgorithm::reference:
      return conv_reference::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::flat:
      return flat::backward_weights(p, x, dy, dw, slices);
    case ConvAlgorithm::small:
      return conv_small::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::depthwise:
      return depthwise::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::whole:
      return conv_whole::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::columns:
      return conv_columns::backward_weights(p, x, dy, dw);
    case ConvAlgorithm::winograd:
      if constexpr (std::is_same_v<T, float>) return winograd::backward_weights(p, x, dy, dw, slices);
      [[fallthrough]];
    case ConvAlgorithm::strided_winograd:
      if constexpr (std::is_same_v<T, float>) return strided_winograd::backward_weights(p, x, dy, dw, slices);
      [[fallthrough]];
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::backward_weights(p, x, dy, dw, slices);
  }
}

template <class T, class F>
void in_parts(const ConvProblem& p, Pass pass, F run) {
  const ConvAlgorithm algorithm = choose_algorithm(p, pass, sizeof(T));
  const int64_t slices = slices_of(algorithm, p, pass, sizeof(T));
  for_each_part(algorithm, p, pass, sizeof(T), slices, workspace_limit(),
                [&](const ConvPart& part) { run(algorithm, part, slices); });
}

}  // namespace

template <class T>
void conv_forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  in_parts<T>(p, Pass::forward, [=](ConvAlgorithm algorithm, const ConvPart& part, int64_t) {
    forward<T>(algorithm, part.problem, x + part.x, w + part.w, bias ? bias + part.bias : nullptr, y + part.y);
  });
}

template <class T>
void conv_backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  in_parts<T>(p, Pass::backward_data, [=](ConvAlgorithm algorithm, const ConvPart& part, int64_t) {
    backward_data<T>(algorithm, part.problem, dy + part.y, w + part.w, bias ? bias + part.bias : nullptr, dx + part.x);
  });
}

template <class T>
void conv_backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  in_parts<T>(p, Pass::backward_weights, [=](ConvAlgorithm algorithm, const ConvPart& part, int64_t slices) {
    backward_weights<T>(algorithm, part.problem, x + part.x, dy + part.y, dw + part.w, slices);
  });
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
