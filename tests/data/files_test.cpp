#include <convgrad/data/cifar.h>
#include <convgrad/data/image_folder.h>
#include <convgrad/error.h>
#include <convgrad/io/png.h>
#include <convgrad/ops/creation.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "error_text.h"

namespace convgrad::data::datasets {
namespace {

namespace fs = std::filesystem;

/// An empty folder of the test's own, removed in the end.
struct Folder {
  Folder() : path(fs::path(::testing::TempDir()) / ("convgrad-" + std::to_string(getpid()))) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << bytes;
  }
  void write_png(const std::string& name, int64_t channels, int64_t height, int64_t width, int value) const {
    fs::create_directories((path / name).parent_path());
    io::write_png(full({channels, height, width}, value).to(kUInt8), (path / name).string());
  }
  fs::path path;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A record of CIFAR-10's binary files: its class, and red, green and blue of one value each.
std::string record(char label, char value) { return label + std::string(3072, value); }

TEST(Cifar10, ReadsTheBinaryFiles) {
  const Folder folder;
  for (int i = 1; i <= 5; ++i)
    folder.write("cifar-10-batches-bin/data_batch_" + std::to_string(i) + ".bin",
                 record(static_cast<char>(i), static_cast<char>(10 * i)) + record(9, 1));
  folder.write("cifar-10-batches-bin/test_batch.bin", record(0, 7));
  const CIFAR10 training({.root = folder.path.string()}), testing({.root = folder.path.string(), .train = false});
  EXPECT_EQ(training.size(), 10);
  EXPECT_EQ(training.targets().to_vector<int64_t>(), (std::vector<int64_t>{1, 9, 2, 9, 3, 9, 4, 9, 5, 9}));
  EXPECT_EQ(training.images().sizes().vec(), (std::vector<int64_t>{10, 3, 32, 32}));
  EXPECT_EQ(training.get(4).data[2][31][31].item<int64_t>(), 30);
  EXPECT_EQ(testing.size(), 1);
  EXPECT_EQ(testing.classes()[9], "truck");
}

TEST(Cifar10, RefusesFilesThatAreNone) {
  const Folder folder;
  const auto message = [&] {
    return error_text<FileError>([&] { CIFAR10({.root = folder.path.string(), .train = false}); });
  };
  EXPECT_TRUE(contains(message(), "test_batch.bin not found")) << message();
  for (const std::string& bytes : {std::string(), std::string("abc"), record(1, 1).substr(1), record(1, 1) + "x"}) {
    folder.write("test_batch.bin", bytes);
    EXPECT_TRUE(contains(message(), "is cut off or no CIFAR-10 file")) << message();
  }
  folder.write("test_batch.bin", record(1, 1) + record(10, 1));
  EXPECT_TRUE(contains(message(), "picture 1 has class 10")) << message();
}

TEST(ImageFolder, SortsClassesAndResizesPictures) {
  const Folder folder;
  folder.write_png("dog/b.png", 3, 5, 9, 200);
  folder.write_png("cat/2.png", 1, 32, 32, 20);
  folder.write_png("cat/10.png", 3, 64, 8, 10);
  folder.write("cat/.hidden", "no picture");
  fs::create_directories(folder.path / "runs/cat-001");  // a folder of folders alone is no class
  const ImageFolder pictures({.root = folder.path.string(), .channels = 1});
  EXPECT_EQ(pictures.classes(), (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(pictures.targets().to_vector<int64_t>(), (std::vector<int64_t>{0, 0, 1}));
  EXPECT_EQ(pictures.images().sizes().vec(), (std::vector<int64_t>{3, 1, 32, 32}));
  EXPECT_EQ(pictures.get(0).data.select(0, 0)[5][5].item<int64_t>(), 10);
  EXPECT_EQ(pictures.get(2).data.select(0, 0)[5][5].item<int64_t>(), 200);
}

TEST(ImageFolder, HoldsEveryTenthOfAClassOut) {
  const Folder folder;
  for (int i = 10; i < 35; ++i) folder.write_png("a/" + std::to_string(i) + ".png", 1, 4, 4, i);
  const auto size = [&](bool train) {
    return ImageFolder({.root = folder.path.string(), .size = {4, 4}, .train = train}).size();
  };
  EXPECT_EQ(size(true), 23);
  EXPECT_EQ(size(false), 2);
}

TEST(ImageFolder, NamesEveryFileThatIsNoPicture) {
  const Folder folder;
  folder.write_png("a/good.png", 3, 4, 4, 1);
  folder.write("a/empty.png", "");
  folder.write("a/notes.txt", "hello, these are notes");
  folder.write("b/cut.png", "\x89PNG\r\n\x1a\n");
  const ImageFolderOptions options{.root = folder.path.string(), .size = {4, 4}};
  const std::string message = error_text<FileError>([&] { ImageFolder{options}; });
  for (const char* part : {"3 of the files", "empty.png' is empty", "notes.txt' is no PNG", "cut.png' is damaged"})
    EXPECT_TRUE(contains(message, part)) << message;
  ImageFolderOptions skipping = options;
  skipping.skip_bad = true;
  const ImageFolder rest(skipping);
  EXPECT_EQ(rest.size(), 1);
  EXPECT_EQ(rest.skipped().size(), 3u);
  fs::remove(folder.path / "a/good.png");
  EXPECT_TRUE(contains(error_text<FileError>([&] { ImageFolder{skipping}; }), "no pictures in"));
  EXPECT_TRUE(contains(error_text<FileError>([&] { ImageFolder({.root = "/nowhere"}); }), "/nowhere"));
}

}  // namespace
}  // namespace convgrad::data::datasets
