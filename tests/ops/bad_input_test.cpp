// Inputs that broke others, beyond those of a family with a file of its own: answered as by PyTorch, or refused.
#include <convgrad/convgrad.h>

#include <cmath>

#include "kernels/every_isa.h"
#include "ops/sample.h"

namespace convgrad {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();

bool all_nan(const Tensor& t) { return t.isnan().all().item<bool>(); }
Tensor longs(const std::vector<int64_t>& numbers) { return vector_of<int64_t>(numbers); }

// ---- dimensions and sizes

TEST(Dimensions, OutsideAreRefusedByEveryOperation) {
  const Tensor x = counted({2, 3}, kFloat32), i = longs({0, 0}), m = x > 0;
  const std::function<void(int64_t)> operations[] = {
      [&](int64_t d) { x.sum({d}); },
      [&](int64_t d) {
        x.mean({0, d});
      },
      [&](int64_t d) { x.prod(d); },
      [&](int64_t d) { x.var({d}); },
      [&](int64_t d) { x.max(d); },
      [&](int64_t d) { x.amax({d}); },
      [&](int64_t d) { x.argmin(d); },
      [&](int64_t d) { x.median(d); },
      [&](int64_t d) { x.norm(2, {d}); },
      [&](int64_t d) { x.logsumexp({d}); },
      [&](int64_t d) { m.any(d); },
      [&](int64_t d) { x.cumsum(d); },
      [&](int64_t d) { x.sort(d); },
      [&](int64_t d) { x.topk(1, d); },
      [&](int64_t d) { x.softmax(d); },
      [&](int64_t d) { x.log_softmax(d); },
      [&](int64_t d) { x.size(d); },
      [&](int64_t d) { x.stride(d); },
      [&](int64_t d) { x.transpose(0, d); },
      [&](int64_t d) { x.movedim(0, d); },
      [&](int64_t d) {
        x.permute({0, d});
      },
      [&](int64_t d) { x.squeeze(d); },
      [&](int64_t d) { x.flatten(0, d); },
      [&](int64_t d) { x.unflatten(d, {1}); },
      [&](int64_t d) { x.narrow(d, 0, 1); },
      [&](int64_t d) { x.select(d, 0); },
      [&](int64_t d) { x.slice(d); },
      [&](int64_t d) { x.chunk(2, d); },
      [&](int64_t d) { x.split(1, d); },
      [&](int64_t d) { x.unbind(d); },
      [&](int64_t d) { x.unfold(d, 1, 1); },
      [&](int64_t d) { x.diagonal(0, 0, d); },
      [&](int64_t d) { x.flip({d}); },
      [&](int64_t d) { x.roll({1}, {d}); },
      [&](int64_t d) {
        cat({x, x}, d);
      },
      [&](int64_t d) { x.index_select(d, i); },
      [&](int64_t d) {
        x.gather(d, i.view({1, 2}));
      },
      [&](int64_t d) {
        scatter_add(x, d, i.view({1, 2}), x);
      },
      [&](int64_t d) { index_add(x, d, i, x); },
  };
  for (size_t o = 0; o < std::size(operations); ++o)
    for (const int64_t d : {int64_t{2}, int64_t{-3}, int64_t{-100}, INT64_MIN, INT64_MAX})
      EXPECT_THROW(operations[o](d), IndexError) << "operation " << o << ", dimension " << d;
  for (const int64_t d : {int64_t{3}, int64_t{-4}, INT64_MIN, INT64_MAX}) {
    EXPECT_THROW(x.unsqueeze(d), IndexError) << d;
    EXPECT_THROW(stack({x, x}, d), IndexError) << d;
  }
}

TEST(Sizes, WhoseProductOverflowsAreRefusedEvenBesideAZero) {
  const int64_t large = int64_t{1} << 61;
  EXPECT_EQ(error_text([&] {
              ones({2, 2, 1, large});
            }),
            "Storage size calculation overflowed with sizes=[2, 2, 1, 2305843009213693952]");
  EXPECT_THROW(rand({0, 1 << 20, int64_t{1} << 43}), Error);
  EXPECT_THROW(zeros({large, 0, large}), Error);
  EXPECT_THROW(empty({-1}), Error);
  EXPECT_THROW(empty({2, INT64_MIN}), Error);
  EXPECT_THROW(empty({INT64_MAX}), Error);
  const std::vector<int64_t> times{2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  5,  5, 7,
                                   11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67};
  EXPECT_EQ(error_text([&] { ones({1}).repeat(times); }).substr(0, 65),
            "Storage size calculation overflowed with sizes=[2, 2, 2, 2, 2, 2,");
}

TEST(Ranges, WithoutAnEndOrAStepAreRefused) {
  EXPECT_EQ(error_text([] { arange(0., kNaN); }), "unsupported range: 0 -> nan");
  EXPECT_EQ(error_text([] { arange(0., kInf); }), "unsupported range: 0 -> inf");
  EXPECT_EQ(error_text([] { arange(0., 1e18, 1e-3); }), "invalid size, possible overflow?");
  EXPECT_EQ(error_text([] { arange(0., 1., kNaN); }), "step must be nonzero");
  EXPECT_EQ(error_text([] { arange(0, 5, 0); }), "step must be nonzero");
}

// ---- pooling

TEST(PoolBadInput, ZerosAndNegativesAreRefusedOnEveryAxis) {
  const Tensor x1 = ones({1, 1, 8}), x2 = ones({1, 1, 8, 8}), x3 = ones({1, 1, 8, 8, 8});
  struct Row {
    int64_t kernel, stride, dilation;
  };
  for (const auto [k, s, d] : {Row{0, 1, 1},
                               {-1, 1, 1},
                               {3, 0, 1},
                               {3, -1, 1},
                               {3, 1, 0},
                               {3, 1, -1},
                               {INT64_MIN, 1, 1},
                               {3, INT64_MIN, 1},
                               {3, 1, INT64_MIN}}) {
    EXPECT_THROW(max_pool1d(x1, k, s, 0, d), Error) << k << s << d;
    EXPECT_THROW(max_pool2d(x2, k, s, 0, d), Error) << k << s << d;
    EXPECT_THROW(max_pool2d(x2, {3, k}, {1, s}, 0, {1, d}), Error) << k << s << d;
    EXPECT_THROW(max_pool3d(x3, k, s, 0, d), Error) << k << s << d;
    if (d != 1) continue;
    EXPECT_THROW(avg_pool1d(x1, k, s), Error) << k << s;
    EXPECT_THROW(avg_pool2d(x2, k, s), Error) << k << s;
    EXPECT_THROW(avg_pool3d(x3, k, s), Error) << k << s;
  }
  EXPECT_EQ(error_text([&] { max_pool2d(x2, 3, 0); }), "stride should not be zero");
  EXPECT_EQ(error_text([&] { avg_pool2d(x2, 2, 2, 0, false, true, 0); }), "divisor must be not zero");
  EXPECT_EQ(error_text([&] { avg_pool3d(x3, 2, 2, 0, false, true, 0); }), "divisor must be not zero");
}

// ---- normalisation

TEST(NormBadInput, StatisticsThatAreTooSmallOrAbsentAreRefused) {
  const Tensor x = ones({10, 8}), none, few = ones({0}), eight = ones({8}), zero = zeros({8});
  const auto text = [&](const Tensor& mean, const Tensor& var, bool training) {
    return error_text([&] { batch_norm(x, mean, var, none, none, training); });
  };
  EXPECT_EQ(text(zero, few, true), "running_var should contain 8 elements not 0");
  EXPECT_EQ(text(few, eight, true), "running_mean should contain 8 elements not 0");
  EXPECT_EQ(text(none, eight, false), "running_mean must be defined in evaluation mode");
  EXPECT_THROW(batch_norm(x, zero, eight, few, none, false), Error);
  EXPECT_THROW(batch_norm(x, zero, eight, none, few, false), Error);
  EXPECT_THROW(layer_norm(x, {8}, few), Error);
  EXPECT_THROW(group_norm(x, 2, few), Error);
}

TEST(NormBadInput, GroupsOfNothingAndOfNobody) {
  const Tensor x = ones({2, 3});
  EXPECT_THROW(group_norm(x, 0), Error);
  EXPECT_THROW(group_norm(x, INT64_MIN), Error);
  EXPECT_THROW(group_norm(x, 2), Error);
  EXPECT_EQ(layer_norm(ones({2, 0}), {0}).sizes(), IntArrayRef({2, 0}));
  EXPECT_EQ(group_norm(ones({0, 4, 3}), 2).sizes(), IntArrayRef({0, 4, 3}));
}

// ---- infinities and NaN

TEST(Infinities, OfWholeRows) {
  const Tensor rows = full({3, 40}, -kInf);
  kernels::on_every_isa([&] {
    for (const int64_t d : {0, 1}) {
      EXPECT_TRUE(all_nan(rows.softmax(d)));
      EXPECT_TRUE(all_nan(rows.log_softmax(d)));
      for (const double v : values(rows.logsumexp({d}))) EXPECT_EQ(v, -kInf);
    }
    EXPECT_TRUE(all_nan(cross_entropy(tensor({kInf, 0.}).view({1, 2}), longs({0}))));
    EXPECT_TRUE(all_nan(cross_entropy(full({1, 2}, -kInf), longs({0}))));
  });
}

TEST(Infinities, InAGradientAreAsInPyTorchAndTheirOriginIsNamed) {
  const auto root_where = [](const Tensor& x) { return where(x > 0, x.sqrt(), zeros({})).sum(); };
  const Tensor x = tensor({0., 4.}).requires_grad_();
  root_where(x).backward();
  EXPECT_TRUE(std::isnan(values(x.grad())[0]));
  EXPECT_EQ(values(x.grad())[1], 0.25);
  autograd::DetectAnomalyGuard guard;
  EXPECT_EQ(error_text([&] { root_where(x).backward(); }),
            "Function 'SqrtBackward0' returned nan values in its 0th output.");
}

TEST(OrderOfNaN, IsBehindAllOthers) {
  const Tensor x = tensor({1., kNaN, 5., kNaN});
  EXPECT_TRUE(all_nan(x.median()));
  EXPECT_EQ(x.argmax().item<int64_t>(), 1);
  EXPECT_EQ(x.argmin().item<int64_t>(), 1);
  EXPECT_EQ(values(std::get<1>(x.sort())), (Numbers{0, 2, 1, 3}));
  EXPECT_EQ(values(std::get<1>(x.topk(3))).back(), 2);
  EXPECT_TRUE(all_nan(x.max()) && all_nan(x.min()) && all_nan(x.amax()) && all_nan(x.sum()));
}

// ---- integers

TEST(Integers, ToNegativePowers) {
  const Tensor base = longs({2, 1, -2, -1, 0, -1});
  EXPECT_EQ(error_text([&] { base.pow(-1); }), "Integers to negative integer powers are not allowed.");
  EXPECT_EQ(values(base.pow(longs({-1, -3, -9, -3, 0, -2}))), (Numbers{0, 1, 0, -1, 1, 1}));
  EXPECT_EQ(values(longs({0}).pow(longs({-1}))), Numbers{0});
  EXPECT_EQ(values(longs({-2}).pow(longs({63}))), Numbers{-0x1p63});
}

TEST(Matrices, WithoutAnInverseAreNamed) {
  const char* rest = "the inversion could not be completed because the input matrix is singular.";
  EXPECT_EQ(error_text([] {
              matrix_power(ones({2, 2}), -1);
            }),
            "linalg.inv: The diagonal element 2 is zero, " + std::string(rest));
  EXPECT_EQ(error_text([] {
              matrix_power(zeros({3, 2, 2}), -2);
            }),
            "linalg.inv: (Batch element 0): The diagonal element 1 is zero, " + std::string(rest));
  const Tensor least = matrix_power(full({1, 1}, 2.0), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(least.item<float>(), 0);
}

TEST(Integers, DividedByZeroOrOutOfTheirRange) {
  const Tensor one = longs({1}), zero = longs({0});
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { div(one, zero, "floor"); }, [&] { div(one, zero, "trunc"); }, [&] { remainder(one, zero); },
           [&] { fmod(one, zero); }, [&] { floor_divide(one.to(kUInt8), zero.to(kUInt8)); }})
    EXPECT_EQ(error_text(call), "ZeroDivisionError");
  const Tensor low = vector_of<int32_t>({std::numeric_limits<int32_t>::min()}), minus = vector_of<int32_t>({-1});
  EXPECT_EQ(floor_divide(low, minus).item<int32_t>(), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(remainder(low, minus).item<int32_t>(), 0);
  EXPECT_EQ(low.abs().item<int32_t>(), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(full({3}, int64_t{1} << 40, kInt64).prod().item<int64_t>(), 0);
  EXPECT_EQ(full({3}, int64_t{1} << 62, kInt64).sum().item<int64_t>(), -(int64_t{1} << 62));
}

// As PyTorch on this kind of processor, in the body and in the tail of a loop alike.
TEST(Integers, FromFloatsThatTheyCannotHold) {
  const Numbers odd{kNaN, kInf, -kInf, 1e20, -1e20, 2147483648., 3e9, -3e9, 255.5, 256, -1, 300};
  const double low = -0x1p63, least = -0x1p31;
  struct Row {
    ScalarType type;
    Numbers want;
  };
  const Row rows[] = {{kInt64, {low, low, low, low, low, 2147483648., 3e9, -3e9, 255, 256, -1, 300}},
                      {kInt32, {least, least, least, least, least, least, least, least, 255, 256, -1, 300}},
                      {kUInt8, {0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 44}},
                      {kBool, Numbers(12, 1)}};
  kernels::on_every_isa([&] {
    for (const Row& row : rows)
      for (const ScalarType from : {kFloat32, kFloat64})
        for (size_t place = 0; place < 40; place += 3)
          for (size_t i = 0; i < odd.size(); ++i) {
            const Tensor x = zeros({40}, from);
            x.select(0, static_cast<int64_t>(place)).fill_(odd[i]);
            EXPECT_EQ(values(x.to(row.type))[place], row.want[i]) << name(row.type) << odd[i] << " at " << place;
          }
  });
}

}  // namespace
}  // namespace convgrad
