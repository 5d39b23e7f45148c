// Losses of classes that shall keep a distance.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/pointwise.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

constexpr Reduction kNone = Reduction::None, kSum = Reduction::Sum;
const char* const kNames = R"(
T, ones = torch.tensor, torch.ones
mm, ml, ms = F.multi_margin_loss, F.multilabel_margin_loss, F.multilabel_soft_margin_loss
tt = T([[3, 0, -1, 1], [-1, 0, 1, 2], [0, 1, 2, 3]])
)";

Tensor t34() { return ones({3, 4}); }
Tensor labels() { return tensor({{3, 0, -1, 1}, {-1, 0, 1, 2}, {0, 1, 2, 3}}); }
Tensor classes() { return tensor({1, 2, 0}); }

}  // namespace

CASE(multi_margin_loss) {
  Case c{.run =
             [](const List& x) {
               return list(multi_margin_loss(x[0], x[1]),
                           multi_margin_loss(x[0], x[1], {.margin = 0.5, .reduction = kSum}),
                           multi_margin_loss(x[0], x[1], {.weight = x[2], .reduction = kNone}),
                           multi_margin_loss(x[0], x[1], {.p = 2, .margin = 2, .weight = x[2]}),
                           multi_margin_loss(x[0][0], tensor(1), {.p = 2, .reduction = kNone}),
                           multi_margin_loss(x[0][0], tensor({1}), {.reduction = kNone}));
             },
         .inputs = {{.sizes = {3, 4}, .low = -2, .high = 2},
                    {.sizes = {3}, .low = 0, .high = 4, .integer = true},
                    {.sizes = {4}, .low = 0.2, .high = 2, .requires_grad = false}},
         .oracle =
             "mm(x0, x1), mm(x0, x1, margin=.5, reduction='sum'), mm(x0, x1, weight=x2, reduction='none'), "
             "mm(x0, x1, 2, 2., x2), mm(x0[0], T(1), 2, reduction='none'), mm(x0[0], T([1]), reduction='none')",
         .given = kNames};
  c.failures = {{[] { multi_margin_loss(t34(), classes(), {.p = 3}); }, "mm(ones(3, 4), T([1, 2, 0]), 3)"},
                {[] {
                   multi_margin_loss(t34(), tensor({1, 2}));
                 },
                 "mm(ones(3, 4), T([1, 2]))"},
                {[] {
                   multi_margin_loss(t34(), tensor({1, 2, 4}));
                 },
                 "mm(ones(3, 4), T([1, 2, 4]))"},
                {[] {
                   multi_margin_loss(t34(), tensor({1, 2, -1}));
                 },
                 "mm(ones(3, 4), T([1, 2, -1]))"},
                {[] { multi_margin_loss(t34(), classes(), {.weight = ones(3)}); },
                 "mm(ones(3, 4), T([1, 2, 0]), weight=ones(3))"},
                {[] {
                   multi_margin_loss(t34(), classes(), {.weight = ones({4, 1})});
                 },
                 "mm(ones(3, 4), T([1, 2, 0]), weight=ones(4, 1))"},
                {[] { multi_margin_loss(t34(), classes(), {.weight = ones(4, kFloat64)}); },
                 "mm(ones(3, 4), T([1, 2, 0]), weight=ones(4).double())"},
                {[] { multi_margin_loss(t34(), classes(), {.weight = ones(4, {.requires_grad = true})}); },
                 "mm(ones(3, 4), T([1, 2, 0]), weight=ones(4, requires_grad=True))"},
                {[] { multi_margin_loss(t34(), classes().to(kInt32)); }, "mm(ones(3, 4), T([1, 2, 0]).int())"},
                {[] { multi_margin_loss(t34().to(kInt64), classes()); }, "mm(ones(3, 4).long(), T([1, 2, 0]))"},
                {[] {
                   multi_margin_loss(ones({3, 0}), classes());
                 },
                 "mm(ones(3, 0), T([1, 2, 0]))"},
                {[] {
                   multi_margin_loss(ones({3, 4, 1}), classes());
                 },
                 "mm(ones(3, 4, 1), T([1, 2, 0]))"}};
  return c;
}
CASE(multilabel_margin_loss) {
  Case c{.run =
             [](const List& x) {
               return list(multilabel_margin_loss(x[0], labels()), multilabel_margin_loss(x[0], labels(), kSum),
                           multilabel_margin_loss(x[0], labels(), kNone),
                           multilabel_margin_loss(x[0][0], labels()[0], kNone),
                           multilabel_margin_loss(x[0].slice(0, 0, 0), labels().slice(0, 0, 0), kNone));
             },
         .inputs = {{.sizes = {3, 4}, .low = -2, .high = 2}},
         .oracle =
             "ml(x0, tt), ml(x0, tt, reduction='sum'), ml(x0, tt, reduction='none'), "
             "ml(x0[0], tt[0], reduction='none'), ml(x0[:0], tt[:0], reduction='none')",
         .given = kNames};
  c.failures = {{[] { multilabel_margin_loss(t34(), labels()[0]); }, "ml(ones(3, 4), tt[0])"},
                {[] { multilabel_margin_loss(t34(), labels() + 1); }, "ml(ones(3, 4), tt + 1)"},
                {[] { multilabel_margin_loss(t34(), labels() - 1); }, "ml(ones(3, 4), tt - 1)"},
                {[] { multilabel_margin_loss(t34(), labels().to(kInt32)); }, "ml(ones(3, 4), tt.int())"},
                {[] { multilabel_margin_loss(t34().to(kInt64), labels()); }, "ml(ones(3, 4).long(), tt)"},
                {[] {
                   multilabel_margin_loss(ones({3, 0}), zeros({3, 0}, kInt64));
                 },
                 "ml(ones(3, 0), torch.zeros(3, 0).long())"}};
  return c;
}
CASE(multilabel_soft_margin_loss) {
  Case c{.run =
             [](const List& x) {
               return list(multilabel_soft_margin_loss(x[0], x[1]),
                           multilabel_soft_margin_loss(x[0], x[1], {.weight = x[2], .reduction = kSum}),
                           multilabel_soft_margin_loss(x[0], x[1], {.reduction = kNone}));
             },
         .inputs = {{.sizes = {3, 4}, .low = -2, .high = 2},
                    {.sizes = {3, 4}, .low = 0, .high = 1},
                    {.sizes = {4}, .low = 0.2, .high = 2, .requires_grad = false}},
         .oracle = "ms(x0, x1), ms(x0, x1, x2, reduction='sum'), ms(x0, x1, reduction='none')",
         .given = kNames};
  c.failures = {{[] {
                   multilabel_soft_margin_loss(t34(), ones({5, 4}));
                 },
                 "ms(ones(3, 4), ones(5, 4))"},
                {[] { multilabel_soft_margin_loss(t34().to(kInt64), t34().to(kInt64)); },
                 "ms(ones(3, 4).long(), ones(3, 4).long())"},
                {[] { multilabel_soft_margin_loss(ones(IntArrayRef()), ones(IntArrayRef())); }, "ms(T(1.), T(1.))"}};
  return c;
}

}  // namespace convgrad::cases
