// New tensors, and random ones: the stream of random numbers is PyTorch's, so these are compared as well.
#include <convgrad/ops/creation.h>

#include <convgrad/ops/random.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

/// New tensors; only values are told apart.
Case made(List (*f)(), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List&) { return f(); }, .inputs = {}, .oracle = oracle, .failures = failures};
}
/// Drawn after the seed 7, in the order of the list. A normal number's logarithm is rounded as the instruction set has
/// it.
Case drawn(List (*f)(), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run =
              [f](const List&) {
                manual_seed(7);
                return f();
              },
          .inputs = {},
          .oracle = "torch.manual_seed(7)\n" + oracle,
          .tolerance64 = 1e-6,
          .failures = failures};
}

constexpr TensorOptions kInt{.dtype = kInt64}, kDouble{.dtype = kFloat64};

}  // namespace

CASE(filled) {
  return made(
      [] {
        const Tensor like = ones(ints(2, 3), kDouble).t();
        return list(zeros(ints(2, 3)), ones(ints(2, 0), kInt), full(ints(2, 2), 7), full(3, 2.5), full(2, true),
                    full(ints(2, 2), 2.9, kInt), zeros_like(like), ones_like(like, kInt), full_like(like, 3),
                    scalar_tensor(2.5), empty_like(like).fill_(1), eye(3), eye(2, 3, kInt));
      },
      R"(
like, long, double = torch.ones(2, 3, dtype=torch.float64).t(), torch.int64, torch.float64
(torch.zeros(2, 3), torch.ones(2, 0, dtype=long), torch.full((2, 2), 7), torch.full((3,), 2.5),
 torch.full((2,), True), torch.full((2, 2), 2.9, dtype=long), torch.zeros_like(like),
 torch.ones_like(like, dtype=long), torch.full_like(like, 3), torch.scalar_tensor(2.5),
 torch.empty_like(like).fill_(1), torch.eye(3), torch.eye(2, 3, dtype=long)))",
      {{[] { zeros(ints(2, -1)); }, "torch.zeros(2, -1)"},
       {[] { eye(-1); }, "torch.eye(-1)"},
       {[] { eye(1, -1); }, "torch.eye(1, -1)"},
       {[] { full(2, 300, {.dtype = kUInt8}); }, "torch.full((2,), 300, dtype=torch.uint8)"},
       {[] { ones(2, {.dtype = kInt64, .requires_grad = true}); },
        "torch.ones(2, dtype=torch.int64, requires_grad=True)"}});
}
CASE(ranges) {
  return made(
      [] {
        return list(arange(5), arange(2, 7), arange(7, 2, -2), arange(0., 1., 0.1), arange(2.5), arange(3, kDouble),
                    arange(0, 0), arange(1, 2, 0.25, kDouble), linspace(0, 1, 5), linspace(3, -2, 7, kDouble),
                    linspace(0, 10, 4, kInt), linspace(2, 3, 1), linspace(2, 3, 0));
      },
      R"(
long, double = torch.int64, torch.float64
(torch.arange(5), torch.arange(2, 7), torch.arange(7, 2, -2), torch.arange(0., 1., 0.1), torch.arange(2.5),
 torch.arange(3, dtype=double), torch.arange(0, 0), torch.arange(1, 2, 0.25, dtype=double),
 torch.linspace(0, 1, 5), torch.linspace(3, -2, 7, dtype=double), torch.linspace(0, 10, 4, dtype=long),
 torch.linspace(2, 3, 1), torch.linspace(2, 3, 0)))",
      {{[] { arange(1, 2, 0); }, "torch.arange(1, 2, 0)"},
       {[] { arange(1, 2, -1); }, "torch.arange(1, 2, -1)"},
       {[] { arange(INFINITY); }, "torch.arange(torch.inf)"},
       {[] { arange(0., NAN); }, "torch.arange(0., torch.nan)"},
       {[] { linspace(0, 1, -1); }, "torch.linspace(0, 1, -1)"}});
}
CASE(tensors_of_numbers) {
  return made(
      [] {
        return list(tensor({{1, 2}, {3, 4}}), tensor({1, 2.5}), tensor(true), tensor({true, false}),
                    tensor({1, 0}, {.dtype = kBool}), tensor({}), tensor({1.7, -1.7}, kInt), tensor({{{1.5}}}, kDouble),
                    tensor(std::vector<int64_t>{1, 2, 3}));
      },
      R"(
long, double = torch.int64, torch.float64
(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 2.5]), torch.tensor(True), torch.tensor([True, False]),
 torch.tensor([1, 0], dtype=torch.bool), torch.tensor([]), torch.tensor([1.7, -1.7], dtype=long),
 torch.tensor([[[1.5]]], dtype=double), torch.tensor([1, 2, 3])))",
      {{[] {
          tensor({{1, 2}, {3}});
        },
        "torch.tensor([[1, 2], [3]])"}});
}

// ---- random

CASE(uniform_numbers) {
  return drawn(
      [] {
        Tensor like = zeros(ints(3, 2)).t();
        return List{rand(5), rand(ints(4, 5)), rand(17, kDouble), rand_like(like), like.uniform_(-2, 3)};
      },
      "like = torch.zeros(3, 2).t()\n"
      "torch.rand(5), torch.rand(4, 5), torch.rand(17, dtype=torch.float64), torch.rand_like(like), "
      "like.uniform_(-2, 3)",
      {{[] { zeros(2).uniform_(2, 1); }, "torch.zeros(2).uniform_(2, 1)"},
       {[] { zeros(2, {.dtype = kInt64}).uniform_(); }, "torch.zeros(2, dtype=torch.int64).uniform_()"},
       {[] { rand(2, {.dtype = kInt64}); }, "torch.rand(2, dtype=torch.int64)"}});
}
CASE(normal_numbers) {
  return drawn(
      [] {
        return List{randn(5),
                    randn(ints(4, 5)),
                    randn(35, kDouble),
                    randn_like(zeros(ints(3, 2)).t()),
                    normal(1, 2, ints(2, 3)),
                    normal(zeros(3), 2),
                    normal(zeros(3), ones(3)),
                    zeros(20).normal_(3, 0.5),
                    zeros(4).exponential_(2)};
      },
      "torch.randn(5), torch.randn(4, 5), torch.randn(35, dtype=torch.float64), torch.randn_like(torch.zeros(3, "
      "2).t()), "
      "torch.normal(1, 2, (2, 3)), torch.normal(torch.zeros(3), 2), torch.normal(torch.zeros(3), torch.ones(3)), "
      "torch.zeros(20).normal_(3, 0.5), torch.zeros(4).exponential_(2)",
      {{[] { normal(0, -1, 2); }, "torch.normal(0., -1., (2,))"},
       {[] { zeros(2).normal_(0, -1); }, "torch.zeros(2).normal_(0, -1)"},
       {[] { normal(zeros(2), -ones(2)); }, "torch.normal(torch.zeros(2), -torch.ones(2))"},
       {[] { zeros(2).exponential_(0); }, "torch.zeros(2).exponential_(0)"}});
}
CASE(random_integers) {
  return drawn(
      [] {
        return List{randint(10, 5),
                    randint(-3, 4, ints(2, 3)),
                    randint(5, 3, kDouble),
                    randperm(7),
                    randperm(0),
                    randint_like(zeros(3), 9),
                    zeros(4).random_(5),
                    bernoulli(full(9, 0.3)),
                    zeros(6).bernoulli_(0.5)};
      },
      "torch.randint(10, (5,)), torch.randint(-3, 4, (2, 3)), torch.randint(5, (3,), dtype=torch.float64), "
      "torch.randperm(7), torch.randperm(0), torch.randint_like(torch.zeros(3), 9), torch.zeros(4).random_(5), "
      "torch.full((9,), 0.3).bernoulli(), torch.zeros(6).bernoulli_(0.5)",
      {{[] { randint(0, 3); }, "torch.randint(0, (3,))"},
       {[] { randint(3, 3, 2); }, "torch.randint(3, 3, (2,))"},
       {[] { randperm(-1); }, "torch.randperm(-1)"},
       {[] { zeros(2).bernoulli_(1.5); }, "torch.zeros(2).bernoulli_(1.5)"}});
}

}  // namespace convgrad::cases
