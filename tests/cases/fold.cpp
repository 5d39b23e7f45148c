// Sliding blocks as columns, and back.
#include <convgrad/ops/fold.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

Case folding(Tensor (*f)(X), const std::vector<int64_t>& sizes, const std::string& oracle,
             const std::vector<Failure>& failures = {}, const std::vector<Input>& large = {}) {
  return {.run = [f](const List& x) { return list(f(x[0])); },
          .inputs = {{.sizes = sizes}},
          .oracle = oracle,
          .given = "ones = torch.ones",
          .failures = failures,
          .large = large};
}

}  // namespace

CASE(unfold) {
  return folding(
      [](X x) { return unfold(x, ints(2, 3)); }, {2, 3, 4, 5}, "F.unfold(x0, (2, 3))",
      {{[] { unfold(ones(ints(0, 4, 5)), 2); }, "F.unfold(ones(0, 4, 5), 2)"},
       {[] { unfold(ones(ints(1, 1, 1, 4, 5)), 2); }, "F.unfold(ones(1, 1, 1, 4, 5), 2)"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), 5); }, "F.unfold(ones(1, 1, 4, 5), 5)"},
       {[] { unfold(ones(ints(1, 0, 4, 5)), 2); }, "F.unfold(ones(1, 0, 4, 5), 2)"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), 0); }, "F.unfold(ones(1, 1, 4, 5), 0)"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), ints(1, 1, 1)); }, "F.unfold(ones(1, 1, 4, 5), (1, 1, 1))"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), 2, {.dilation = 0}); }, "F.unfold(ones(1, 1, 4, 5), 2, 0)"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), 2, {.padding = -1}); }, "F.unfold(ones(1, 1, 4, 5), 2, padding=-1)"},
       {[] { unfold(ones(ints(1, 1, 4, 5)), 2, {.stride = 0}); }, "F.unfold(ones(1, 1, 4, 5), 2, stride=0)"}},
      {{.sizes = {16, 16, 28, 28}}});
}
CASE(unfold_all_options) {
  return folding(
      [](X x) { return unfold(x, 2, {.dilation = ints(2, 1), .padding = ints(1, 2), .stride = ints(1, 3)}); },
      {2, 2, 4, 5}, "F.unfold(x0, 2, dilation=(2, 1), padding=(1, 2), stride=(1, 3))");
}
CASE(unfold_unbatched) {
  return folding([](X x) { return unfold(x, 3, {.padding = 1}); }, {2, 3, 3}, "F.unfold(x0, 3, padding=1)");
}
CASE(unfold_empty_batch) {
  return folding([](X x) { return unfold(x, 2); }, {0, 2, 3, 3}, "F.unfold(x0, 2)");
}
CASE(fold) {
  return folding([](X x) { return fold(x, ints(4, 5), ints(2, 3)); }, {2, 12, 9}, "F.fold(x0, (4, 5), (2, 3))",
                 {{[] { fold(ones(9), 4, 2); }, "F.fold(ones(9), 4, 2)"},
                  {[] { fold(ones(ints(1, 5, 9)), 4, 2); }, "F.fold(ones(1, 5, 9), 4, 2)"},
                  {[] { fold(ones(ints(1, 4, 8)), 4, 2); }, "F.fold(ones(1, 4, 8), 4, 2)"},
                  {[] { fold(ones(ints(1, 4, 9)), 1, 2); }, "F.fold(ones(1, 4, 9), 1, 2)"},
                  {[] { fold(ones(ints(1, 4, 9)), 4, 0); }, "F.fold(ones(1, 4, 9), 4, 0)"},
                  {[] { fold(ones(ints(1, 4, 9)), ints(4, 4, 4), 2); }, "F.fold(ones(1, 4, 9), (4, 4, 4), 2)"},
                  {[] { fold(ones(ints(1, 4, 9)), 4, 2, {.dilation = 0}); }, "F.fold(ones(1, 4, 9), 4, 2, 0)"},
                  {[] { fold(ones(ints(1, 4, 9)), 4, 2, {.stride = -1}); }, "F.fold(ones(1, 4, 9), 4, 2, stride=-1)"}},
                 {{.sizes = {512, 12, 9}}});
}
CASE(fold_all_options) {
  return folding(
      [](X x) { return fold(x, ints(4, 5), 2, {.dilation = ints(2, 1), .padding = ints(1, 2), .stride = ints(1, 3)}); },
      {2, 8, 12}, "F.fold(x0, (4, 5), 2, dilation=(2, 1), padding=(1, 2), stride=(1, 3))");
}
CASE(fold_unbatched) {
  return folding([](X x) { return fold(x, 3, 2); }, {8, 4}, "F.fold(x0, 3, 2)");
}

}  // namespace convgrad::cases
