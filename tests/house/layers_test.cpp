// The rules of the house that a reader cannot be asked to watch: arrows go downward, public headers stay clean.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "places.h"

namespace {

namespace fs = std::filesystem;
const fs::path root = convgrad::test::source("");

std::vector<fs::path> files(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && (entry.path().extension() == ".h" || entry.path().extension() == ".cpp"))
      out.push_back(entry.path());
  return out;
}

std::vector<std::string> lines(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<std::string> includes(const fs::path& file) {
  static const std::regex pattern(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<std::string> out;
  for (const auto& line : lines(file))
    if (std::smatch m; std::regex_search(line, m, pattern)) out.push_back(m[1]);
  return out;
}

/// The room a file of src/ or include/convgrad belongs to.
std::string room_of(const std::string& path_below) {
  const auto slash = path_below.find('/');
  if (slash != std::string::npos) return path_below.substr(0, slash);
  return path_below == "convgrad.h" ? "nn" : path_below == "distributions.h" ? "ops" : "core";
}

// kernels may use the threads, memory and error words of core; beyond that each room knows those before it.
const std::map<std::string, int> level{{"kernels", 1}, {"core", 1},  {"detail", 1}, {"autograd", 2}, {"ops", 3},
                                       {"nn", 4},      {"optim", 4}, {"data", 4},   {"io", 4},       {"cli", 5}};

TEST(House, ArrowsGoDownward) {
  for (const fs::path& base : {root / "src", root / "include" / "convgrad"})
    for (const fs::path& file : files(base)) {
      const std::string from = room_of(fs::relative(file, base).string());
      ASSERT_TRUE(level.count(from)) << file << ": an unknown room";
      for (std::string include : includes(file)) {
        if (include.rfind("convgrad/", 0) == 0) include = include.substr(9);
        const std::string to = room_of(include);
        if (include.find('/') == std::string::npos && !fs::exists(root / "include/convgrad" / include)) continue;
        if (!level.count(to)) continue;
        EXPECT_LE(level.at(to), level.at(from)) << file << " includes " << include;
      }
    }
}

TEST(House, KernelsKnowNoTensor) {
  for (const fs::path& file : files(root / "src/kernels"))
    for (const std::string& include : includes(file))
      EXPECT_EQ(include.find("tensor"), std::string::npos) << file << " includes " << include;
}

TEST(House, AutogradKnowsNoOperationByName) {
  for (const fs::path& file : files(root / "src/autograd"))
    for (const std::string& include : includes(file))
      EXPECT_EQ(include.find("ops/"), std::string::npos) << file << " includes " << include;
}

TEST(House, PublicHeadersPullInNoThirdParty) {
  for (const fs::path& file : files(root / "include/convgrad"))
    for (const std::string& include : includes(file)) {
      const bool ours = include.rfind("convgrad/", 0) == 0, standard = include.find_first_of("/.") == std::string::npos;
      EXPECT_TRUE(ours || standard) << file << " includes " << include;
    }
}

TEST(House, TheUmbrellaHeaderHoldsEveryPublicHeader) {
  const auto held = includes(root / "include/convgrad/convgrad.h");
  for (const fs::path& file : files(root / "include/convgrad")) {
    const std::string name = "convgrad/" + fs::relative(file, root / "include/convgrad").string();
    if (name == "convgrad/convgrad.h" || name.rfind("convgrad/detail/", 0) == 0) continue;
    EXPECT_NE(std::find(held.begin(), held.end(), name), held.end()) << name << " is missing in convgrad.h";
  }
}

TEST(House, ParallelRegionsAreOpenedInOnePlace) {
  for (const fs::path& file : files(root / "src"))
    for (const auto& line : lines(file))
      EXPECT_TRUE(file.filename() == "threads.cpp" || line.find("#pragma omp") == std::string::npos) << file;
}

TEST(House, ProductsOfSizesAreChecked) {  // the type of a fold's first value, an int often, is that of the product
  for (const char* folder : {"src", "include", "cli"})
    for (const fs::path& file : files(root / folder))
      for (const auto& line : lines(file)) EXPECT_EQ(line.find("std::multiplies"), std::string::npos) << file;
}

TEST(House, FilesKeepToOneSubject) {
  for (const char* folder : {"src", "include", "cli", "tests", "bench", "examples"})
    for (const fs::path& file : files(root / folder)) EXPECT_LE(lines(file).size(), 600u) << file;
}

}  // namespace
