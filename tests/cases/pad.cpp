// Padding, one axis to three.
#include <convgrad/ops/pad.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// pad(x, padding, mode) for each list of numbers.
Case padding(const std::vector<int64_t>& sizes, const std::vector<std::vector<int64_t>>& lists, const std::string& mode,
             const std::vector<Failure>& failures = {}) {
  Case c{.run =
             [=](const List& x) {
               List out;
               for (const auto& numbers : lists) out.push_back(pad(x[0], numbers, mode));
               return out;
             },
         .inputs = {{.sizes = sizes}},
         .given = "ones = torch.ones",
         .failures = failures};
  for (const auto& numbers : lists) {
    c.oracle += "F.pad(x0, (";
    for (const int64_t n : numbers) c.oracle += std::to_string(n) + ",";
    c.oracle += "), '" + mode + "'), ";
  }
  return c;
}

Tensor x123() { return ones({1, 2, 3}); }

}  // namespace

CASE(pad_constant) {
  return padding({2, 3, 4}, {{1, 2}, {1, 0, 0, 2}, {-1, 2, 1, -2, 0, 1}, {}, {0, -4}}, "constant",
                 {{[] { pad(x123(), ints(1, 1, 1)); }, "F.pad(ones(1, 2, 3), (1, 1, 1))"},
                  {[] { pad(x123(), ints(1, 1, 1, 1, 1, 1, 1, 1)); }, "F.pad(ones(1, 2, 3), (1,) * 8)"},
                  {[] { pad(x123(), ints(-2, -2)); }, "F.pad(ones(1, 2, 3), (-2, -2))"},
                  {[] { pad(x123(), ints(1, 1), "mirror"); }, "F.pad(ones(1, 2, 3), (1, 1), 'mirror')"},
                  {[] { pad(x123(), ints(INT64_MAX, 1)); }, "F.pad(ones(1, 2, 3), (2 ** 63 - 1, 1))"},
                  {[] { pad(x123(), ints(1, 1), "reflect", 1.); }, "F.pad(ones(1, 2, 3), (1, 1), 'reflect', 1.)"}});
}
CASE(pad_with_a_value) {
  return {.run = [](const List& x) { return list(pad(x[0], ints(1, 2, 0, 1), "constant", 2.5)); },
          .inputs = {{.sizes = {2, 3, 4}}},
          .oracle = "F.pad(x0, (1, 2, 0, 1), value=2.5)",
          .large = {{.sizes = {64, 16, 28, 28}}}};
}
CASE(pad_reflect1d) {
  return padding(
      {2, 2, 4}, {{2, 1}, {0, 3}, {3, -1}}, "reflect",
      {{[] { pad(x123(), ints(-2, -2), "reflect"); }, "F.pad(ones(1, 2, 3), (-2, -2), 'reflect')"},
       {[] { pad(x123(), ints(3, 0), "reflect"); }, "F.pad(ones(1, 2, 3), (3, 0), 'reflect')"},
       {[] { pad(x123(), ints(0, 4), "reflect"); }, "F.pad(ones(1, 2, 3), (0, 4), 'reflect')"},
       {[] { pad(ones(3), ints(1, 1), "reflect"); }, "F.pad(ones(3), (1, 1), 'reflect')"},
       {[] { pad(ones(ints(1, 0, 3)), ints(1, 1), "reflect"); }, "F.pad(ones(1, 0, 3), (1, 1), 'reflect')"},
       {[] { pad(ones(ints(1, 2, 0)), ints(1, 1), "reflect"); }, "F.pad(ones(1, 2, 0), (1, 1), 'reflect')"}});
}
CASE(pad_reflect2d) {
  return padding({2, 2, 3, 4}, {{2, 1, 0, 2}, {3, 3, 2, 2}}, "reflect",
                 {{[] { pad(ones(ints(1, 3, 4, 5)), ints(-5, -5, -4, 0), "reflect"); },
                   "F.pad(ones(1, 3, 4, 5), (-5, -5, -4, 0), 'reflect')"}});
}
CASE(pad_reflect3d) {
  return padding({1, 2, 2, 3, 3}, {{2, 1, 0, 2, 1, 1}}, "reflect",
                 {{[] { pad(ones(ints(1, 2, 3, 4, 5)), ints(-5, 0, -4, 0, -3, 0), "reflect"); },
                   "F.pad(ones(1, 2, 3, 4, 5), (-5, 0, -4, 0, -3, 0), 'reflect')"}});
}
CASE(pad_reflect_unbatched) { return padding({2, 3, 4}, {{2, 1, 0, 2}}, "reflect"); }
CASE(pad_replicate1d) {
  return padding(
      {2, 2, 3}, {{2, 5}, {0, 1}, {4, -1}}, "replicate",
      {{[] { pad(ones(3), ints(1, 1), "replicate"); }, "F.pad(ones(3), (1, 1), 'replicate')"},
       {[] { pad(ones(ints(1, 2, 0)), ints(1, 1), "replicate"); }, "F.pad(ones(1, 2, 0), (1, 1), 'replicate')"},
       {[] { pad(x123(), ints(-2, -2), "replicate"); }, "F.pad(ones(1, 2, 3), (-2, -2), 'replicate')"}});
}
CASE(pad_replicate2d) { return padding({2, 2, 3, 2}, {{2, 1, 0, 4}}, "replicate"); }
CASE(pad_replicate3d) { return padding({1, 2, 2, 2, 3}, {{2, 1, 0, 3, 1, 1}}, "replicate"); }
CASE(pad_replicate_unbatched) { return padding({2, 3, 4}, {{2, 1, 0, 2}}, "replicate"); }
CASE(pad_circular1d) {
  return padding({2, 2, 3}, {{3, 2}, {0, 1}, {2, -1}}, "circular",
                 {{[] { pad(x123(), ints(4, 0), "circular"); }, "F.pad(ones(1, 2, 3), (4, 0), 'circular')"},
                  {[] { pad(ones(3), ints(1, 1), "circular"); }, "F.pad(ones(3), (1, 1), 'circular')"},
                  {[] { pad(x123(), ints(-2, -2), "circular"); }, "F.pad(ones(1, 2, 3), (-2, -2), 'circular')"}});
}
CASE(pad_circular2d) { return padding({2, 2, 3, 2}, {{2, 1, 0, 3}}, "circular"); }
CASE(pad_circular3d) { return padding({1, 2, 2, 2, 3}, {{2, 1, 0, 2, 1, 1}}, "circular"); }
CASE(pad_circular_unbatched) { return padding({2, 3, 4}, {{2, 1, 0, 2}}, "circular"); }

}  // namespace convgrad::cases
