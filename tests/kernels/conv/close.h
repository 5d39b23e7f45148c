#pragma once
#include "kernels/conv/conv.h"
#include "kernels/conv/plan.h"
#include "kernels/conv/random_problem.h"
#include "kernels/conv/reference.h"
#include "kernels/every_isa.h"

namespace convgrad::kernels {

/// Root of the mean square of the difference, relative to that of the expected values.
inline double rms_error(const std::vector<float>& values, const std::vector<double>& expected) {
  double difference = 0, total = 1e-30;
  for (size_t i = 0; i < values.size(); ++i) {
    difference += (values[i] - expected[i]) * (values[i] - expected[i]);
    total += expected[i] * expected[i];
  }
  return std::sqrt(difference / total);
}

inline StridedArray<double, 5> widened(Random& random, StridedArray<float, 5>& from) {
  StridedArray<double, 5> to(random, from.sizes, 0);
  const auto values = from.values();
  size_t i = 0;
  to.for_each([&](double& cell) { cell = values[i++]; });
  return to;
}

/// Runs a pass on normally distributed values by an algorithm, and compares it with the reference in float64.
inline void expect_close(Random& random, const char* algorithm, const ConvProblem& p, Pass pass, int layout,
                         double bound) {
  SCOPED_TRACE(testing::Message() << "pass " << static_cast<int>(pass) << ": " << p);
  ConvCase<float> c(random, p, pass, layout);
  auto& result = pass == Pass::forward ? c.y : pass == Pass::backward_data ? c.x : c.w;
  for (auto* array : {&c.x, &c.w, &c.y})
    if (array != &result) array->fill_normal(random);
  ConvProblem q = p;
  auto x = widened(random, c.x), w = widened(random, c.w), y = widened(random, c.y);
  q.x_strides = x.strides, q.w_strides = w.strides, q.y_strides = y.strides;
  const std::vector<double> bias(c.bias.begin(), c.bias.end());
  const double* bias_or_null = bias.empty() ? nullptr : bias.data();
  std::vector<double> expected;
  if (pass == Pass::forward) {
    conv_reference::forward<double>(q, x.data(), w.data(), bias_or_null, y.data());
    expected = y.values();
  } else if (pass == Pass::backward_data) {
    conv_reference::backward_data<double>(q, y.data(), w.data(), bias_or_null, x.data());
    expected = x.values();
  } else {
    conv_reference::backward_weights<double>(q, x.data(), y.data(), w.data());
    expected = w.values();
  }
  force_algorithm(algorithm);
  EXPECT_STREQ(chosen_algorithm<float>(c.problem, pass), algorithm);
  on_every_isa([&] {
    auto actual = result;
    if (pass == Pass::forward)
      conv_forward<float>(c.problem, c.x.data(), c.w.data(), c.bias_or_null(), actual.data());
    else if (pass == Pass::backward_data)
      conv_backward_data<float>(c.problem, c.y.data(), c.w.data(), c.bias_or_null(), actual.data());
    else
      conv_backward_weights<float>(c.problem, c.x.data(), c.y.data(), actual.data());
    EXPECT_LT(rms_error(actual.values(), expected), bound);
    EXPECT_EQ(actual.damaged_cells(), 0);
  });
  force_algorithm("");
}

}  // namespace convgrad::kernels
