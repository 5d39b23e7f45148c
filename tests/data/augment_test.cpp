#include <convgrad/data/augment.h>
#include <convgrad/data/data_loader.h>
#include <convgrad/data/image_dataset.h>
#include <convgrad/error.h>
#include <convgrad/ops/creation.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/random.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "data/picture_ops.h"
#include "places.h"

namespace convgrad::data {
namespace {

using namespace transforms;
using Plane = std::vector<uint8_t>;

bool same(const Tensor& a, const Tensor& b) { return a.equal(b); }

nlohmann::json golden() { return nlohmann::json::parse(std::ifstream(test::golden("augment.json"))); }

TEST(PictureOps, TurnAsPillowDoes) {
  const auto wanted = golden();
  const PictureSize size{.height = wanted.at("height"), .width = wanted.at("width")};
  const auto picture = wanted.at("picture").get<Plane>();
  for (const auto& c : wanted.at("affine")) {
    SCOPED_TRACE(c.at("args").dump());
    const auto args = c.at("args").get<std::vector<double>>();
    const auto map = inverse_affine(size, args[0], args[1], args[2], args[3], args[4]);
    const auto interpolation = c.at("bilinear").get<bool>() ? Interpolation::bilinear : Interpolation::nearest;
    Plane out(static_cast<size_t>(size.height * size.width));
    affine_plane(picture.data(), size, map, interpolation, c.at("fill"), out.data());
    EXPECT_EQ(out, c.at("out").get<Plane>());
  }
}

TEST(PictureOps, ChangeColoursAsPillowDoes) {
  const auto wanted = golden();
  const int64_t pixels = wanted.at("height").get<int64_t>() * wanted.at("width").get<int64_t>();
  const std::map<std::string, void (*)(uint8_t*, int64_t, int64_t, double)> changes = {
      {"brightness", adjust_brightness},
      {"contrast", adjust_contrast},
      {"saturation", adjust_saturation},
      {"hue", adjust_hue}};
  for (const auto& c : wanted.at("color")) {
    SCOPED_TRACE(c.at("kind").get<std::string>() + " " + c.at("factor").dump());
    auto picture = wanted.at("picture").get<Plane>();
    Plane grey(picture.begin(), picture.begin() + pixels);
    changes.at(c.at("kind"))(picture.data(), 3, pixels, c.at("factor"));
    EXPECT_EQ(picture, c.at("out").get<Plane>());
    changes.at(c.at("kind"))(grey.data(), 1, pixels, c.at("factor"));
    EXPECT_EQ(grey, c.at("grey").get<Plane>());
  }
}

Transform all_steps() {
  return Compose({RandomCrop({28}, {.padding = 4}), RandomHorizontalFlip(),
                  RandomAffine({.degrees = 10, .translate = {0.1, 0.1}, .scale = {0.9, 1.1}, .shear = 5}),
                  ColorJitter({.brightness = 0.3, .contrast = 0.3, .saturation = 0.3, .hue = 0.1}), Resize({24, 24}),
                  CenterCrop({20, 22}), RandomErasing({.p = 0.5}), ToTensor(), Normalize({0.5}, {0.25})});
}

datasets::ImageDataset pictures(const Transform& transform) {
  Generator generator(1);
  return {
      randint(256, {40, 3, 28, 28}, {.dtype = kUInt8}, &generator), zeros({40}, {.dtype = kInt64}), {"any"}, transform};
}

/// Two epochs, one behind the other.
Tensor two_epochs(const datasets::ImageDataset& dataset, int64_t workers, bool by_example = false) {
  manual_seed(5);
  DataLoaderOptions options{.batch_size = 7, .workers = workers};
  if (by_example) options.collate_fn = collate;
  DataLoader loader(dataset, options);
  std::vector<Tensor> batches;
  for (int epoch = 0; epoch < 2; ++epoch)
    for (const Example& batch : loader) batches.push_back(batch.data);
  return cat(batches);
}

TEST(Augmentation, GivesTheSamePicturesForAnyNumberOfWorkers) {
  const auto dataset = pictures(all_steps());
  const Tensor first = two_epochs(dataset, 0);
  for (const int64_t workers : {1, 4}) EXPECT_TRUE(same(two_epochs(dataset, workers), first)) << workers;
}

TEST(Augmentation, GivesTheSamePicturesByBatchAndByExample) {
  const auto dataset = pictures(all_steps());
  EXPECT_TRUE(same(two_epochs(dataset, 0), two_epochs(dataset, 2, true)));
}

TEST(Augmentation, IsAnotherInTheNextEpochAndForTheNextPicture) {
  const Tensor both = two_epochs(
      {full({40, 8, 8}, 0).to(kUInt8), zeros({40}, {.dtype = kInt64}), {"any"}, RandomErasing({.p = 1, .value = 9})},
      0);
  std::set<std::vector<uint8_t>> seen;
  for (int64_t i = 0; i < 80; ++i) seen.insert(both[i].contiguous().to_vector<uint8_t>());
  EXPECT_GT(seen.size(), 50u);
}

TEST(Augmentation, ByHandDrawsFromTheDefaultGenerator) {
  const Tensor picture = arange(64).to(kUInt8).view({1, 8, 8});
  const RandomCrop crop({8}, {.padding = 4});
  manual_seed(3);
  const Tensor first = crop(picture), second = crop(picture);
  manual_seed(3);
  EXPECT_TRUE(same(crop(picture), first));
  EXPECT_TRUE(same(crop(picture), second));
}

TEST(Crops, CutWhereTorchvisionDoes) {
  const Tensor picture = arange(20).to(kUInt8).view({1, 4, 5});
  EXPECT_TRUE(same(CenterCrop({2, 2})(picture), Tensor(picture.slice(1, 1, 3).slice(2, 2, 4))));
  const Tensor padded = CenterCrop({5, 6})(picture);  // nothing above and left, a line below and right
  EXPECT_TRUE(same(padded.slice(1, 0, 4).slice(2, 0, 5), picture));
  EXPECT_EQ(padded.to(kInt64).sum().item<int64_t>(), 190);
  EXPECT_TRUE(same(RandomCrop({4, 5})(picture), picture));
  EXPECT_TRUE(same(RandomHorizontalFlip(1)(picture), picture.flip({-1})));
  EXPECT_TRUE(same(RandomHorizontalFlip(0)(picture), picture));
}

TEST(Augmentation, RefusesWhatMakesNoSense) {
  const Tensor picture = zeros({1, 8, 8}, {.dtype = kUInt8});
  EXPECT_THROW(RandomCrop({9})(picture), ValueError);
  EXPECT_THROW(RandomCrop({0}), ValueError);
  EXPECT_THROW(RandomCrop({4}, {.padding = -1}), ValueError);
  EXPECT_THROW(RandomHorizontalFlip(1.5), ValueError);
  EXPECT_THROW(RandomAffine({.translate = {2, 0}}), ValueError);
  EXPECT_THROW(RandomAffine({.scale = {0, 1}}), ValueError);
  EXPECT_THROW(ColorJitter({.hue = 0.6}), ValueError);
  EXPECT_THROW(RandomErasing({.p = -1}), ValueError);
  EXPECT_THROW(RandomHorizontalFlip()(picture.to(kFloat32)), TypeError);
  EXPECT_THROW(RandomHorizontalFlip()(zeros({8}, {.dtype = kUInt8})), ShapeError);
  EXPECT_THROW(pictures(RandomCrop({29})), ValueError);
}

}  // namespace
}  // namespace convgrad::data
