// Maxima put back, and power means.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/pool.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

constexpr double inf = INFINITY;

/// One value for each place of a picture of 4 × 4, and where they belong.
Tensor values() { return ones({1, 1, 2, 2}); }
Tensor places() { return tensor({5, 7, 13, 15}).view({1, 1, 2, 2}); }
const char* const kNames =
    "y, i, inf = torch.ones(1, 1, 2, 2), torch.tensor([5, 7, 13, 15]).view(1, 1, 2, 2), torch.inf";

/// A call of max_unpool2d on these that must fail, and Python's.
Failure refused(const std::function<void()>& call, const std::string& words) { return {call, "F.max_unpool" + words}; }

}  // namespace

CASE(max_unpool1d) {
  return {
      .run =
          [](const List& x) {
            const auto [y, at] = max_pool1d_with_indices(x[0], 2);
            return list(max_unpool1d(y, at, 2), max_unpool1d(y, at, 2, 2, 0, ints(7)), max_unpool1d(y[0], at[0], 2),
                        max_unpool1d(y, at, 2, {}, 0, ints(2, 2, 6)));
          },
      .inputs = {{.sizes = {2, 2, 6}}},
      .oracle =
          "y, i = F.max_pool1d(x0, 2, return_indices=True); F.max_unpool1d(y, i, 2), "
          "F.max_unpool1d(y, i, 2, 2, 0, (7,)), F.max_unpool1d(y[0], i[0], 2), "
          "F.max_unpool1d(y, i, 2, output_size=(2, 2, 6))",
      .given = kNames,
      .failures = {
          refused([] { max_unpool1d(values()[0], places()[0], 2, {}, 0, ints(6)); },
                  "1d(y[0], i[0], 2, output_size=(6,))"),
          refused([] { max_unpool1d(values()[0], places()[0], 2); }, "1d(y[0], i[0], 2)"),
          refused([] { max_unpool1d(values()[0], places()[0], 2, {}, 5); }, "1d(y[0], i[0], 2, padding=5)"),
          refused([] { max_unpool1d(ones(2), zeros(2, kInt64), 2); }, "1d(torch.ones(2), torch.zeros(2).long(), 2)")}};
}
CASE(max_unpool2d) {
  return {.run =
              [](const List& x) {
                const auto [y, at] = max_pool2d_with_indices(x[0], ints(2, 3));
                return list(max_unpool2d(y, at, ints(2, 3)),
                            max_unpool2d(y[0], at[0], ints(2, 3), {}, 0, ints(2 * y.size(2) + 1, 3 * y.size(3))),
                            max_unpool2d(y.slice(0, 0, 0), at.slice(0, 0, 0), 2));
              },
          .inputs = {{.sizes = {2, 2, 4, 6}}},
          .oracle =
              "y, i = F.max_pool2d(x0, (2, 3), return_indices=True); F.max_unpool2d(y, i, (2, 3)), "
              "F.max_unpool2d(y[0], i[0], (2, 3), None, 0, (5, 6)), F.max_unpool2d(y[:0], i[:0], 2)",
          .given = kNames,
          .failures = {refused([] { max_unpool2d(values(), places(), 2, {}, 0, ints(6, 5)); },
                               "2d(y, i, 2, output_size=(6, 5))"),
                       refused([] { max_unpool2d(values(), places(), 2, {}, 0, ints(5, 5, 5)); },
                               "2d(y, i, 2, output_size=(5, 5, 5))"),
                       refused([] { max_unpool2d(values(), places(), 2, {}, 0, ints(3, 3)); },
                               "2d(y, i, 2, output_size=(3, 3))"),
                       refused([] { max_unpool2d(values(), places() - 8, 2); }, "2d(y, i - 8, 2)"),
                       refused([] { max_unpool2d(values(), places().to(kInt32), 2); }, "2d(y, i.int(), 2)"),
                       refused([] { max_unpool2d(values(), places()[0], 2); }, "2d(y, i[0], 2)"),
                       refused([] { max_unpool2d(values()[0][0], places()[0][0], 2); }, "2d(y[0][0], i[0][0], 2)"),
                       refused([] { max_unpool2d(values().slice(1, 0, 0), places().slice(1, 0, 0), 2); },
                               "2d(y[:, :0], i[:, :0], 2)"),
                       refused([] { max_unpool2d(values(), places(), 2, {}, 4); }, "2d(y, i, 2, padding=4)"),
                       refused([] { max_unpool2d(values(), places(), ints(2, 2, 2)); }, "2d(y, i, (2, 2, 2))"),
                       refused([] { max_unpool2d(places(), places(), 2); }, "2d(i, i, 2)")},
          .large = {{.sizes = {16, 16, 32, 33}}}};
}
CASE(max_unpool3d) {
  return {.run =
              [](const List& x) {
                const auto [y, at] = max_pool3d_with_indices(x[0], 2);
                return list(max_unpool3d(y, at, 2), max_unpool3d(y[0], at[0], 2, 2, 0, ints(4, 5, 5)));
              },
          .inputs = {{.sizes = {2, 1, 4, 4, 4}}},
          .oracle =
              "y, i = F.max_pool3d(x0, 2, return_indices=True); F.max_unpool3d(y, i, 2), "
              "F.max_unpool3d(y[0], i[0], 2, 2, 0, (4, 5, 5))",
          .given = kNames,
          .failures = {refused([] { max_unpool3d(values(), places() + 60, 2); }, "3d(y, i + 60, 2)"),
                       refused([] { max_unpool3d(values(), places().to(kInt32), 2); }, "3d(y, i.int(), 2)"),
                       refused([] { max_unpool3d(values()[0], places()[0], 2); }, "3d(y[0], i[0], 2)"),
                       refused([] { max_unpool3d(values(), places(), 2, -1); }, "3d(y, i, 2, stride=-1)"),
                       refused([] { max_unpool3d(values(), places()[0], 2); }, "3d(y, i[0], 2)"),
                       refused([] { max_unpool3d(places(), places(), 2); }, "3d(i, i, 2)")}};
}
CASE(lp_pool) {
  return {.run =
              [](const List& x) {
                return list(lp_pool1d(x[0][0], 2, 3), lp_pool1d(x[0][0], 3., 2, 1, true), lp_pool2d(x[0], 2, 2),
                            lp_pool2d(x[0], 1.5, ints(2, 3), 1), lp_pool3d(x[0], 2.5, ints(1, 2, 2)));
              },
          .inputs = {{.sizes = {2, 2, 4, 6}, .low = 0.1, .high = 1}},
          .oracle =
              "F.lp_pool1d(x0[0], 2, 3), F.lp_pool1d(x0[0], 3., 2, 1, True), F.lp_pool2d(x0, 2, 2), "
              "F.lp_pool2d(x0, 1.5, (2, 3), 1), F.lp_pool3d(x0, 2.5, (1, 2, 2))",
          .given = kNames,
          .failures = {{[] { lp_pool2d(values(), 2, 0); }, "F.lp_pool2d(y, 2, 0)"},
                       {[] { lp_pool1d(values()[0], 2, ints(2, 2)); }, "F.lp_pool1d(y[0], 2, (2, 2))"},
                       {[] { lp_pool1d(ones(4), 2, 2); }, "F.lp_pool1d(torch.ones(4), 2, 2)"},
                       {[] { lp_pool2d(values(), 2, 3); }, "F.lp_pool2d(y, 2, 3)"}}};
}
CASE(lp_pool_of_infinite_order) {
  return {.run =
              [](const List& x) {
                return list(lp_pool1d(x[0][0], inf, 2), lp_pool2d(x[0], inf, 2, 1), lp_pool2d(x[0], -inf, 2),
                            lp_pool3d(x[0], -inf, 2, {}, true), lp_pool2d(tensor({{{1, 2}, {3, 4}}}), 2, 2));
              },
          .inputs = {{.sizes = {2, 2, 4, 5}}},
          .oracle =
              "F.lp_pool1d(x0[0], inf, 2), F.lp_pool2d(x0, inf, 2, 1), F.lp_pool2d(x0, -inf, 2), "
              "F.lp_pool3d(x0, -inf, 2, None, True), F.lp_pool2d(torch.tensor([[[1, 2], [3, 4]]]), 2, 2)",
          .given = kNames};
}

}  // namespace convgrad::cases
