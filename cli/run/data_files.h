#pragma once
#include <convgrad/convgrad.h>

#include <string>
#include <vector>

namespace convgrad::cli {

/// A file that pictures were read from.
struct DataFile {
  std::string path{}, sha256{};
  std::string known{};  // the file of a standard data set that it is, bit for bit; empty: none that is known
};

/// The files of a data set. A folder of pictures counts as one: its hash is that of the names and hashes of its files,
/// a line each as sha256sum prints them.
std::vector<DataFile> hash_data(const data::datasets::ImageDataset& pictures);

}  // namespace convgrad::cli
