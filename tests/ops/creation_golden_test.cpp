// Calls that create or draw tensors, by the names and with the answers that PyTorch gives
// (tests/golden/make_creation.py).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "convgrad/error.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad {
namespace {

constexpr double nan = NAN, inf = INFINITY;

const std::map<std::string, std::function<Tensor()>> calls = {
    {"torch.zeros(2, 3)",
     [] {
       return zeros({2, 3});
     }},
    {"torch.zeros(())", [] { return zeros({}); }},
    {"torch.ones(0, 3)",
     [] {
       return ones({0, 3});
     }},
    {"torch.ones(2, dtype=torch.bool)", [] { return ones({2}, {.dtype = kBool}); }},
    {"torch.zeros(-1)", [] { return zeros({-1}); }},
    {"torch.ones(2, -3)",
     [] {
       return ones({2, -3});
     }},
    {"torch.ones(2**62)", [] { return ones({int64_t{1} << 62}); }},
    {"torch.empty((2, 2, 1, 2**61))",
     [] {
       return empty({2, 2, 1, int64_t{1} << 61});
     }},
    {"torch.empty((2**40, 2**40, 0))",
     [] {
       return empty({int64_t{1} << 40, int64_t{1} << 40, 0});
     }},
    {"torch.full((2,), 3)", [] { return full({2}, 3); }},
    {"torch.full((2,), 3.5)", [] { return full({2}, 3.5); }},
    {"torch.full((2,), True)", [] { return full({2}, true); }},
    {"torch.full((2,), 3.5, dtype=torch.int64)", [] { return full({2}, 3.5, {.dtype = kInt64}); }},
    {"torch.full((2,), -3.5, dtype=torch.int32)", [] { return full({2}, -3.5, {.dtype = kInt32}); }},
    {"torch.full((2,), 300, dtype=torch.uint8)", [] { return full({2}, 300, {.dtype = kUInt8}); }},
    {"torch.full((2,), 255.5, dtype=torch.uint8)", [] { return full({2}, 255.5, {.dtype = kUInt8}); }},
    {"torch.full((2,), -1, dtype=torch.uint8)", [] { return full({2}, -1, {.dtype = kUInt8}); }},
    {"torch.full((2,), -255, dtype=torch.uint8)", [] { return full({2}, -255, {.dtype = kUInt8}); }},
    {"torch.full((2,), -256, dtype=torch.uint8)", [] { return full({2}, -256, {.dtype = kUInt8}); }},
    {"torch.full((2,), -0.5, dtype=torch.uint8)", [] { return full({2}, -0.5, {.dtype = kUInt8}); }},
    {"torch.full((2,), 2**40, dtype=torch.int32)", [] { return full({2}, int64_t{1} << 40, {.dtype = kInt32}); }},
    {"torch.full((2,), 1e20, dtype=torch.int64)", [] { return full({2}, 1e20, {.dtype = kInt64}); }},
    {"torch.full((2,), 1e300, dtype=torch.float32)", [] { return full({2}, 1e300, {.dtype = kFloat32}); }},
    {"torch.full((2,), inf, dtype=torch.float32)", [] { return full({2}, inf, {.dtype = kFloat32}); }},
    {"torch.full((2,), nan, dtype=torch.int64)", [] { return full({2}, nan, {.dtype = kInt64}); }},
    {"torch.full((2,), nan, dtype=torch.bool)", [] { return full({2}, nan, {.dtype = kBool}); }},
    {"torch.full((2,), 0.5, dtype=torch.bool)", [] { return full({2}, 0.5, {.dtype = kBool}); }},
    {"torch.full((2,), 1, requires_grad=True)", [] { return full({2}, 1, {.requires_grad = true}); }},
    {"torch.full((2,), 1.0, requires_grad=True)", [] { return full({2}, 1.0, {.requires_grad = true}); }},
    {"torch.scalar_tensor(3)", [] { return scalar_tensor(3); }},
    {"torch.scalar_tensor(True)", [] { return scalar_tensor(true); }},
    {"torch.arange(5)", [] { return arange(5); }},
    {"torch.arange(5.)", [] { return arange(5.); }},
    {"torch.arange(True)", [] { return arange(true); }},
    {"torch.arange(0, 1, 0.1)", [] { return arange(0, 1, 0.1); }},
    {"torch.arange(0, 100, 0.1)", [] { return arange(0, 100, 0.1); }},
    {"torch.arange(-3.3, 77.7, 0.037, dtype=torch.float64)",
     [] { return arange(-3.3, 77.7, 0.037, {.dtype = kFloat64}); }},
    {"torch.arange(5, -9, -0.013)", [] { return arange(5, -9, -0.013); }},
    {"torch.arange(1.1, 33)", [] { return arange(1.1, 33); }},
    {"torch.arange(1, 1)", [] { return arange(1, 1); }},
    {"torch.arange(5, 1)", [] { return arange(5, 1); }},
    {"torch.arange(5, 1, -2)", [] { return arange(5, 1, -2); }},
    {"torch.arange(1, 5, -1)", [] { return arange(1, 5, -1); }},
    {"torch.arange(1, 5, 0)", [] { return arange(1, 5, 0); }},
    {"torch.arange(0., 5, 0.)", [] { return arange(0., 5, 0.); }},
    {"torch.arange(0, nan)", [] { return arange(0, nan); }},
    {"torch.arange(0, inf)", [] { return arange(0, inf); }},
    {"torch.arange(-inf, 2)", [] { return arange(-inf, 2); }},
    {"torch.arange(0, 5, nan)", [] { return arange(0, 5, nan); }},
    {"torch.arange(0, 5, inf)", [] { return arange(0, 5, inf); }},
    {"torch.arange(0, 1e18, 1e-3)", [] { return arange(0, 1e18, 1e-3); }},
    {"torch.arange(-1e308, 1e308)", [] { return arange(-1e308, 1e308); }},
    {"torch.arange(2**63 - 5, 2**63 - 1, 2)", [] { return arange(INT64_MAX - 4, INT64_MAX, 2); }},
    {"torch.arange(-2**63 + 3, -2**63, -1)", [] { return arange(INT64_MIN + 3, INT64_MIN, -1); }},
    {"torch.arange(3, dtype=torch.bool)", [] { return arange(3, {.dtype = kBool}); }},
    {"torch.arange(300, dtype=torch.uint8)", [] { return arange(300, {.dtype = kUInt8}); }},
    {"torch.arange(0, 2.5, 0.5, dtype=torch.int64)", [] { return arange(0, 2.5, 0.5, {.dtype = kInt64}); }},
    {"torch.arange(0.9, 5.1, dtype=torch.int64)", [] { return arange(0.9, 5.1, {.dtype = kInt64}); }},
    {"torch.arange(0, 5, 2.5, dtype=torch.int64)", [] { return arange(0, 5, 2.5, {.dtype = kInt64}); }},
    {"torch.arange(0, 5, 0.5, dtype=torch.int32)", [] { return arange(0, 5, 0.5, {.dtype = kInt32}); }},
    {"torch.arange(3, requires_grad=True)", [] { return arange(3, {.requires_grad = true}); }},
    {"torch.linspace(0, 1, 5)", [] { return linspace(0, 1, 5); }},
    {"torch.linspace(0, 1, 100)", [] { return linspace(0, 1, 100); }},
    {"torch.linspace(-3.3, 77.7, 37, dtype=torch.float64)",
     [] { return linspace(-3.3, 77.7, 37, {.dtype = kFloat64}); }},
    {"torch.linspace(5, -9, 1000)", [] { return linspace(5, -9, 1000); }},
    {"torch.linspace(0, 1, 1)", [] { return linspace(0, 1, 1); }},
    {"torch.linspace(0, 1, 0)", [] { return linspace(0, 1, 0); }},
    {"torch.linspace(0, 1, -1)", [] { return linspace(0, 1, -1); }},
    {"torch.linspace(-7, 100, 33, dtype=torch.int64)", [] { return linspace(-7, 100, 33, {.dtype = kInt64}); }},
    {"torch.linspace(0, 10, 4, dtype=torch.uint8)", [] { return linspace(0, 10, 4, {.dtype = kUInt8}); }},
    {"torch.linspace(-2**31, 2**31 - 1, 11, dtype=torch.int32)",
     [] { return linspace(-(int64_t{1} << 31), (int64_t{1} << 31) - 1, 11, {.dtype = kInt32}); }},
    {"torch.linspace(0, 300, 4, dtype=torch.uint8)", [] { return linspace(0, 300, 4, {.dtype = kUInt8}); }},
    {"torch.linspace(0, 1, 2, dtype=torch.bool)", [] { return linspace(0, 1, 2, {.dtype = kBool}); }},
    {"torch.linspace(-3.4e38, 3.4e38, 3)", [] { return linspace(-3.4e38, 3.4e38, 3); }},
    {"torch.linspace(0, inf, 3)", [] { return linspace(0, inf, 3); }},
    {"torch.eye(3)", [] { return eye(3); }},
    {"torch.eye(2, 3, dtype=torch.int64)", [] { return eye(2, 3, {.dtype = kInt64}); }},
    {"torch.eye(3, 2, dtype=torch.bool)", [] { return eye(3, 2, {.dtype = kBool}); }},
    {"torch.eye(0)", [] { return eye(0); }},
    {"torch.eye(-1)", [] { return eye(-1); }},
    {"torch.eye(2, -3)", [] { return eye(2, -3); }},
    {"torch.tensor(3)", [] { return tensor(3); }},
    {"torch.tensor(2.5)", [] { return tensor(2.5); }},
    {"torch.tensor(True)", [] { return tensor(true); }},
    {"torch.tensor([])", [] { return tensor({}); }},
    {"torch.tensor([[]])", [] { return tensor({{}}); }},
    {"torch.tensor([1, 2.5])",
     [] {
       return tensor({1, 2.5});
     }},
    {"torch.tensor([True, 2])",
     [] {
       return tensor({true, 2});
     }},
    {"torch.tensor([True, False])",
     [] {
       return tensor({true, false});
     }},
    {"torch.tensor([[1, 2], [3, 4]])",
     [] {
       return tensor({{1, 2}, {3, 4}});
     }},
    {"torch.tensor([[1, 2]])",
     [] {
       return tensor({{1, 2}});
     }},
    {"torch.tensor([[[1.5], [2]], [[3], [4]], [[5], [6]]])",
     [] {
       return tensor({{{1.5}, {2}}, {{3}, {4}}, {{5}, {6}}});
     }},
    {"torch.tensor([[1, 2], [3]])",
     [] {
       return tensor({{1, 2}, {3}});
     }},
    {"torch.tensor([[1], 2])",
     [] {
       return tensor({{1}, 2});
     }},
    {"torch.tensor([1.5], dtype=torch.int64)", [] { return tensor({1.5}, {.dtype = kInt64}); }},
    {"torch.tensor([300], dtype=torch.uint8)", [] { return tensor({300}, {.dtype = kUInt8}); }},
    {"torch.tensor([-1], dtype=torch.uint8)", [] { return tensor({-1}, {.dtype = kUInt8}); }},
    {"torch.tensor([nan], dtype=torch.int32)", [] { return tensor({nan}, {.dtype = kInt32}); }},
    {"torch.tensor([1e50, nan, -inf])",
     [] {
       return tensor({1e50, nan, -inf});
     }},
    {"torch.tensor([1, 2], requires_grad=True)",
     [] {
       return tensor({1, 2}, {.requires_grad = true});
     }},
    {"torch.tensor([9007199254740993, 9223372036854775807])",
     [] {
       return tensor({9007199254740993, INT64_MAX});
     }},
    {"torch.rand(3, requires_grad=True)", [] { return rand({3}, {.requires_grad = true}); }},
    {"torch.rand(17, 3, dtype=torch.float64)",
     [] {
       return rand({17, 3}, {.dtype = kFloat64});
     }},
    {"torch.rand(2, dtype=torch.int64)", [] { return rand({2}, {.dtype = kInt64}); }},
    {"torch.randn(2, dtype=torch.bool)", [] { return randn({2}, {.dtype = kBool}); }},
    {"torch.randn(-1)", [] { return randn({-1}); }},
    {"torch.randint(10, (2, 3))",
     [] {
       return randint(10, {2, 3});
     }},
    {"torch.randint(-5, 5, (40,), dtype=torch.float32)", [] { return randint(-5, 5, {40}, {.dtype = kFloat32}); }},
    {"torch.randint(0, (2,))", [] { return randint(0, {2}); }},
    {"torch.randint(5, 3, (2,))", [] { return randint(5, 3, {2}); }},
    {"torch.randint(0, 300, (2,), dtype=torch.uint8)", [] { return randint(0, 300, {2}, {.dtype = kUInt8}); }},
    {"torch.randint(0, 256, (20,), dtype=torch.uint8)", [] { return randint(0, 256, {20}, {.dtype = kUInt8}); }},
    {"torch.randint(-5, 3, (2,), dtype=torch.uint8)", [] { return randint(-5, 3, {2}, {.dtype = kUInt8}); }},
    {"torch.randint(0, 3, (2,), dtype=torch.bool)", [] { return randint(0, 3, {2}, {.dtype = kBool}); }},
    {"torch.randint(0, 2**40, (2,), dtype=torch.int32)",
     [] { return randint(0, int64_t{1} << 40, {2}, {.dtype = kInt32}); }},
    {"torch.randperm(50)", [] { return randperm(50); }},
    {"torch.randperm(50, dtype=torch.int32)", [] { return randperm(50, {.dtype = kInt32}); }},
    {"torch.randperm(0)", [] { return randperm(0); }},
    {"torch.randperm(-1)", [] { return randperm(-1); }},
    {"torch.randperm(256, dtype=torch.uint8)", [] { return randperm(256, {.dtype = kUInt8}); }},
    {"torch.randperm(257, dtype=torch.uint8)", [] { return randperm(257, {.dtype = kUInt8}); }},
    {"torch.randperm(2, dtype=torch.bool)", [] { return randperm(2, {.dtype = kBool}); }},
    {"torch.randperm(2**24 + 2, dtype=torch.float32)", [] { return randperm((1 << 24) + 2, {.dtype = kFloat32}); }},
    {"torch.normal(2., 3., (20,))", [] { return normal(2., 3., {20}); }},
    {"torch.normal(0., -1., (2,))", [] { return normal(0., -1., {2}); }},
    {"torch.normal(0., nan, (2,))", [] { return normal(0., nan, {2}); }},
    {"torch.zeros(2).normal_(0, -1)", [] { return zeros({2}).normal_(0, -1); }},
    {"torch.zeros(0).normal_(0, -1)", [] { return zeros({0}).normal_(0, -1); }},
    {"torch.zeros(2, dtype=torch.int64).normal_()", [] { return zeros({2}, {.dtype = kInt64}).normal_(); }},
    {"torch.zeros(2).uniform_(1, 0)", [] { return zeros({2}).uniform_(1, 0); }},
    {"torch.zeros(2).uniform_(nan, 0)", [] { return zeros({2}).uniform_(nan, 0); }},
    {"torch.zeros(2).uniform_(0, inf)", [] { return zeros({2}).uniform_(0, inf); }},
    {"torch.zeros(2).uniform_(0, 1e39)", [] { return zeros({2}).uniform_(0, 1e39); }},
    {"torch.zeros(2).uniform_(-3e38, 3e38)", [] { return zeros({2}).uniform_(-3e38, 3e38); }},
    {"torch.zeros(2, dtype=torch.float64).uniform_(-1.7e308, 1.7e308)",
     [] { return zeros({2}, {.dtype = kFloat64}).uniform_(-1.7e308, 1.7e308); }},
    {"torch.zeros(2).uniform_(2, 2)", [] { return zeros({2}).uniform_(2, 2); }},
    {"torch.zeros(2, dtype=torch.int64).uniform_()", [] { return zeros({2}, {.dtype = kInt64}).uniform_(); }},
    {"torch.zeros(100).uniform_(1, 1.0000001)", [] { return zeros({100}).uniform_(1, 1.0000001); }},
    {"torch.zeros(2).bernoulli_(1.5)", [] { return zeros({2}).bernoulli_(1.5); }},
    {"torch.zeros(2).bernoulli_(nan)", [] { return zeros({2}).bernoulli_(nan); }},
    {"torch.zeros(40, dtype=torch.int64).bernoulli_(.5)", [] { return zeros({40}, {.dtype = kInt64}).bernoulli_(.5); }},
    {"torch.zeros(40, dtype=torch.bool).bernoulli_()", [] { return zeros({40}, {.dtype = kBool}).bernoulli_(); }},
    {"torch.bernoulli(torch.tensor([1]))", [] { return bernoulli(tensor({1})); }},
    {"torch.bernoulli(torch.full((20,), .5), .3)", [] { return bernoulli(full({20}, .5), .3); }},
    {"torch.zeros(40).bernoulli_(torch.linspace(0, 1, 40))", [] { return zeros({40}).bernoulli_(linspace(0, 1, 40)); }},
    {"torch.zeros(40, dtype=torch.uint8).bernoulli_(torch.linspace(0, 1, 40, dtype=torch.float64))",
     [] { return zeros({40}, {.dtype = kUInt8}).bernoulli_(linspace(0, 1, 40, {.dtype = kFloat64})); }},
    {"torch.zeros(2).exponential_(0)", [] { return zeros({2}).exponential_(0); }},
    {"torch.zeros(2).exponential_(nan)", [] { return zeros({2}).exponential_(nan); }},
    {"torch.zeros(2).exponential_(inf)", [] { return zeros({2}).exponential_(inf); }},
    {"torch.zeros(2, dtype=torch.int64).exponential_()", [] { return zeros({2}, {.dtype = kInt64}).exponential_(); }},
    {"torch.zeros(2).random_(5, 5)", [] { return zeros({2}).random_(5, 5); }},
    {"torch.zeros(0).random_(0)", [] { return zeros({0}).random_(0); }},
    {"torch.zeros(20).random_(7)", [] { return zeros({20}).random_(7); }},
    {"torch.zeros(2, dtype=torch.uint8).random_(0, 257)", [] { return zeros({2}, {.dtype = kUInt8}).random_(0, 257); }},
    {"torch.zeros(2, dtype=torch.uint8).random_(-1, 3)", [] { return zeros({2}, {.dtype = kUInt8}).random_(-1, 3); }},
    {"torch.zeros(20, dtype=torch.uint8).random_(250, None)",
     [] { return zeros({20}, {.dtype = kUInt8}).random_(250, std::nullopt); }},
    {"torch.zeros(20, dtype=torch.int32).random_(5, None)",
     [] { return zeros({20}, {.dtype = kInt32}).random_(5, std::nullopt); }},
    {"torch.zeros(20).random_(5, None)", [] { return zeros({20}).random_(5, std::nullopt); }},
    {"torch.zeros(20).random_(2**24, None)", [] { return zeros({20}).random_(1 << 24, std::nullopt); }},
    {"torch.zeros(20).random_(-2**63, None)", [] { return zeros({20}).random_(INT64_MIN, std::nullopt); }},
    {"torch.zeros(2, dtype=torch.int32).random_(-2**63, None)",
     [] { return zeros({2}, {.dtype = kInt32}).random_(INT64_MIN, std::nullopt); }},
    {"torch.zeros(20).random_(2**24 + 1, 2**24 + 3)", [] { return zeros({20}).random_((1 << 24) + 1, (1 << 24) + 3); }},
    {"torch.zeros(20).random_(2**25 + 1, 2**25 + 5)", [] { return zeros({20}).random_((1 << 25) + 1, (1 << 25) + 5); }},
    {"torch.zeros(20).random_(-2**24 - 1, -2**24)", [] { return zeros({20}).random_(-(1 << 24) - 1, -(1 << 24)); }},
    {"torch.zeros(20).random_(-2**24 - 3, -2**24 - 1)",
     [] { return zeros({20}).random_(-(1 << 24) - 3, -(1 << 24) - 1); }},
    {"torch.zeros(20).random_(2**53 + 1, 2**53 + 3)",
     [] { return zeros({20}).random_((int64_t{1} << 53) + 1, (int64_t{1} << 53) + 3); }},
    {"torch.zeros(20).random_(0, 2**63 - 1)", [] { return zeros({20}).random_(0, INT64_MAX); }},
    {"torch.zeros(20).random_(-2**63, 5)", [] { return zeros({20}).random_(INT64_MIN, 5); }},
    {"torch.zeros(20, dtype=torch.float64).random_(-2**63, 2**63 - 1)",
     [] { return zeros({20}, {.dtype = kFloat64}).random_(INT64_MIN, INT64_MAX); }},
    {"torch.zeros(3, 20).t().uniform_()",
     [] {
       return zeros({3, 20}).t().uniform_();
     }},
    {"torch.zeros(3, 20, dtype=torch.float64).t().uniform_(1, 2)",
     [] {
       return zeros({3, 20}, {.dtype = kFloat64}).t().uniform_(1, 2);
     }},
    {"torch.zeros(3, 20).t().normal_()",
     [] {
       return zeros({3, 20}).t().normal_();
     }},
    {"torch.zeros(3, 20).t().bernoulli_(.5)",
     [] {
       return zeros({3, 20}).t().bernoulli_(.5);
     }},
    {"torch.zeros(3, 20).t().bernoulli_(torch.linspace(0, 1, 60).view(20, 3))",
     [] {
       return zeros({3, 20}).t().bernoulli_(linspace(0, 1, 60).view({20, 3}));
     }},
    {"torch.zeros(3, 20).t().exponential_()",
     [] {
       return zeros({3, 20}).t().exponential_();
     }},
    {"torch.zeros(3, 20, dtype=torch.int64).t().random_(100)",
     [] {
       return zeros({3, 20}, {.dtype = kInt64}).t().random_(100);
     }},
    {"torch.zeros(1).expand(3).uniform_()", [] { return zeros({1}).expand({3}).uniform_(); }},
    {"torch.zeros_like(torch.ones(3, 2).t())",
     [] {
       return zeros_like(ones({3, 2}).t());
     }},
    {"torch.ones_like(torch.zeros(2, 3, 4)[:, ::2])",
     [] {
       return ones_like(zeros({2, 3, 4}).slice(1, {}, {}, 2));
     }},
    {"torch.full_like(torch.zeros(2, dtype=torch.int64), 1.5)",
     [] { return full_like(zeros({2}, {.dtype = kInt64}), 1.5); }},
    {"torch.full_like(torch.zeros(2), True)", [] { return full_like(zeros({2}), true); }},
    {"torch.ones_like(torch.zeros(2), dtype=torch.int32)", [] { return ones_like(zeros({2}), {.dtype = kInt32}); }},
    {"torch.zeros_like(torch.zeros(2, 1).expand(2, 3))",
     [] {
       return zeros_like(zeros({2, 1}).expand({2, 3}));
     }},
    {"torch.rand_like(torch.zeros(3, 20).t())",
     [] {
       return rand_like(zeros({3, 20}).t());
     }},
    {"torch.rand_like(torch.zeros(2, dtype=torch.int64))", [] { return rand_like(zeros({2}, {.dtype = kInt64})); }},
    {"torch.randn_like(torch.zeros(3, 20).t(), dtype=torch.float64)",
     [] {
       return randn_like(zeros({3, 20}).t(), {.dtype = kFloat64});
     }},
    {"torch.randint_like(torch.zeros(20), 5)", [] { return randint_like(zeros({20}), 5); }},
    {"torch.randint_like(torch.zeros(20, dtype=torch.int64), 2, 5)",
     [] { return randint_like(zeros({20}, {.dtype = kInt64}), 2, 5); }},
    {"torch.normal(torch.arange(20.), 0.5)", [] { return normal(arange(20.), 0.5); }},
    {"torch.normal(2., torch.arange(20.))", [] { return normal(2., arange(20.)); }},
    {"torch.normal(torch.arange(20.), torch.arange(1., 21.))", [] { return normal(arange(20.), arange(1., 21.)); }},
    {"torch.normal(torch.arange(6.).view(2, 3), torch.ones(3, dtype=torch.float64))",
     [] {
       return normal(arange(6.).view({2, 3}), ones({3}, {.dtype = kFloat64}));
     }},
    {"torch.normal(torch.zeros(2), -torch.ones(2))", [] { return normal(zeros({2}), full({2}, -1.)); }},
    {"torch.normal(torch.zeros(2), torch.full((2,), nan))", [] { return normal(zeros({2}), full({2}, nan)); }},
    {"torch.normal(torch.zeros(2), -1.)", [] { return normal(zeros({2}), -1.); }},
    {"torch.normal(torch.zeros(2, dtype=torch.int64), 1.)", [] { return normal(zeros({2}, {.dtype = kInt64}), 1.); }},
    {"torch.normal(torch.zeros(2), torch.ones(3))", [] { return normal(zeros({2}), ones({3})); }},
};

std::string python_name(const Error& e) {
  if (dynamic_cast<const ValueError*>(&e)) return "ValueError";
  if (dynamic_cast<const TypeError*>(&e)) return "TypeError";
  if (dynamic_cast<const IndexError*>(&e)) return "IndexError";
  if (dynamic_cast<const NotImplementedError*>(&e)) return "NotImplementedError";
  return "RuntimeError";
}

nlohmann::json answer(const std::function<Tensor()>& call) {
  manual_seed(0);
  try {
    const Tensor t = call();
    return {{"dtype", name(t.dtype())},
            {"sizes", t.sizes().vec()},
            {"strides", t.strides().vec()},
            {"bits", golden_bits(t)}};
  } catch (const Error& e) {
    return {{"error", python_name(e)}, {"text", e.what()}};
  }
}

TEST(Creation, AnswersAsPyTorch) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("creation.json")));
  EXPECT_EQ(golden.size(), calls.size());
  for (const auto& [call, expected] : golden.items()) {
    ASSERT_TRUE(calls.contains(call)) << call;
    EXPECT_EQ(answer(calls.at(call)), expected) << call;
  }
}

}  // namespace
}  // namespace convgrad
