#include "run/data_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "run/sha256.h"

namespace convgrad::cli {
namespace {

struct Known {
  const char *sha256, *name;
};

/// What the publishers' files, their contents and Debian's package dataset-fashion-mnist hash to.
constexpr Known kKnown[] = {
    {"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", "Fashion-MNIST, training images"},
    {"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", "Fashion-MNIST, training labels"},
    {"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", "Fashion-MNIST, test images"},
    {"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", "Fashion-MNIST, test labels"},
    {"b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7", "Fashion-MNIST, training images (Debian)"},
    {"0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056", "Fashion-MNIST, training labels (Debian)"},
    {"cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa", "Fashion-MNIST, test images (Debian)"},
    {"8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05", "Fashion-MNIST, test labels (Debian)"},
    {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", "Fashion-MNIST, training images, unpacked"},
    {"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", "Fashion-MNIST, training labels, unpacked"},
    {"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", "Fashion-MNIST, test images, unpacked"},
    {"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", "Fashion-MNIST, test labels, unpacked"},
    {"440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", "MNIST, training images"},
    {"3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", "MNIST, training labels"},
    {"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", "MNIST, test images"},
    {"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", "MNIST, test labels"},
    {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", "MNIST, training images, unpacked"},
    {"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", "MNIST, training labels, unpacked"},
    {"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", "MNIST, test images, unpacked"},
    {"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", "MNIST, test labels, unpacked"},
};

std::string known_as(const std::string& sha256) {
  for (const Known& file : kKnown)
    if (sha256 == file.sha256) return file.name;
  return "";
}

/// CLASS/FILE of a picture in a folder by class.
std::string last_names(const std::string& path) {
  const std::filesystem::path p(path);
  return p.parent_path().filename().string() + "/" + p.filename().string();
}

}  // namespace

std::vector<DataFile> hash_data(const data::datasets::ImageDataset& pictures) {
  std::vector<DataFile> files;
  Sha256 whole;
  const bool folder = dynamic_cast<const data::datasets::ImageFolder*>(&pictures) != nullptr;
  for (const std::string& path : pictures.files()) {
    const std::string hash = sha256_of_file(path);
    if (!folder) files.push_back({.path = path, .sha256 = hash, .known = known_as(hash)});
    const std::string line = hash + "  " + last_names(path) + "\n";
    whole.add(line.data(), line.size());
  }
  if (folder) files.push_back({.path = fmt::format("{} pictures by class", pictures.size()), .sha256 = whole.finish()});
  return files;
}

}  // namespace convgrad::cli
