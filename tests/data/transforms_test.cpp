#include <convgrad/data/image_dataset.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include "core/make.h"
#include "data/image_pipeline.h"
#include "error_text.h"

namespace convgrad::data {
namespace {

using namespace transforms;

Tensor picture(IntArrayRef sizes, uint32_t seed = 1) {
  const Tensor t = make_tensor(sizes, kUInt8);
  for (int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<uint8_t>()[i] = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  return t;
}

TEST(Resize, TakesTheShorterSideOrBoth) {
  EXPECT_EQ(Resize(32).output_size(28, 28), (std::vector<int64_t>{32, 32}));
  EXPECT_EQ(Resize(32).output_size(28, 57), (std::vector<int64_t>{32, 65}));  // 65.14 rounded down
  EXPECT_EQ(Resize(32).output_size(57, 28), (std::vector<int64_t>{65, 32}));
  EXPECT_EQ(Resize({8, 9}).output_size(57, 28), (std::vector<int64_t>{8, 9}));
  EXPECT_EQ(Resize({8, 9})(picture({2, 3, 5, 4})).sizes().vec(), (std::vector<int64_t>{2, 3, 8, 9}));
}

TEST(Resize, ReadsAnyStrides) {
  const Tensor base = picture({7, 5, 3});  // height, width, channels
  const Tensor planes = make_view(base, {3, 7, 5}, {1, 15, 3}, 0);
  EXPECT_EQ(Resize(6)(planes).to_vector<int>(), Resize(6)(planes.contiguous()).to_vector<int>());
}

TEST(Resize, RefusesOtherInput) {
  EXPECT_THROW(Resize(0), ValueError);
  EXPECT_THROW(Resize({1, 2, 3}), ValueError);
  EXPECT_THROW(Resize(2'000'000'000), ValueError);
  EXPECT_THROW(Resize(1000).output_size(1, 1'000'000), ValueError);
  EXPECT_THROW(Resize(3)(make_tensor({1, 2, 2}, kFloat32)), TypeError);
  EXPECT_THROW(Resize(3)(picture({4})), ShapeError);
  EXPECT_THROW(Resize(3)(picture({1, 0, 4})), ShapeError);
}

TEST(ToTensor, DividesBy255) {
  const Tensor x = picture({1, 4, 8});
  const Tensor y = ToTensor()(x);
  EXPECT_EQ(y.dtype(), kFloat32);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(y.data_ptr<float>()[i], static_cast<float>(x.data_ptr<uint8_t>()[i]) / 255);
  EXPECT_EQ(ToTensor()(picture({2, 3})).sizes().vec(), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_THROW(ToTensor()(y), TypeError);
  EXPECT_THROW(ToTensor()(picture({1, 1, 2, 3})), ShapeError);
}

TEST(Normalize, SubtractsAndDividesEachChannel) {
  const Tensor x = ToTensor()(picture({3, 2, 2}));
  const Tensor y = Normalize({0.5, 0.25, 0.1}, {0.5})(x);
  const float mean[] = {0.5f, 0.25f, 0.1f};
  for (int i = 0; i < 12; ++i) EXPECT_EQ(y.data_ptr<float>()[i], (x.data_ptr<float>()[i] - mean[i / 4]) / 0.5f);
  EXPECT_EQ(Normalize({0}, {1})(x.to(kFloat64)).dtype(), kFloat64);
}

TEST(Normalize, RefusesInPyTorchsWords) {
  EXPECT_EQ(error_text<TypeError>([] {
              Normalize({0}, {1})(picture({1, 2, 2}));
            }),
            "Input tensor should be a float tensor. Got torch.uint8.");
  EXPECT_EQ(error_text<ValueError>([] { Normalize({0}, {0}); }),
            "std evaluated to zero after conversion to torch.float32, leading to division by zero.");
  EXPECT_EQ(error_text<ValueError>([] {
              Normalize({0}, {1})(make_tensor({2, 2}, kFloat32));
            }),
            "Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = torch.Size([2, 2])");
  EXPECT_EQ(error_text<ShapeError>([] {
              Normalize({0, 0}, {1})(make_tensor({3, 2, 2}, kFloat32));
            }),
            "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0");
}

/// A data set of six pictures, whole batches against single examples.
void expect_same_either_way(int64_t channels, const Transform& transform, bool compiled) {
  const Tensor images = picture({6, channels, 9, 7}), targets = make_tensor({6}, kInt64);
  for (int64_t i = 0; i < 6; ++i) targets.data_ptr<int64_t>()[i] = i % 3;
  const datasets::ImageDataset data(images, targets, {"a", "b", "c"}, transform);
  const std::vector<int64_t> indices{4, 0, 4, 5};
  const auto quick = data.get_batch(indices);
  ASSERT_EQ(quick.has_value(), compiled);
  if (!quick) return;
  std::vector<Example> examples;
  for (const int64_t index : indices) examples.push_back(data.get(index));
  const Example slow = collate(examples);
  EXPECT_EQ(quick->data.dtype(), slow.data.dtype());
  EXPECT_EQ(quick->data.sizes().vec(), slow.data.sizes().vec());
  EXPECT_EQ(quick->data.to_vector<double>(), slow.data.to_vector<double>());
  EXPECT_EQ(quick->target.to_vector<int64_t>(), slow.target.to_vector<int64_t>());
}

TEST(ImageDataset, MakesTheSameBatchEitherWay) {
  for (const int64_t channels : {1, 3}) {
    expect_same_either_way(channels, {}, true);
    expect_same_either_way(channels, Resize(5), true);
    expect_same_either_way(channels, ToTensor(), true);
    expect_same_either_way(channels, Compose{Resize({12, 11}), ToTensor()}, true);
    expect_same_either_way(channels, Compose{Compose{Resize(8)}, Compose{ToTensor(), Normalize({0.3}, {0.7})}}, true);
    expect_same_either_way(channels, Compose{ToTensor(), [](const Tensor& x) { return x; }}, false);
    expect_same_either_way(
        channels, [](const Tensor& x) { return x; }, false);
  }
  expect_same_either_way(3, Compose{ToTensor(), Normalize({0.1, 0.2, 0.3}, {0.9, 0.8, 0.7})}, true);
  expect_same_either_way(3, Compose{ToTensor(), Normalize({0.1, 0.2}, {1})}, false);  // an error, example by example
}

TEST(ImageDataset, RefusesPicturesWithoutAClass) {
  const Tensor targets = make_tensor({1}, kInt64);
  targets.data_ptr<int64_t>()[0] = 2;
  EXPECT_EQ(error_text<IndexError>([&] {
              datasets::ImageDataset(picture({1, 2, 2}), targets, {"a", "b"});
            }),
            "picture 0 has class 2; there are 2 classes, counted from 0");
  EXPECT_THROW(datasets::ImageDataset(picture({2, 2, 2}), targets, {"a", "b", "c"}), ShapeError);
  EXPECT_THROW(datasets::ImageDataset(targets, targets, {"a"}), TypeError);
}

}  // namespace
}  // namespace convgrad::data
