// Connectionist temporal classification.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/softmax.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

constexpr Reduction kNone = Reduction::None, kSum = Reduction::Sum;
const char* const kNames = R"(
T, ones, ctc = torch.tensor, torch.ones, F.ctc_loss
tt = T([[1, 2], [3, 3], [4, 1]])
def call(x, t, *a, **k): return ctc(x.log_softmax(-1), t, *a, **k)
)";

Tensor t632() { return ones({6, 3, 5}); }
Tensor labels() { return tensor({{1, 2}, {3, 3}, {4, 1}}); }

}  // namespace

CASE(ctc_loss) {
  Case c{.run =
             [](const List& x) {
               const Tensor p = log_softmax(x[0], -1), row = tensor({1, 2, 3, 3, 4});
               return list(
                   ctc_loss(p, labels(), ints(6, 5, 4), ints(2, 2, 1)),
                   ctc_loss(p, labels(), ints(6, 5, 4), ints(2, 2, 0), {.reduction = kSum}),
                   ctc_loss(p, row, ints(6, 6, 2), ints(2, 2, 1), {.reduction = kNone}),
                   ctc_loss(p, labels() - 1, ints(6, 6, 0), ints(2, 1, 0), {.blank = 4}),
                   ctc_loss(p, labels(), ints(6, 2, 1), ints(2, 2, 1), {.reduction = kNone, .zero_infinity = true}),
                   ctc_loss(p[1], tensor({2}), ints(3), ints(1), {.reduction = kNone}),
                   ctc_loss(p.select(1, 0), tensor({1, 1}), ints(5), ints(2)));
             },
         .inputs = {{.sizes = {6, 3, 5}, .low = -2, .high = 2}},
         .oracle =
             "call(x0, tt, (6, 5, 4), (2, 2, 1)), call(x0, tt, (6, 5, 4), (2, 2, 0), reduction='sum'), "
             "call(x0, T([1, 2, 3, 3, 4]), (6, 6, 2), (2, 2, 1), reduction='none'), "
             "call(x0, tt - 1, (6, 6, 0), (2, 1, 0), blank=4), "
             "call(x0, tt, (6, 2, 1), (2, 2, 1), reduction='none', zero_infinity=True), "
             "call(x0[1], T([2]), (3,), (1,), reduction='none'), call(x0[:, 0], T([1, 1]), (5,), (2,))",
         .given = kNames,
         .second_order = false};
  c.failures = {
      {[] { ctc_loss(t632(), labels(), ints(6, 5, 4), ints(2, 2, 3)); },
       "ctc(ones(6, 3, 5), tt, (6, 5, 4), (2, 2, 3))"},
      {[] { ctc_loss(t632(), labels(), ints(6, 5), ints(2, 2, 2)); }, "ctc(ones(6, 3, 5), tt, (6, 5), (2, 2, 2))"},
      {[] { ctc_loss(t632(), labels(), ints(6, 5, 4), ints(2, 2)); }, "ctc(ones(6, 3, 5), tt, (6, 5, 4), (2, 2))"},
      {[] { ctc_loss(t632(), labels(), ints(6, 7, 4), ints(2, 2, 2)); },
       "ctc(ones(6, 3, 5), tt, (6, 7, 4), (2, 2, 2))"},
      {[] { ctc_loss(t632(), labels(), ints(6, -1, 4), ints(2, 2, 2)); },
       "ctc(ones(6, 3, 5), tt, (6, -1, 4), (2, 2, 2))"},
      {[] { ctc_loss(t632(), labels(), ints(6, 5, 4), ints(2, -2, 2)); },
       "ctc(ones(6, 3, 5), tt, (6, 5, 4), (2, -2, 2))"},
      {[] { ctc_loss(t632(), labels(), ints(6, 5, 4), ints(2, 2, 2), {.blank = 5}); },
       "ctc(ones(6, 3, 5), tt, (6, 5, 4), (2, 2, 2), blank=5)"},
      {[] { ctc_loss(t632(), labels(), ints(6, 5, 4), ints(2, 2, 2), {.blank = -1}); },
       "ctc(ones(6, 3, 5), tt, (6, 5, 4), (2, 2, 2), blank=-1)"},
      {[] { ctc_loss(t632(), labels().flatten(), ints(6, 5, 4), ints(2, 2, 1)); },
       "ctc(ones(6, 3, 5), tt.flatten(), (6, 5, 4), (2, 2, 1))"},
      {[] { ctc_loss(t632(), labels().unsqueeze(0), ints(6, 5, 4), ints(2, 2, 1)); },
       "ctc(ones(6, 3, 5), tt[None], (6, 5, 4), (2, 2, 1))"},
      {[] { ctc_loss(t632().to(kInt64), labels(), ints(6, 5, 4), ints(2, 2, 1)); },
       "ctc(ones(6, 3, 5).long(), tt, (6, 5, 4), (2, 2, 1))"},
      {[] { ctc_loss(ones({5}), labels(), ints(6, 5, 4), ints(2, 2, 1)); }, "ctc(ones(5), tt, (6, 5, 4), (2, 2, 1))"},
      {[] {
         ctc_loss(ones({6, 0, 5}), labels(), {}, {});
       },
       "ctc(ones(6, 0, 5), tt, (), ())"}};
  return c;
}

}  // namespace convgrad::cases
