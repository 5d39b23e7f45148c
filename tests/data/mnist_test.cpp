#include <convgrad/data/data_loader.h>
#include <convgrad/data/image_dataset.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "io/sample_files.h"
#include "places.h"

namespace convgrad::data {
namespace {

using namespace transforms;
using datasets::FashionMNIST, datasets::MNIST;
using test::Bytes, test::idx, test::message_of, test::says, test::TempFolder;
namespace fs = std::filesystem;

constexpr auto kImages = "train-images-idx3-ubyte.gz", kLabels = "train-labels-idx1-ubyte.gz";

struct Folder : TempFolder {
  void put(uint32_t pictures, const Bytes& labels) const {
    write(kImages, test::gzip(idx(0x08, {pictures, 2, 3}, Bytes(pictures * 6, 9))));
    write(kLabels, test::gzip(idx(0x08, {static_cast<uint32_t>(labels.size())}, labels)));
  }
  std::string failure() const {
    return message_of<FileError>([&] { FashionMNIST({.root = path()}); });
  }
};

TEST(FashionMNIST, ReadsAFolder) {
  const Folder folder;
  folder.put(3, {0, 9, 4});
  const FashionMNIST data({.root = folder.path()});
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.get(1).data.sizes().vec(), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(data.get(1).target.item<int64_t>(), 9);
  EXPECT_EQ(data.classes().at(9), "Ankle boot");
}

TEST(FashionMNIST, ReadsPlainFilesAndTorchvisionsFolders) {
  const TempFolder folder;
  fs::create_directories(folder / "MNIST/raw");
  folder.write("MNIST/raw/t10k-images-idx3-ubyte", idx(0x08, {1, 1, 1}, {7}));
  folder.write("MNIST/raw/t10k-labels-idx1-ubyte", idx(0x08, {1}, {5}));
  EXPECT_EQ(MNIST({.root = folder.path(), .train = false}).get(0).target.item<int64_t>(), 5);
}

TEST(FashionMNIST, NamesWhatIsMissingWhereItLookedAndHowToGetIt) {
  const Folder folder;
  try {
    FashionMNIST({.root = folder.path()});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const FileError& error) {
    EXPECT_TRUE(says(error.what(), "train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz"));
    EXPECT_TRUE(says(error.what(), folder.path().string() + "/FashionMNIST/raw"));
    EXPECT_TRUE(says(error.hint(), "apt-get install dataset-fashion-mnist"));
  }
  folder.write(kImages, {});
  EXPECT_TRUE(says(folder.failure(), "train-labels-idx1-ubyte.gz not found beside"));
}

TEST(FashionMNIST, RefusesFilesThatDoNotBelongTogether) {
  const Folder folder;
  folder.put(3, {0, 1});
  EXPECT_TRUE(says(folder.failure(), "has 3 pictures, but"));
  folder.put(3, {0, 10, 1});
  EXPECT_TRUE(says(folder.failure(), "label 1 is 10; Fashion-MNIST has 10 classes, counted from 0"));
  folder.put(0, {});
  EXPECT_TRUE(says(folder.failure(), "it is empty"));
  folder.write(kImages, idx(0x08, {3}, {1, 2, 3}));
  EXPECT_TRUE(says(folder.failure(), "holds no pictures: it is [3] of uint8"));
  folder.write(kImages, idx(0x0C, {1, 1, 1}, {0, 0, 0, 3}));
  EXPECT_TRUE(says(folder.failure(), "holds no pictures: it is [1, 1, 1] of int32"));
}

TEST(IDXFolder, HasDigitsUnlessTheLabelsAreFashionMNISTs) {
  const Folder folder;
  folder.put(3, {0, 9, 4});
  EXPECT_EQ(datasets::IDXFolder({.root = folder.path()}).classes().at(9), "9");
  folder.put(3, {0, 10, 4});
  EXPECT_TRUE(says(message_of<FileError>([&] { datasets::IDXFolder({.root = folder.path()}); }),
                   "label 1 is 10; IDX folder has 10 classes, counted from 0"));
  EXPECT_TRUE(says(message_of<FileError>([] { datasets::IDXFolder({}); }), "not found in any of"));
}

class RealFashionMNIST : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists("/usr/share/datasets/fashion-mnist")) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  }
};

TEST_F(RealFashionMNIST, ResizesAsPillowDid) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("lenet5.json")));
  const FashionMNIST data({.train = true, .transform = Resize(32)});
  EXPECT_EQ(data.size(), 60000);
  const std::vector<int> first = data.get(0).data.to_vector<int>();
  EXPECT_EQ(std::vector<int>(first.begin() + 16 * 32, first.begin() + 17 * 32),
            golden.at("first_image_index0_resized_row16").get<std::vector<int>>());
  EXPECT_EQ(std::accumulate(first.begin(), first.end(), 0), golden.at("image0_sum_uint8").get<int>());
}

TEST_F(RealFashionMNIST, IsKnownInAnyFolder) {
  for (const bool train : {true, false})
    EXPECT_EQ(datasets::IDXFolder({.root = "/usr/share/datasets/fashion-mnist", .train = train}).classes().at(9),
              "Ankle boot");
}

TEST_F(RealFashionMNIST, HasTheMeanThatPyTorchSaw) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("lenet5.json")));
  DataLoader loader(FashionMNIST({.transform = Compose{Resize(32), ToTensor()}}), {.batch_size = 1000});
  const std::vector<double> thousand = loader.begin()->data.to_vector<double>();
  EXPECT_EQ(thousand.size(), 1'024'000u);
  EXPECT_NEAR(std::accumulate(thousand.begin(), thousand.end(), 0.0) / 1'024'000,
              golden.at("train_mean_first_1000").get<double>(), 1e-12);
}

}  // namespace
}  // namespace convgrad::data
