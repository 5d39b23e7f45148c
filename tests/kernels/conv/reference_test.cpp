#include "kernels/conv/reference.h"

#include "kernels/conv/random_problem.h"

namespace convgrad::kernels {
namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

TEST(ConvReference, SlidesTheKernelOverThePaddedInput) {
  ConvProblem p;
  p.axes[2] = axis(4, 2, 2, 1, 1, 1);
  p.x_strides = p.w_strides = p.y_strides = {1, 1, 1, 1, 1};
  const float x[] = {1, 2, 3, 4}, w[] = {10, 1}, bias[] = {0.5f};
  float y[3];
  conv_reference::forward(p, x, w, bias, y);
  EXPECT_FLOAT_EQ(y[0], 1.5f);
  EXPECT_FLOAT_EQ(y[1], 23.5f);
  EXPECT_FLOAT_EQ(y[2], 40.5f);
}

TEST(ConvReference, BackwardPassesAreTheAdjointsOfForward) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const ConvProblem p = random_problem(random);
    SCOPED_TRACE(testing::Message() << "case " << i << ": " << p);
    ConvCase<double> c(random, p, Pass::forward, 0), gradients(random, p, Pass::forward, 0);
    c.x.fill_integers(random);
    c.w.fill_integers(random);
    gradients.y.fill_integers(random);
    conv_reference::forward<double>(c.problem, c.x.data(), c.w.data(), nullptr, c.y.data());
    conv_reference::backward_data<double>(c.problem, gradients.y.data(), c.w.data(), nullptr, gradients.x.data());
    conv_reference::backward_weights<double>(c.problem, c.x.data(), gradients.y.data(), gradients.w.data());
    const double expected = dot(c.y.values(), gradients.y.values());
    EXPECT_EQ(dot(c.x.values(), gradients.x.values()), expected);
    EXPECT_EQ(dot(c.w.values(), gradients.w.values()), expected);
  }
}

}  // namespace
}  // namespace convgrad::kernels
