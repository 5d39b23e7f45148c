// Tensors joined, and elements in another order: always new memory. Copies.
#include <convgrad/ops/join.h>

#include <convgrad/ops/copy.h>
#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// One tensor of 2 × 3 × 4 in another order.
Case ordered(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {2, 3, 4}}},
          .oracle = oracle,
          .failures = failures};
}

/// One of them for the speed table.
Case timed(Tensor (*f)(X), const std::string& oracle) {
  return {.run = [f](const List& x) { return list(f(x[0])); },
          .inputs = {{.sizes = {2, 3, 4}}},
          .oracle = oracle,
          .large = {{.sizes = {64, 64, 64}}}};
}

/// Three tensors joined along a dimension of 2, 1 and 3.
Case joined(List (*f)(const List&), int64_t dim, const std::string& oracle, const std::vector<Failure>& failures = {}) {
  Case c{.run = f, .inputs = {}, .oracle = oracle, .failures = failures};
  for (const int64_t size : {2, 1, 3}) {
    c.inputs.push_back({.sizes = {2, 3, 4}});
    c.inputs.back().sizes[dim] = size;
  }
  return c;
}

/// Two tensors of 2 × 3.
Case stacked(List (*f)(const List&), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = f, .inputs = {{.sizes = {2, 3}}, {.sizes = {2, 3}}}, .oracle = oracle, .failures = failures};
}

}  // namespace

// ---- joined

CASE(cat) {
  return joined(
      [](const List& x) { return list(cat(x)); }, 0, "torch.cat((x0, x1, x2))",
      {{[] { cat(List()); }, "torch.cat(())"},
       {[] { cat(list(ones(2), Tensor::of(1.))); }, "torch.cat((torch.ones(2), torch.tensor(1.)))"},
       {[] { cat(list(ones(ints(2, 3)), ones(2))); }, "torch.cat((torch.ones(2, 3), torch.ones(2)))"},
       {[] { cat(list(ones(ints(2, 3)), ones(ints(2, 4)))); }, "torch.cat((torch.ones(2, 3), torch.ones(2, 4)))"},
       {[] { cat(list(ones(2), ones(2)), 1); }, "torch.cat((torch.ones(2), torch.ones(2)), 1)"}});
}
CASE(cat_in_the_middle) {
  return joined([](const List& x) { return list(cat(x, -2), concat(x, 1)); }, 1,
                "torch.cat((x0, x1, x2), -2), torch.concat((x0, x1, x2), 1)");
}
CASE(cat_at_the_end) {
  return joined([](const List& x) { return list(cat(list(x[2], x[2], x[0]), 2)); }, 2, "torch.cat((x2, x2, x0), 2)");
}
CASE(cat_of_types) {
  return stacked(
      [](const List& x) { return list(cat(list(x[0], ones(0), ones(ints(2, 3), {.dtype = kInt64}), x[1]))); },
      "torch.cat((x0, torch.ones(0), torch.ones(2, 3, dtype=torch.int64), x1))");
}
CASE(stack) {
  return stacked([](const List& x) { return list(stack(x), stack(x, 1), stack(x, -1)); },
                 "torch.stack((x0, x1)), torch.stack((x0, x1), 1), torch.stack((x0, x1), -1)",
                 {{[] { stack(List()); }, "torch.stack(())"},
                  {[] { stack(list(ones(2), ones(3))); }, "torch.stack((torch.ones(2), torch.ones(3)))"},
                  {[] { stack(list(ones(2), ones(2)), 2); }, "torch.stack((torch.ones(2), torch.ones(2)), 2)"}});
}
CASE(hstack_and_vstack) {
  return stacked(
      [](const List& x) {
        const Tensor a = x[0].select(0, 0), b = x[1].select(0, 1);
        return list(hstack(x), vstack(x), hstack(list(a, b)), vstack(list(a, b)), hstack(list(a.sum(), b)));
      },
      "torch.hstack((x0, x1)), torch.vstack((x0, x1)), torch.hstack((x0[0], x1[1])), torch.vstack((x0[0], x1[1])), "
      "torch.hstack((x0[0].sum(), x1[1]))",
      {{[] { hstack(List()); }, "torch.hstack(())"},
       {[] { vstack(list(ones(2), ones(3))); }, "torch.vstack((torch.ones(2), torch.ones(3)))"}});
}

// ---- in another order

CASE(flip) {
  return ordered([](X x) { return list(x.flip(ints(0, 2)), x.flip(-2), x.flip(ints())); },
                 "x0.flip(0, 2), x0.flip(-2), x0.flip(())",
                 {{[] { ones(2).flip(1); }, "torch.ones(2).flip(1)"},
                  {[] { ones(ints(2, 2)).flip(ints(0, -2)); }, "torch.ones(2, 2).flip(0, -2)"}});
}
CASE(roll) {
  return ordered([](X x) { return list(x.roll(ints(1, -3), ints(0, 2)), x.roll(5), x.roll(7, -2)); },
                 "x0.roll((1, -3), (0, 2)), x0.roll(5), x0.roll(7, -2)",
                 {{[] { ones(2).roll(ints(1, 2), 0); }, "torch.ones(2).roll((1, 2), 0)"},
                  {[] { ones(2).roll(ints()); }, "torch.ones(2).roll(())"},
                  {[] { ones(2).roll(1, 1); }, "torch.ones(2).roll(1, 1)"}});
}
CASE(repeat) {
  return ordered([](X x) { return list(x.repeat(ints(1, 2, 1)), x.repeat(ints(2, 1, 1, 3)), x.repeat(ints(0, 1, 1))); },
                 "x0.repeat(1, 2, 1), x0.repeat(2, 1, 1, 3), x0.repeat(0, 1, 1)",
                 {{[] { ones(ints(2, 3)).repeat(2); }, "torch.ones(2, 3).repeat(2)"},
                  {[] { ones(2).repeat(-1); }, "torch.ones(2).repeat(-1)"},
                  {[] { ones(ints(2, 3)).repeat(ints(int64_t{1} << 40, int64_t{1} << 40)); },
                   "torch.ones(2, 3).repeat(1 << 40, 1 << 40)"}});
}
CASE(tile) {
  return ordered([](X x) { return list(tile(x, 2), tile(x, ints(2, 1, 1, 1))); }, "x0.tile(2), x0.tile(2, 1, 1, 1)",
                 {{[] { tile(ones(2), -1); }, "torch.ones(2).tile(-1)"}});
}

// ---- copies

CASE(copies) {
  return ordered(
      [](X x) {
        return list(x.contiguous().transpose(0, 2).contiguous(), clone(x.contiguous().transpose(0, 1)),
                    x.contiguous().expand(ints(2, 2, 3, 4)).clone(), to(x, kFloat64), x.to(x.dtype(), true),
                    x.type_as(ones(1, {.dtype = kFloat64})), x.detach().to(kInt64), (x.detach() * 300).to(kInt32),
                    x.detach().to(kBool));
      },
      "x0.transpose(0, 2).contiguous(), x0.transpose(0, 1).clone(), x0.expand(2, 2, 3, 4).clone(), "
      "x0.to(torch.float64), x0.to(x0.dtype, copy=True), x0.type_as(torch.ones(1).double()), "
      "x0.detach().to(torch.int64), "
      "(x0.detach() * 300).to(torch.int32), x0.detach().to(torch.bool)");
}
CASE(copy_in_place) {
  Case c = stacked(
      [](const List& x) {
        Tensor a = x[0].clone(), b = x[0].clone(), d = x[0] * 1, e = x[0].contiguous() * 1;
        a.copy_(x[1].select(0, 0));
        b.fill_(2).mul_(x[1]);
        d.zero_().add_(x[0]);
        e.select(0, 1).fill_(x[1].select(0, 0).sum());
        return list(a, b, d, e);
      },
      R"(
a, b, d, e = x0.clone(), x0.clone(), x0 * 1, x0 * 1
a.copy_(x1[0])
b.fill_(2).mul_(x1)
d.zero_().add_(x0)
e[1].fill_(x1[0].sum())
a, b, d, e)");
  c.failures = {{[] { ones(ints(2, 3)).copy_(ones(2)); }, "torch.ones(2, 3).copy_(torch.ones(2))"},
                {[] { ones(2).fill_(ones(2)); }, "torch.ones(2).fill_(torch.ones(2))"},
                {[] { ones(1).expand(2).copy_(ones(2)); }, "torch.ones(1).expand(2).copy_(torch.ones(2))"}};
  return c;
}

// ---- the speed table

CASE(time_cat) {
  return timed([](X x) { return cat(list(x, x, x), 1); }, "torch.cat((x0, x0, x0), 1)");
}
CASE(time_flip) {
  return timed([](X x) { return x.flip(ints(0, 2)); }, "x0.flip(0, 2)");
}
CASE(time_repeat) {
  return timed([](X x) { return x.repeat(ints(1, 2, 1)); }, "x0.repeat(1, 2, 1)");
}
CASE(time_contiguous) {
  return timed([](X x) { return x.transpose(0, 2).contiguous(); }, "x0.transpose(0, 2).contiguous()");
}

}  // namespace convgrad::cases
