// What pooling refuses: each wording of each axis count, by the sizes of the input and the lists of numbers.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/pool.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using Numbers = std::vector<int64_t>;

std::string text(const Numbers& numbers) {
  std::string all = "[";
  for (const int64_t n : numbers) all += std::to_string(n) + ",";
  return all + "]";
}

/// "F.max_pool2d(torch.ones([1,4,4,]), [2,], [1,]"; without a stride, None.
std::string call(const std::string& name, const Numbers& x, const Numbers& kernel, const Numbers& stride) {
  return "F." + name + "(torch.ones(" + text(x) + "), " + text(kernel) + ", " +
         (stride.empty() ? "None" : text(stride));
}

/// Maxima with their positions; the axes are those of x less two.
Failure maxima(const Numbers& x, const Numbers& kernel, const Numbers& stride = {}, const Numbers& padding = {0},
               const Numbers& dilation = {1}) {
  using Pool = std::tuple<Tensor, Tensor> (*)(X, IntArrayRef, IntArrayRef, IntArrayRef, IntArrayRef, bool);
  const Pool pools[] = {max_pool1d_with_indices, max_pool2d_with_indices, max_pool3d_with_indices};
  const size_t axes = x.size() - 2;
  return {[=, pool = pools[axes - 1]] { pool(ones(x), kernel, stride, padding, dilation, false); },
          call("max_pool" + std::to_string(axes) + "d", x, kernel, stride) + ", " + text(padding) + ", " +
              text(dilation) + ", return_indices=True)"};
}
/// max_pool1d without positions has its own words.
Failure maxima1d(const Numbers& kernel, const Numbers& stride = {}, const Numbers& padding = {0},
                 const Numbers& dilation = {1}) {
  return {[=] {
            max_pool1d(ones({1, 2, 6}), kernel, stride, padding, dilation);
          },
          call("max_pool1d", {1, 2, 6}, kernel, stride) + ", " + text(padding) + ", " + text(dilation) + ")"};
}
Failure means(const Numbers& x, const Numbers& kernel, const Numbers& stride = {}, const Numbers& padding = {0}) {
  const size_t axes = x.size() - 2;
  return {[=] {
            if (axes == 1) avg_pool1d(ones(x), kernel, stride, padding);
            if (axes == 2) avg_pool2d(ones(x), kernel, stride, padding);
            if (axes == 3) avg_pool3d(ones(x), kernel, stride, padding);
          },
          call("avg_pool" + std::to_string(axes) + "d", x, kernel, stride) + ", " + text(padding) + ")"};
}

Case refused(const std::vector<Failure>& failures) {
  return {.run = [](const List& x) { return x; }, .inputs = {{.sizes = {1}}}, .oracle = "x0", .failures = failures};
}

const Numbers x1{1, 2, 6}, x2{1, 2, 6, 6}, x3{1, 2, 6, 6, 6};
constexpr int64_t kPastInt = int64_t{1} << 31;

}  // namespace

CASE(max_pool_refused) {
  return refused({maxima1d({-1}),
                  maxima1d({3}, {0}),
                  maxima1d({2}, {1, 1}),
                  maxima1d({2}, {}, {0, 0}),
                  maxima1d({2}, {}, {0}, {1, 1}),
                  maxima(x1, {-1}),
                  maxima(x1, {3}, {-1}),
                  maxima(x1, {3}, {}, {2}, {2}),
                  maxima(x1, {2, 2}),
                  maxima(x1, {2}, {1, 1}),
                  maxima(x1, {2}, {}, {0, 0}),
                  maxima(x1, {2}, {}, {0}, {1, 1}),
                  maxima(x2, {-1}),
                  maxima(x2, {3}, {}, {2}, {2}),
                  maxima(x2, {kPastInt}),
                  maxima(x2, {2}, {}, {0, 0, 0}),
                  maxima(x2, {2}, {}, {0}, {1, 1, 1}),
                  maxima(x3, {-1}),
                  maxima(x3, {3}, {-1}),
                  maxima(x3, {3}, {}, {0}, {0}),
                  maxima(x3, {3}, {}, {2}, {2}),
                  maxima(x3, {kPastInt}),
                  maxima(x3, {2}, {1, 1, 1, 1}),
                  maxima(x3, {2}, {}, {0, 0, 0, 0}),
                  maxima(x3, {2}, {}, {0}, {1, 1, 1, 1}),
                  maxima({2, 0, 4, 4, 4}, {2})});
}
CASE(avg_pool_refused) {
  return refused({means(x1, {-1}), means(x1, {3}, {-1}), means(x1, {kPastInt}), means(x1, {2, 2}),
                  means(x1, {2}, {1, 1}), means(x1, {2}, {}, {0, 0}), means(x2, {-1}), means(x2, {kPastInt}),
                  means(x2, {2}, {1, 1, 1}), means(x2, {2}, {}, {0, 0, 0}), means(x3, {-1}), means(x3, {3}, {-1}),
                  means(x3, {kPastInt}), means(x3, {2, 2, 2, 2}), means(x3, {2}, {1, 1, 1, 1}),
                  means(x3, {2}, {}, {0, 0, 0, 0}), means({2, 0, 4, 4, 4}, {2})});
}
CASE(adaptive_pool_refused) {
  const auto row = [](auto pool, const std::string& name, const Numbers& x, const Numbers& sizes) -> Failure {
    return {[=] { pool(ones(x), sizes); }, "F." + name + "(torch.ones(" + text(x) + "), " + text(sizes) + ")"};
  };
  return refused({row(adaptive_avg_pool1d, "adaptive_avg_pool1d", x1, {-1}),
                  row(adaptive_avg_pool1d, "adaptive_avg_pool1d", x1, {2, 2}),
                  row(adaptive_max_pool1d, "adaptive_max_pool1d", x1, {2, 2}),
                  row(adaptive_avg_pool2d, "adaptive_avg_pool2d", x2, {-1, 2}),
                  row(adaptive_avg_pool2d, "adaptive_avg_pool2d", x2, {2, 2, 2}),
                  row(adaptive_max_pool2d, "adaptive_max_pool2d", x2, {2, 2, 2}),
                  row(adaptive_avg_pool3d, "adaptive_avg_pool3d", x3, {-1, 2, 2}),
                  row(adaptive_avg_pool3d, "adaptive_avg_pool3d", x3, {2, 2, 2, 2}),
                  row(adaptive_max_pool3d, "adaptive_max_pool3d", x3, {2, 2, 2, 2})});
}

}  // namespace convgrad::cases
