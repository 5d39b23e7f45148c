#pragma once
#include <filesystem>
#include <random>
#include <span>

#include "io/sample_files.h"
#include "places.h"

/// Files of other bytes than the sound ones, for the fuzzers' targets, which end the program where a reader lets them
/// pass.
namespace convgrad::test {

using Target = void (*)(std::span<const uint8_t>);

inline void truncate_everywhere(Target target, const Bytes& file) {
  for (size_t length = 0; length < file.size(); ++length) target({file.data(), length});
}

inline void change_every_byte(Target target, const Bytes& file) {
  for (size_t i = 0; i < file.size(); ++i)
    for (const int change : {0x01, 0x80, 0xFF, -1, -2}) {
      Bytes broken = file;
      broken[i] = change > 0 ? static_cast<uint8_t>(broken[i] ^ change) : static_cast<uint8_t>(change == -1 ? 0 : 0xFF);
      target(broken);
    }
}

/// Some bytes set, a piece removed, doubled or moved; seeded, so that a failure comes again.
inline Bytes shuffled(Bytes file, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? size_t{0} : random() % limit; };
  for (size_t i = below(4); i > 0 && !file.empty(); --i) file[below(file.size())] = static_cast<uint8_t>(random());
  const size_t first = below(file.size()), length = below(file.size() - first);
  const auto begin = file.begin() + static_cast<ptrdiff_t>(first), end = begin + static_cast<ptrdiff_t>(length);
  const Bytes piece(begin, end);
  const auto kind = random() % 4;
  if (kind != 1) file.erase(begin, end);
  if (kind != 0) file.insert(file.begin() + static_cast<ptrdiff_t>(below(file.size())), piece.begin(), piece.end());
  return file;
}

inline void mutate(Target target, const std::vector<Bytes>& files, int rounds) {
  std::mt19937 random(4711);
  for (const Bytes& file : files) {
    truncate_everywhere(target, file);
    change_every_byte(target, file);
    for (int i = 0; i < rounds; ++i) target(shuffled(file, random));
  }
}

/// What the fuzzers found once: fuzz/found/NAME/.
inline void run_found(Target target, const std::string& name) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(test::source("fuzz/found/" + name), none))
    target(read_back(entry.path().string()));
}

}  // namespace convgrad::test
