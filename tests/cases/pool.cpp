// Pooling: a row is the sizes of the input and one call, in C++ and in Python.
#include <convgrad/ops/pool.h>

#include <convgrad/ops/creation.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

template <class Result>
Case pooled(const std::vector<int64_t>& sizes, Result (*f)(X), const std::string& oracle,
            const std::vector<Failure>& failures = {}, const std::vector<int64_t>& large = {}) {
  Case c{.run = [f](const List& x) { return list(f(x[0])); },
         .inputs = {{.sizes = sizes}},
         .oracle = oracle,
         .given = "ones = torch.ones",
         .failures = failures};
  if (!large.empty()) c.large = {{.sizes = large}};
  return c;
}
// A lambda, which would not tell its Result.
template <class F>
Case pool(const std::vector<int64_t>& sizes, F f, const std::string& oracle, const std::vector<Failure>& failures = {},
          const std::vector<int64_t>& large = {}) {
  return pooled(sizes, +f, oracle, failures, large);
}

Tensor x144() { return ones({1, 4, 4}); }

}  // namespace

// ---- maxima

CASE(max_pool1d) {
  return pool({2, 2, 9}, [](X x) { return max_pool1d(x, 3); }, "F.max_pool1d(x0, 3)",
              {{[] { max_pool1d(x144(), 0); }, "F.max_pool1d(ones(1, 4, 4), 0)"},
               {[] { max_pool1d(x144(), 5); }, "F.max_pool1d(ones(1, 4, 4), 5)"},
               {[] { max_pool1d(x144(), 2, -1); }, "F.max_pool1d(ones(1, 4, 4), 2, -1)"},
               {[] { max_pool1d(x144(), 2, 1, 2); }, "F.max_pool1d(ones(1, 4, 4), 2, 1, 2)"},
               {[] { max_pool1d(x144(), 2, 1, -1); }, "F.max_pool1d(ones(1, 4, 4), 2, 1, -1)"},
               {[] { max_pool1d(x144(), 2, 1, 0, 0); }, "F.max_pool1d(ones(1, 4, 4), 2, 1, 0, 0)"},
               {[] { max_pool1d(ones(4), 2); }, "F.max_pool1d(ones(4), 2)"},
               {[] { max_pool1d(x144(), ints(2, 2)); }, "F.max_pool1d(ones(1, 4, 4), (2, 2))"}});
}
CASE(max_pool1d_all_options) {
  return pool(
      {2, 10}, [](X x) { return max_pool1d_with_indices(x, 3, 2, 1, 2, true); },
      "F.max_pool1d(x0, 3, 2, 1, 2, True, return_indices=True)");
}
CASE(max_pool2d) {
  return pool({2, 2, 5, 6}, [](X x) { return max_pool2d(x, 2); }, "F.max_pool2d(x0, 2)",
              {{[] { max_pool2d(x144(), 0); }, "F.max_pool2d(ones(1, 4, 4), 0)"},
               {[] { max_pool2d(x144(), 5); }, "F.max_pool2d(ones(1, 4, 4), 5)"},
               {[] { max_pool2d(x144(), 2, 0); }, "F.max_pool2d(ones(1, 4, 4), 2, 0)"},
               {[] { max_pool2d(x144(), 2, 1, 2); }, "F.max_pool2d(ones(1, 4, 4), 2, 1, 2)"},
               {[] { max_pool2d(x144(), 2, 1, -1); }, "F.max_pool2d(ones(1, 4, 4), 2, 1, -1)"},
               {[] { max_pool2d(x144(), 2, 1, 0, 0); }, "F.max_pool2d(ones(1, 4, 4), 2, 1, 0, 0)"},
               {[] { max_pool2d(ones(ints(4, 4)), 2); }, "F.max_pool2d(ones(4, 4), 2)"},
               {[] { max_pool2d(ones(ints(1, 0, 4)), 2); }, "F.max_pool2d(ones(1, 0, 4), 2)"},
               {[] { max_pool2d(x144(), ints(2, 2, 2)); }, "F.max_pool2d(ones(1, 4, 4), (2, 2, 2))"},
               {[] { max_pool2d(x144(), 2, ints(1, 1, 1)); }, "F.max_pool2d(ones(1, 4, 4), 2, (1, 1, 1))"}},
              {128, 6, 28, 28});
}
CASE(max_pool2d_overlapping) {
  return pool(
      {1, 2, 5, 6}, [](X x) { return max_pool2d_with_indices(x, ints(3, 2), ints(1, 2), ints(1, 0)); },
      "F.max_pool2d(x0, (3, 2), (1, 2), (1, 0), return_indices=True)");
}
CASE(max_pool2d_dilated) {
  return pool(
      {1, 2, 7, 6}, [](X x) { return max_pool2d_with_indices(x, 2, 1, 1, ints(3, 2)); },
      "F.max_pool2d(x0, 2, 1, 1, (3, 2), return_indices=True)");
}
CASE(max_pool2d_ceil) {
  return pool(
      {2, 2, 6, 7}, [](X x) { return max_pool2d_with_indices(x, 3, 2, 1, 1, true); },
      "F.max_pool2d(x0, 3, 2, 1, 1, True, return_indices=True)");
}
CASE(max_pool2d_empty_batch) {
  return pool(
      {0, 2, 4, 4}, [](X x) { return max_pool2d(x, 2); }, "F.max_pool2d(x0, 2)");
}
CASE(max_pool3d) {
  return pool({1, 2, 4, 4, 5}, [](X x) { return max_pool3d_with_indices(x, 2); },
              "F.max_pool3d(x0, 2, return_indices=True)",
              {{[] { max_pool3d(x144(), 2); }, "F.max_pool3d(ones(1, 4, 4), 2)"},
               {[] { max_pool3d(ones(ints(1, 4, 4, 4)), 5); }, "F.max_pool3d(ones(1, 4, 4, 4), 5)"},
               {[] { max_pool3d(ones(ints(1, 4, 4, 4)), 2, 1, 2); }, "F.max_pool3d(ones(1, 4, 4, 4), 2, 1, 2)"},
               {[] { max_pool3d(ones(ints(1, 4, 4, 4)), ints(2, 2)); }, "F.max_pool3d(ones(1, 4, 4, 4), (2, 2))"}});
}
CASE(max_pool3d_all_options) {
  return pool(
      {2, 5, 4, 6},
      [](X x) { return max_pool3d_with_indices(x, ints(3, 2, 2), ints(2, 1, 3), 1, ints(1, 2, 1), true); },
      "F.max_pool3d(x0, (3, 2, 2), (2, 1, 3), 1, (1, 2, 1), True, return_indices=True)");
}
/// All combinations of options; one result each for 1, 2 and 3 axes in turn.
CASE(max_pool_combinations) {
  Case c = pool(
      {2, 7, 6, 5},
      [](X x) {
        List all;
        for (const int k : {2, 3})
          for (const int s : {1, 2, 4})
            for (const int p : {0, 1})
              for (const int d : {1, 2})
                for (const bool ceil : {false, true}) {
                  append(all, max_pool1d_with_indices(x[0], k, s, p, d, ceil));
                  append(all, max_pool2d_with_indices(x, k, s, p, d, ceil));
                  append(all, max_pool3d_with_indices(x, k, s, p, d, ceil));
                }
        return all;
      },
      R"(
def pools(*options):
    return [f(x, *options, return_indices=True) for f, x in ((F.max_pool1d, x0[0]), (F.max_pool2d, x0), (F.max_pool3d, x0))]
[pools(k, s, p, d, c) for k in (2, 3) for s in (1, 2, 4) for p in (0, 1) for d in (1, 2) for c in (False, True)])");
  c.finite_differences = false;
  return c;
}
CASE(max_pool_of_nan) {
  Case c = pool(
      {1},
      [](X) {
        const Tensor x = tensor({{1., NAN, 2.}, {NAN, 3., 3.}, {3., 3., -INFINITY}}).unsqueeze(0);
        return list(max_pool2d_with_indices(x, 2, 1), max_pool1d_with_indices(x, 2, 1), adaptive_max_pool2d(x, 2));
      },
      R"(
x = torch.tensor([[[1., torch.nan, 2.], [torch.nan, 3., 3.], [3., 3., -torch.inf]]])
all = {'return_indices': True}
F.max_pool2d(x, 2, 1, **all), F.max_pool1d(x, 2, 1, **all), F.adaptive_max_pool2d(x, 2, **all))");
  c.finite_differences = false;
  return c;
}

// ---- means

CASE(avg_pool1d) {
  return pool({2, 2, 9},
              [](X x) { return list(avg_pool1d(x, 3), avg_pool1d(x, 3, 2, 1), avg_pool1d(x, 4, 3, 2, true, false)); },
              "F.avg_pool1d(x0, 3), F.avg_pool1d(x0, 3, 2, 1), F.avg_pool1d(x0, 4, 3, 2, True, False)",
              {{[] { avg_pool1d(x144(), 0); }, "F.avg_pool1d(ones(1, 4, 4), 0)"},
               {[] { avg_pool1d(x144(), 5); }, "F.avg_pool1d(ones(1, 4, 4), 5)"},
               {[] { avg_pool1d(x144(), 2, 1, 2); }, "F.avg_pool1d(ones(1, 4, 4), 2, 1, 2)"},
               {[] { avg_pool1d(ones(4), 2); }, "F.avg_pool1d(ones(4), 2)"}});
}
CASE(avg_pool2d) {
  return pool({2, 2, 5, 6}, [](X x) { return avg_pool2d(x, 2); }, "F.avg_pool2d(x0, 2)",
              {{[] { avg_pool2d(x144(), 0); }, "F.avg_pool2d(ones(1, 4, 4), 0)"},
               {[] { avg_pool2d(x144(), 5); }, "F.avg_pool2d(ones(1, 4, 4), 5)"},
               {[] { avg_pool2d(x144(), 2, -1); }, "F.avg_pool2d(ones(1, 4, 4), 2, -1)"},
               {[] { avg_pool2d(x144(), 2, 1, 2); }, "F.avg_pool2d(ones(1, 4, 4), 2, 1, 2)"},
               {[] { avg_pool2d(x144(), 2, 1, 0, false, true, 0); },
                "F.avg_pool2d(ones(1, 4, 4), 2, 1, 0, False, True, divisor_override=0)"},
               {[] { avg_pool2d(x144(), ints(2, 2, 2)); }, "F.avg_pool2d(ones(1, 4, 4), (2, 2, 2))"}},
              {128, 6, 28, 28});
}
CASE(avg_pool2d_all_options) {
  return pool(
      {1, 2, 6, 7},
      [](X x) {
        return list(avg_pool2d(x, ints(3, 2), ints(1, 2), ints(1, 0)), avg_pool2d(x, 3, 2, 1, true),
                    avg_pool2d(x, 3, 2, 1, true, false), avg_pool2d(x, 3, 2, 1, true, true, 5));
      },
      "F.avg_pool2d(x0, (3, 2), (1, 2), (1, 0)), F.avg_pool2d(x0, 3, 2, 1, True), F.avg_pool2d(x0, 3, 2, 1, True, "
      "False), F.avg_pool2d(x0, 3, 2, 1, True, True, 5)");
}
CASE(avg_pool3d) {
  return pool({2, 5, 4, 5},
              [](X x) {
                return list(avg_pool3d(x, 2), avg_pool3d(x, ints(3, 2, 2), ints(2, 1, 3), 1, true, false),
                            avg_pool3d(x, 3, 2, 1, false, true, -2));
              },
              "F.avg_pool3d(x0, 2), F.avg_pool3d(x0, (3, 2, 2), (2, 1, 3), 1, True, False), "
              "F.avg_pool3d(x0, 3, 2, 1, False, True, -2)",
              {{[] { avg_pool3d(x144(), 2); }, "F.avg_pool3d(ones(1, 4, 4), 2)"},
               {[] { avg_pool3d(ones(ints(1, 4, 4, 4)), 2, 1, 2); }, "F.avg_pool3d(ones(1, 4, 4, 4), 2, 1, 2)"},
               {[] { avg_pool3d(ones(ints(1, 4, 4, 4)), 5); }, "F.avg_pool3d(ones(1, 4, 4, 4), 5)"}});
}

CASE(avg_pool_combinations) {
  Case c = pool(
      {2, 7, 6, 5},
      [](X x) {
        List all;
        for (const int k : {2, 3})
          for (const int s : {1, 2, 4})
            for (const int p : {0, 1})
              for (const bool ceil : {false, true})
                for (const bool counted : {false, true}) {
                  append(all, avg_pool1d(x[0], k, s, p, ceil, counted));
                  append(all, avg_pool2d(x, k, s, p, ceil, counted));
                  append(all, avg_pool3d(x, k, s, p, ceil, counted));
                }
        return all;
      },
      R"(
def pools(*options):
    return [f(x, *options) for f, x in ((F.avg_pool1d, x0[0]), (F.avg_pool2d, x0), (F.avg_pool3d, x0))]
[pools(k, s, p, c, counted) for k in (2, 3) for s in (1, 2, 4) for p in (0, 1) for c in (False, True)
 for counted in (False, True)])");
  c.finite_differences = false;
  return c;
}

// ---- windows of chosen number

CASE(adaptive_avg_pool) {
  return pool({2, 3, 5, 4},
              [](X x) {
                return list(adaptive_avg_pool2d(x, ints(2, 3)), adaptive_avg_pool2d(x, 1),
                            adaptive_avg_pool2d(x, ints(7, 2)), adaptive_avg_pool1d(x[0], 3),
                            adaptive_avg_pool3d(x, ints(2, 2, 3)));
              },
              "F.adaptive_avg_pool2d(x0, (2, 3)), F.adaptive_avg_pool2d(x0, 1), F.adaptive_avg_pool2d(x0, (7, 2)), "
              "F.adaptive_avg_pool1d(x0[0], 3), F.adaptive_avg_pool3d(x0, (2, 2, 3))",
              {{[] { adaptive_avg_pool2d(x144(), -1); }, "F.adaptive_avg_pool2d(ones(1, 4, 4), (-1, -1))"},
               {[] { adaptive_avg_pool2d(ones(ints(4, 4)), 2); }, "F.adaptive_avg_pool2d(ones(4, 4), 2)"},
               {[] { adaptive_avg_pool2d(ones(ints(1, 0, 4)), 2); }, "F.adaptive_avg_pool2d(ones(1, 0, 4), (2, 2))"},
               {[] { adaptive_avg_pool1d(ones(4), 2); }, "F.adaptive_avg_pool1d(ones(4), 2)"},
               {[] { adaptive_avg_pool3d(x144(), 2); }, "F.adaptive_avg_pool3d(ones(1, 4, 4), 2)"}});
}
CASE(adaptive_max_pool) {
  return pool({2, 3, 5, 4},
              [](X x) {
                return list(adaptive_max_pool2d(x, ints(2, 3)), adaptive_max_pool2d(x, 1),
                            adaptive_max_pool2d(x, ints(7, 2)), adaptive_max_pool1d(x[0], 3),
                            adaptive_max_pool3d(x, ints(2, 2, 3)));
              },
              R"(
all = {'return_indices': True}
(F.adaptive_max_pool2d(x0, (2, 3), **all), F.adaptive_max_pool2d(x0, 1, **all),
 F.adaptive_max_pool2d(x0, (7, 2), **all), F.adaptive_max_pool1d(x0[0], 3, **all),
 F.adaptive_max_pool3d(x0, (2, 2, 3), **all)))",
              {{[] { adaptive_max_pool2d(x144(), -1); }, "F.adaptive_max_pool2d(ones(1, 4, 4), (-1, -1))"},
               {[] { adaptive_max_pool2d(ones(ints(4, 4)), 2); }, "F.adaptive_max_pool2d(ones(4, 4), 2)"},
               {[] { adaptive_max_pool2d(ones(ints(1, 0, 4)), 2); }, "F.adaptive_max_pool2d(ones(1, 0, 4), (2, 2))"},
               {[] { adaptive_max_pool1d(ones(4), 2); }, "F.adaptive_max_pool1d(ones(4), 2)"},
               {[] { adaptive_max_pool3d(x144(), 2); }, "F.adaptive_max_pool3d(ones(1, 4, 4), 2)"}});
}

}  // namespace convgrad::cases
