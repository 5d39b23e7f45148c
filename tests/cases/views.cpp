// Views: other sizes and strides over the same memory.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/view.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// Views of one tensor, of sizes 2 × 3 × 4 unless said otherwise.
Case views(List (*f)(X), const std::string& oracle, const std::vector<Failure>& failures = {},
           const std::vector<int64_t>& sizes = {2, 3, 4}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = sizes}},
          .oracle = oracle,
          .failures = failures};
}

Tensor x234() { return ones({2, 3, 4}); }

}  // namespace

// ---- sizes

CASE(view) {
  return views([](X x) { return list(x.contiguous().view(ints(4, 6)), x.contiguous().view(ints(2, -1, 1, 2))); },
               "x0.view(4, 6), x0.view(2, -1, 1, 2)",
               {{[] { x234().view(ints(-1, -1)); }, "torch.ones(2, 3, 4).view(-1, -1)"},
                {[] { x234().view(ints(5, -1)); }, "torch.ones(2, 3, 4).view(5, -1)"},
                {[] { x234().view(ints(-2, 12)); }, "torch.ones(2, 3, 4).view(-2, 12)"},
                {[] { x234().view(ints(1 << 30, 1 << 30)); }, "torch.ones(2, 3, 4).view(1 << 30, 1 << 30)"},
                {[] { x234().transpose(0, 1).view(-1); }, "torch.ones(2, 3, 4).transpose(0, 1).view(-1)"},
                {[] { ones(ints(0, 3)).view(ints(0, -1)); }, "torch.ones(0, 3).view(0, -1)"}});
}
CASE(view_as) {
  return views(
      [](X x) {
        return list(x.contiguous().view_as(ones({6, 4})));
      },
      "x0.view_as(torch.ones(6, 4))",
      {{[] { x234().view_as(ones(7)); }, "torch.ones(2, 3, 4).view_as(torch.ones(7))"}});
}
CASE(reshape) {
  return views(
      [](X x) {
        const Tensor swapped = x.transpose(0, 2);
        return list(x.reshape(-1), swapped.reshape(ints(2, 12)), swapped.reshape_as(ones({4, 6})), ravel(swapped));
      },
      "x0.reshape(-1), x0.mT.transpose(0, 1).mT.reshape(2, 12), x0.transpose(0, 2).reshape(4, 6), "
      "x0.transpose(0, 2).ravel()",
      {{[] { x234().reshape(ints(5, 5)); }, "torch.ones(2, 3, 4).reshape(5, 5)"},
       {[] { x234().reshape(ints()); }, "torch.ones(2, 3, 4).reshape(())"},
       {[] { x234().reshape(ints(3, -1, -1)); }, "torch.ones(2, 3, 4).reshape(3, -1, -1)"}});
}
CASE(flatten) {
  return views([](X x) { return list(x.flatten(), x.flatten(1), x.flatten(0, 1), x.sum().flatten(), x.flatten(2, 2)); },
               "x0.flatten(), x0.flatten(1), x0.flatten(0, 1), x0.sum().flatten(), x0.flatten(2, 2)",
               {{[] { x234().flatten(2, 1); }, "torch.ones(2, 3, 4).flatten(2, 1)"},
                {[] { x234().flatten(0, 3); }, "torch.ones(2, 3, 4).flatten(0, 3)"}});
}
CASE(unflatten) {
  return views([](X x) { return list(x.unflatten(2, ints(2, 2)), x.unflatten(-2, ints(-1, 1))); },
               "x0.unflatten(2, (2, 2)), x0.unflatten(-2, (-1, 1))",
               {{[] { x234().unflatten(2, ints(3, 2)); }, "torch.ones(2, 3, 4).unflatten(2, (3, 2))"},
                {[] { x234().unflatten(2, ints(3, -1)); }, "torch.ones(2, 3, 4).unflatten(2, (3, -1))"},
                {[] { x234().unflatten(2, ints()); }, "torch.ones(2, 3, 4).unflatten(2, ())"},
                {[] { x234().unflatten(4, 4); }, "torch.ones(2, 3, 4).unflatten(4, (4,))"}});
}
CASE(squeeze) {
  return views([](X x) { return list(x.squeeze(), x.squeeze(1), x.squeeze(0), x.squeeze(-2)); },
               "x0.squeeze(), x0.squeeze(1), x0.squeeze(0), x0.squeeze(-2)",
               {{[] { x234().squeeze(3); }, "torch.ones(2, 3, 4).squeeze(3)"},
                {[] { Tensor::of(1).squeeze(1); }, "torch.tensor(1).squeeze(1)"}},
               {2, 1, 1, 3});
}
CASE(unsqueeze) {
  return views([](X x) { return list(x.unsqueeze(0), x.unsqueeze(3), x.unsqueeze(-2), x.sum().unsqueeze(-1)); },
               "x0.unsqueeze(0), x0.unsqueeze(3), x0.unsqueeze(-2), x0.sum().unsqueeze(-1)",
               {{[] { x234().unsqueeze(4); }, "torch.ones(2, 3, 4).unsqueeze(4)"},
                {[] { x234().unsqueeze(-5); }, "torch.ones(2, 3, 4).unsqueeze(-5)"}});
}
CASE(expand) {
  return views(
      [](X x) {
        return list(x.expand(ints(5, 2, 3, 4)), x.expand(ints(-1, 3, -1)), broadcast_to(x, ints(2, 3, 4)),
                    x.expand_as(ones({2, 3, 4})), x.sum().expand(ints(2, 0)));
      },
      "x0.expand(5, 2, 3, 4), x0.expand(-1, 3, -1), torch.broadcast_to(x0, (2, 3, 4)), "
      "x0.expand_as(torch.ones(2, 3, 4)), x0.sum().expand(2, 0)",
      {{[] { x234().expand(ints(3, 4)); }, "torch.ones(2, 3, 4).expand(3, 4)"},
       {[] { x234().expand(ints(2, 5, 4)); }, "torch.ones(2, 3, 4).expand(2, 5, 4)"},
       {[] { x234().expand(ints(-1, 2, 3, 4)); }, "torch.ones(2, 3, 4).expand(-1, 2, 3, 4)"},
       {[] { broadcast_to(x234(), ints(2, 3)); }, "torch.broadcast_to(torch.ones(2, 3, 4), (2, 3))"}},
      {2, 1, 4});
}

// ---- order of dimensions

CASE(permute) {
  return views([](X x) { return list(x.permute(ints(2, 0, 1)), x.permute(ints(-3, -1, -2))); },
               "x0.permute(2, 0, 1), x0.permute(-3, -1, -2)",
               {{[] { x234().permute(ints(0, 1)); }, "torch.ones(2, 3, 4).permute(0, 1)"},
                {[] { x234().permute(ints(0, 0, 1)); }, "torch.ones(2, 3, 4).permute(0, 0, 1)"},
                {[] { x234().permute(ints(0, -5, 1)); }, "torch.ones(2, 3, 4).permute(0, -5, 1)"}});
}
CASE(transpose) {
  return views(
      [](X x) {
        return list(x.transpose(0, 2), x.transpose(-1, 1), swapaxes(x, 0, 1), x.mT(), x.numpy_T(), x.select(0, 1).t(),
                    x.flatten().t());
      },
      "x0.transpose(0, 2), x0.transpose(-1, 1), x0.swapaxes(0, 1), x0.mT, x0.permute(2, 1, 0), x0[1].t(), "
      "x0.flatten().t()",
      {{[] { x234().transpose(0, 3); }, "torch.ones(2, 3, 4).transpose(0, 3)"},
       {[] { x234().transpose(-4, 0); }, "torch.ones(2, 3, 4).transpose(-4, 0)"},
       {[] { x234().t(); }, "torch.ones(2, 3, 4).t()"},
       {[] { ones(3).mT(); }, "torch.ones(3).mT"}});
}
CASE(movedim) {
  return views([](X x) { return list(x.movedim(0, 2), movedim(x, ints(0, 1), ints(-1, 0))); },
               "x0.movedim(0, 2), x0.movedim((0, 1), (-1, 0))",
               {{[] { movedim(x234(), ints(0, 0), ints(1, 2)); }, "torch.ones(2, 3, 4).movedim((0, 0), (1, 2))"},
                {[] { movedim(x234(), ints(0, 1), ints(2, 2)); }, "torch.ones(2, 3, 4).movedim((0, 1), (2, 2))"},
                {[] { movedim(x234(), ints(0, 1), ints(2)); }, "torch.ones(2, 3, 4).movedim((0, 1), (2,))"},
                {[] { x234().movedim(3, 0); }, "torch.ones(2, 3, 4).movedim(3, 0)"}});
}
CASE(diagonal) {
  return views([](X x) { return list(x.diagonal(), x.diagonal(1, 1, 2), x.diagonal(-1, -1, 0), x.diagonal(9, 0, 1)); },
               "x0.diagonal(), x0.diagonal(1, 1, 2), x0.diagonal(-1, -1, 0), x0.diagonal(9, 0, 1)",
               {{[] { x234().diagonal(0, 1, 1); }, "torch.ones(2, 3, 4).diagonal(0, 1, 1)"},
                {[] { x234().diagonal(0, 1, 3); }, "torch.ones(2, 3, 4).diagonal(0, 1, 3)"}});
}

// ---- parts

CASE(narrow) {
  return views([](X x) { return list(x.narrow(1, 1, 2), x.narrow(-1, -3, 2), x.narrow(0, 2, 0)); },
               "x0.narrow(1, 1, 2), x0.narrow(-1, -3, 2), x0.narrow(0, 2, 0)",
               {{[] { x234().narrow(0, 0, 3); }, "torch.ones(2, 3, 4).narrow(0, 0, 3)"},
                {[] { x234().narrow(0, -3, 1); }, "torch.ones(2, 3, 4).narrow(0, -3, 1)"},
                {[] { x234().narrow(0, 0, -1); }, "torch.ones(2, 3, 4).narrow(0, 0, -1)"},
                {[] { x234().narrow(3, 0, 1); }, "torch.ones(2, 3, 4).narrow(3, 0, 1)"},
                {[] { Tensor::of(1).narrow(0, 0, 1); }, "torch.tensor(1).narrow(0, 0, 1)"}});
}
CASE(select) {
  return views([](X x) { return list(x.select(0, 1), x.select(-1, -4), x[1][2][0]); },
               "x0.select(0, 1), x0.select(-1, -4), x0[1][2][0]",
               {{[] { x234().select(1, 3); }, "torch.ones(2, 3, 4).select(1, 3)"},
                {[] { x234().select(1, -4); }, "torch.ones(2, 3, 4).select(1, -4)"},
                {[] { x234().select(3, 0); }, "torch.ones(2, 3, 4).select(3, 0)"},
                {[] { Tensor::of(1).select(0, 0); }, "torch.tensor(1).select(0, 0)"},
                {[] { x234()[2]; }, "torch.ones(2, 3, 4)[2]"},
                {[] { Tensor::of(1)[0]; }, "torch.tensor(1)[0]"}});
}
CASE(slice) {
  return views([](X x) { return list(x.slice(0, 1), x.slice(2, -3, 9, 2), x.slice(1, 2, 1), x.slice(1, {}, -1)); },
               "x0[1:], x0[:, :, -3:9:2], x0[:, 2:1], x0[:, :-1]",
               {{[] { x234().slice(0, {}, {}, 0); }, "torch.ops.aten.slice(torch.ones(2, 3, 4), 0, None, None, 0)"},
                {[] { x234().slice(3); }, "torch.ops.aten.slice(torch.ones(2, 3, 4), 3)"},
                {[] { Tensor::of(1).slice(0); }, "torch.ops.aten.slice(torch.tensor(1), 0)"}});
}
CASE(chunk) {
  return views([](X x) { return list(x.chunk(3, 2), x.chunk(1)); }, "*x0.chunk(3, 2), *x0.chunk(1)",
               {{[] { x234().chunk(0); }, "torch.ones(2, 3, 4).chunk(0)"},
                {[] { x234().chunk(2, 3); }, "torch.ones(2, 3, 4).chunk(2, 3)"},
                {[] { Tensor::of(1).chunk(2); }, "torch.tensor(1).chunk(2)"}});
}
CASE(split) {
  return views([](X x) { return list(x.split(3, 2), x.split(ints(1, 0, 2), 1)); },
               "*x0.split(3, 2), *x0.split([1, 0, 2], 1)",
               {{[] { x234().split(0); }, "torch.ones(2, 3, 4).split(0)"},
                {[] { x234().split(-1); }, "torch.ones(2, 3, 4).split(-1)"},
                {[] { x234().split(ints(1, 2)); }, "torch.ones(2, 3, 4).split([1, 2])"},
                {[] { x234().split(ints(3, -1)); }, "torch.ones(2, 3, 4).split([3, -1])"}});
}
CASE(unbind) {
  return views([](X x) { return list(x.unbind(), x.unbind(-1)); }, "*x0.unbind(), *x0.unbind(-1)",
               {{[] { x234().unbind(3); }, "torch.ones(2, 3, 4).unbind(3)"},
                {[] { Tensor::of(1).unbind(); }, "torch.tensor(1).unbind()"}});
}
CASE(unfold_dimension) {
  return views([](X x) { return list(x.unfold(2, 2, 1), x.unfold(1, 3, 5), x.sum().unfold(0, 1, 1)); },
               "x0.unfold(2, 2, 1), x0.unfold(1, 3, 5), x0.sum().unfold(0, 1, 1)",
               {{[] { x234().unfold(0, 3, 1); }, "torch.ones(2, 3, 4).unfold(0, 3, 1)"},
                {[] { x234().unfold(0, 1, 0); }, "torch.ones(2, 3, 4).unfold(0, 1, 0)"},
                {[] { x234().unfold(0, -1, 1); }, "torch.ones(2, 3, 4).unfold(0, -1, 1)"},
                {[] { x234().unfold(3, 1, 1); }, "torch.ones(2, 3, 4).unfold(3, 1, 1)"}});
}
CASE(as_strided) {
  return views(
      [](X x) {
        const Tensor y = x.contiguous();
        return list(y.as_strided(ints(3, 2), ints(5, 3), 2), y.as_strided(ints(2, 3), ints(1, 1)),
                    y.as_strided(ints(2, 2), ints(0, 0), 7));
      },
      "x0.as_strided((3, 2), (5, 3), 2), x0.as_strided((2, 3), (1, 1)), x0.as_strided((2, 2), (0, 0), 7)",
      {{[] { x234().as_strided(25, 1); }, "torch.ones(2, 3, 4).as_strided((25,), (1,))"},
       {[] { x234().as_strided(2, 1, 23); }, "torch.ones(2, 3, 4).as_strided((2,), (1,), 23)"},
       {[] { x234().as_strided(ints(2, 3), 1); }, "torch.ones(2, 3, 4).as_strided((2, 3), (1,))"},
       {[] { x234().as_strided(2, -1); }, "torch.ones(2, 3, 4).as_strided((2,), (-1,))"},
       {[] { x234().as_strided(-2, 1); }, "torch.ones(2, 3, 4).as_strided((-2,), (1,))"},
       {[] { x234().as_strided(2, 1, -1); }, "torch.ones(2, 3, 4).as_strided((2,), (1,), -1)"}});
}

// ---- views that are changed in place

CASE(changed_views) {
  return {.run =
              [](const List& x) {
                Tensor base = x[0] * 1, other = x[0].contiguous() * 2;
                const Tensor before = base.transpose(0, 2);
                base.select(1, 0).mul_(x[1]);
                base.slice(0, 1).narrow(2, 1, 2).mul_(0.5);
                before.diagonal(0, 0, 1).add_(before.diagonal(0, 0, 1));
                other.flatten().slice(0, {}, {}, 2).copy_(x[0].flatten().slice(0, {}, 12).sin());
                const List halves = other.unbind();
                return list(base, before, other, halves[1]);
              },
          .inputs = {{.sizes = {2, 3, 4}}, {.sizes = {4}}},
          .oracle = R"(
base, other = x0 * 1, x0 * 2
before = base.transpose(0, 2)
base.select(1, 0).mul_(x1)
base[1:, :, 1:3].mul_(0.5)
before.diagonal(0, 0, 1).add_(before.diagonal(0, 0, 1))
other.flatten()[::2].copy_(x0.flatten()[:12].sin())
base, before, other, *other.unbind()[1:])",
          .failures = {{[] { Tensor::of(1.).expand(3).add_(1); }, "torch.tensor(1.).expand(3).add_(1)"},
                       {[] { ones(3, {.requires_grad = true}).select(0, 1).mul_(2); },
                        "torch.ones(3, requires_grad=True)[1].mul_(2)"},
                       {[] { ones(3, {.requires_grad = true}).mul(1).unbind()[0].mul_(2); },
                        "torch.ones(3, requires_grad=True).mul(1).unbind()[0].mul_(2)"}}};
}

}  // namespace convgrad::cases
