#include "kernels/gemm.h"

#include <optional>

#include "kernels/every_isa.h"
#include "kernels/strided_array.h"

namespace convgrad::kernels {
namespace {

template <class T>
struct Case {
  StridedArray<T, 3> a, b, c;
  std::vector<T> row_bias, column_bias;
  GemmProblem<T> problem;

  Case(Random& random, int64_t batch, int64_t m, int64_t n, int64_t k, int layout)
      : a(random, {batch, m, k}, layout),
        b(random, {batch, k, n}, layout),
        c(random, {batch, m, n}, std::min(layout, 2)) {
    a.fill_integers(random);
    b.fill_integers(random);
    for (int64_t i = 0; i < m; ++i) row_bias.push_back(static_cast<T>(pick(random, -9, 9)));
    for (int64_t j = 0; j < n; ++j) column_bias.push_back(static_cast<T>(pick(random, -9, 9)));
    problem = {.m = m, .n = n, .k = k, .batch = batch};
    problem.a = {a.data(), a.strides[1], a.strides[2], a.strides[0]};
    problem.b = {b.data(), b.strides[1], b.strides[2], b.strides[0]};
    problem.c = {c.data(), c.strides[1], c.strides[2], c.strides[0]};
    problem.alpha = static_cast<T>(pick(random, 0, 2) == 0 ? 3 : 1);
    problem.beta = static_cast<T>(pick(random, -1, 1));
    if (problem.beta != 0) c.fill_integers(random);
    if (pick(random, 0, 2) == 0) problem.row_bias = row_bias.data();
    if (pick(random, 0, 2) == 0) problem.column_bias = column_bias.data();
  }

  /// The definition in float64, before C is written.
  std::vector<T> expected() {
    std::vector<T> result;
    const auto a_values = a.values(), b_values = b.values(), c_values = c.values();
    const auto& p = problem;
    for (int64_t s = 0; s < p.batch; ++s)
      for (int64_t i = 0; i < p.m; ++i)
        for (int64_t j = 0; j < p.n; ++j) {
          double sum = 0;
          for (int64_t l = 0; l < p.k; ++l)
            sum += double{a_values[(s * p.m + i) * p.k + l]} * double{b_values[(s * p.k + l) * p.n + j]};
          sum *= p.alpha;
          if (p.beta != 0) sum += double{p.beta} * double{c_values[(s * p.m + i) * p.n + j]};
          result.push_back(static_cast<T>(sum + (p.row_bias ? row_bias[i] : 0) + (p.column_bias ? column_bias[j] : 0)));
        }
    return result;
  }
};

template <class T>
class Gemm : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(Gemm, Floats);

TYPED_TEST(Gemm, EqualsTheDefinitionOnRandomProblems) {
  on_every_isa([] {
    Random random(20);
    for (int i = 0; i < 125 && !testing::Test::HasFailure(); ++i) {
      const int64_t large = i % 25 == 0 ? 130 : 20, batch = pick(random, 0, 9) == 0 ? pick(random, 0, 5) : 1;
      Case<TypeParam> c(random, batch, pick(random, 0, large), pick(random, 0, large), pick(random, 0, large), i % 4);
      SCOPED_TRACE("case " + std::to_string(i));
      const auto expected = c.expected();
      gemm(c.problem);
      EXPECT_EQ(c.c.values(), expected);
      EXPECT_EQ(c.c.damaged_cells(), 0);
    }
  });
}

TYPED_TEST(Gemm, EqualsTheDefinitionOnLongThinAndVectorShapedProblems) {
  on_every_isa([] {
    Random random(21);
    const int64_t shapes[][3] = {{1, 1, 3000}, {1, 300, 70}, {300, 1, 70}, {7, 9, 5000}, {2, 700, 3},
                                 {700, 2, 3},  {1, 1, 1},    {65, 130, 1}, {3, 50, 900}, {129, 83, 400}};
    for (const auto& [m, n, k] : shapes)
      for (int layout = 0; layout < 4; ++layout) {
        Case<TypeParam> c(random, 1, m, n, k, layout);
        SCOPED_TRACE(testing::Message() << m << "x" << n << "x" << k << " layout " << layout);
        const auto expected = c.expected();
        gemm(c.problem);
        EXPECT_EQ(c.c.values(), expected);
        EXPECT_EQ(c.c.damaged_cells(), 0);
      }
  });
}

TEST(GemmOfIntegers, WrapsAround) {
  const uint8_t a[] = {200, 100}, b[] = {2, 3};
  uint8_t c = 0;
  gemm<uint8_t>({.m = 1, .n = 1, .k = 2, .a = {a, 2, 1}, .b = {b, 1, 1}, .c = {&c, 1, 1}});
  EXPECT_EQ(c, (200 * 2 + 100 * 3) % 256);
}

}  // namespace
}  // namespace convgrad::kernels
