// What views refuse, in PyTorch's words; sizes and numbers that made others crash.
#include <convgrad/ops/view.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

constexpr int64_t kMax = INT64_MAX, kMin = INT64_MIN;
const auto x234 = [] { return counted({2, 3, 4}); };

struct Refusal {
  const char* what;
  std::function<void()> call;
};

void expect(const std::vector<Refusal>& table) {
  for (const auto& [what, call] : table) EXPECT_EQ(error_text(call), what);
}

TEST(ViewErrors, Shapes) {
  const Tensor x = x234(), z = counted({0, 3});
  expect({
      {"only one dimension can be inferred",
       [&] {
         x.view({-1, -1});
       }},
      {"shape '[5, -1]' is invalid for input of size 24",
       [&] {
         x.view({5, -1});
       }},
      {"shape '[5, 5]' is invalid for input of size 24",
       [&] {
         x.reshape({5, 5});
       }},
      {"shape '[]' is invalid for input of size 24", [&] { x.reshape({}); }},
      {"shape '[4611686018427387904, 4611686018427387904]' is invalid for input of size 24",
       [&] {
         x.view({int64_t{1} << 62, int64_t{1} << 62});
       }},
      {"invalid shape dimension -2 at index 0 of shape [-2, 3]",
       [&] {
         x.view({-2, 3});
       }},
      {"cannot reshape tensor of 0 elements into shape [0, -1] because the unspecified dimension size -1 can be any "
       "value and is ambiguous",
       [&] {
         z.view({0, -1});
       }},
      {"view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
       "contiguous subspaces). Use .reshape(...) instead.",
       [&] {
         x.permute({2, 0, 1}).view({8, 3});
       }},
      {"flatten() has invalid args: start_dim cannot come after end_dim", [&] { x.flatten(2, 1); }},
      {"unflatten: Provided sizes [3, 2] don't multiply up to the size of dim 2 (4) in the input tensor",
       [&] {
         x.unflatten(2, {3, 2});
       }},
      {"unflatten: sizes must be non-empty", [&] { x.unflatten(2, {}); }},
      // PyTorch's own words end in a trace of its C++ calls.
      {"unflatten got an unexpected error:\nonly one dimension can be inferred",
       [&] {
         x.unflatten(2, {-1, -1});
       }},
      {"unflatten got an unexpected error:\ninvalid shape dimension -2 at index 0 of shape [-2, -1]",
       [&] {
         x.unflatten(2, {-2, -1});
       }},
      {"unflatten: Provided sizes [0, -1] don't multiply up to the size of dim 2 (4) in the input tensor",
       [&] {
         x.unflatten(2, {0, -1});
       }},
      {"unflatten got an unexpected error:\ncannot reshape tensor of 0 elements into shape [0, -1] because the "
       "unspecified dimension size -1 can be any value and is ambiguous",
       [&] {
         z.unflatten(0, {0, -1});
       }},
      {"unflatten: Provided sizes [4611686018427387904, 4] don't multiply up to the size of dim 2 (4) in the input "
       "tensor",
       [&] {
         x.unflatten(2, {int64_t{1} << 62, 4});
       }},
  });
}

TEST(ViewErrors, OrdersOfDimensions) {
  const Tensor x = x234();
  expect({
      {"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
       "ordering "
       "of dimensions i.e. input.dim() = 3 is not equal to len(dims) = 2",
       [&] {
         x.permute({0, 1});
       }},
      {"permute(): duplicate dims are not allowed.",
       [&] {
         x.permute({0, 0, 1});
       }},
      {"Dimension out of range (expected to be in range of [-3, 2], but got -5)",
       [&] {
         x.permute({0, -5, 1});
       }},
      {"Dimension out of range (expected to be in range of [-3, 2], but got 3)", [&] { x.transpose(0, 3); }},
      {"Dimension out of range (expected to be in range of [-3, 2], but got 9223372036854775807)",
       [&] { x.transpose(0, kMax); }},
      {"Dimension out of range (expected to be in range of [-3, 2], but got -9223372036854775808)",
       [&] { x.squeeze(kMin); }},
      {"Dimension out of range (expected to be in range of [-4, 3], but got -5)", [&] { x.unsqueeze(-5); }},
      {"t() expects a tensor with <= 2 dimensions, but self is 3D", [&] { x.t(); }},
      {"tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.", [&] { counted({3}).mT(); }},
      {"diagonal dimensions cannot be identical 1, 1", [&] { x.diagonal(0, 1, 1); }},
  });
}

TEST(ViewErrors, Expansions) {
  const Tensor v = counted({3}), one = counted({1});
  expect({
      {"The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 0.  Target "
       "sizes: [4].  Tensor sizes: [3]",
       [&] { v.expand({4}); }},
      {"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension 0",
       [&] {
         v.expand({-1, 3});
       }},
      {"expand(torch.DoubleTensor{[2, 3, 4]}, size=[3, 4]): the number of sizes provided (2) must be greater or equal "
       "to the number of dimensions in the tensor (3)",
       [&] {
         x234().expand({3, 4});
       }},
  });
  const int64_t large = int64_t{1} << 40;
  EXPECT_THROW(one.expand({large, large}), Error);
  EXPECT_THROW(one.expand({large, large, 0}), Error);  // a size of zero does not excuse the others
  EXPECT_THROW(v.expand({-2, 3}), Error);
}

TEST(ViewErrors, Selections) {
  const Tensor x = x234(), s = counted({});
  expect({
      {"start (0) + length (3) exceeds dimension size (2).", [&] { x.narrow(0, 0, 3); }},
      {"start (1) + length (9223372036854775807) exceeds dimension size (2).", [&] { x.narrow(0, 1, kMax); }},
      {"start out of range (expected to be in range of [-2, 2], but got -3)", [&] { x.narrow(0, -3, 1); }},
      {"narrow(): length must be non-negative.", [&] { x.narrow(0, 0, -1); }},
      {"narrow() cannot be applied to a 0-dim tensor.", [&] { s.narrow(0, 0, 1); }},
      {"select(): index 2 out of range for tensor of size [2, 3, 4] at dimension 0", [&] { x.select(0, 2); }},
      {"select(): index -9223372036854775808 out of range for tensor of size [2, 3, 4] at dimension 0",
       [&] { x.select(0, kMin); }},
      {"select() cannot be applied to a 0-dim tensor.", [&] { s.select(0, 0); }},
      {"slice step must be positive", [&] { x.slice(0, 0, 2, 0); }},
      {"slice step must be positive", [&] { x.slice(0, 0, 2, kMin); }},
      {"slice() cannot be applied to a 0-dim tensor.", [&] { s.slice(0); }},
      {"maximum size for tensor at dimension 2 is 4 but size is 9223372036854775807", [&] { x.unfold(2, kMax, 1); }},
      {"step is 0 but must be > 0", [&] { x.unfold(2, 2, 0); }},
      {"size is -1 but must be >= 0", [&] { x.unfold(2, -1, 1); }},
  });
}

TEST(ViewErrors, AsStridedStaysInsideTheMemory) {
  const Tensor x = counted({2, 3, 4}, kFloat32), empty = counted({0, 3}, kFloat32);
  expect({
      {"mismatch in length of strides and shape", [&] { x.as_strided({1}, {}); }},
      {"as_strided: Negative strides are not supported at the moment, got strides: [-1]",
       [&] { x.as_strided({2}, {-1}, 3); }},
      {"Tensor: invalid storage offset -1", [&] { x.as_strided({2}, {1}, -1); }},
      {"Storage size calculation overflowed with sizes=[-2] and strides=[1]", [&] { x.as_strided({-2}, {1}, 3); }},
      {"Storage size calculation overflowed with sizes=[4096] and strides=[0]",
       [&] { x.as_strided({4096}, {0}, kMax); }},
      {"Storage size calculation overflowed with sizes=[4096] and strides=[4611686018427387904]",
       [&] { x.as_strided({4096}, {int64_t{1} << 62}, 5); }},
      {"setStorage: sizes [25], strides [1], storage offset 0, and itemsize 4 requiring a storage size of 100 are out "
       "of bounds for storage of size 96",
       [&] { x.as_strided({25}, {1}); }},
      {"setStorage: sizes [1], strides [1], storage offset 5, and itemsize 4 requiring a storage size of 24 are out of "
       "bounds for storage of size 0",
       [&] { empty.as_strided({1}, {1}, 5); }},
  });
  EXPECT_EQ(x.as_strided({0}, {1}, 100).numel(), 0);
}

TEST(ViewErrors, Pieces) {
  const Tensor x = x234(), s = counted({});
  expect({
      {"chunk expects `chunks` to be greater than 0, got: 0", [&] { x.chunk(0); }},
      {"chunk expects at least a 1-dimensional tensor", [&] { s.chunk(2); }},
      {"split_size can only be 0 if dimension size is 0, but got dimension size of 2", [&] { x.split(0); }},
      {"split expects split_size be non-negative, but got split_size=-1", [&] { x.split(-1, 2); }},
      {"split expects at least a 1-dimensional tensor", [&] { s.split(1); }},
      {"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[5, -1]",
       [&] {
         x.split(IntArrayRef({5, -1}), 2);
       }},
      {"split_with_sizes expects split_sizes to sum exactly to 4 (input tensor's size at dimension 2), but got "
       "split_sizes=[1, 2]",
       [&] {
         x.split(IntArrayRef({1, 2}), 2);
       }},
      {"split_with_sizes expects split_sizes to sum exactly to 4 (input tensor's size at dimension 2), but got "
       "split_sizes=[9223372036854775807, 9223372036854775807, 6]",
       [&] {
         x.split(IntArrayRef({kMax, kMax, 6}), 2);
       }},
      {"Dimension specified as 0 but tensor has no dimensions", [&] { s.unbind(); }},
  });
}

TEST(ViewErrors, HugeStepsAreNoOverflow) {
  const Tensor x = x234();
  EXPECT_EQ(x.slice(0, 0, {}, int64_t{1} << 62).sizes(), IntArrayRef({1, 3, 4}));
  EXPECT_EQ(x.slice(2, kMin, kMax, kMax).sizes(), IntArrayRef({2, 3, 1}));
  EXPECT_EQ(x.unfold(0, 1, kMax).sizes(), IntArrayRef({1, 3, 4, 1}));
  EXPECT_EQ(x.diagonal(kMin, 1, 2).sizes(), IntArrayRef({2, 0}));
  EXPECT_EQ(x.diagonal(kMax, 1, 2).sizes(), IntArrayRef({2, 0}));
  EXPECT_EQ(x.slice(0, 2).slice(2, 4).as_strided({0}, {1}).numel(), 0);
}

}  // namespace
}  // namespace convgrad
