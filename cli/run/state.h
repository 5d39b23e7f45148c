#pragma once
#include <convgrad/convgrad.h>

#include <optional>
#include <string>
#include <vector>

#include "epoch.h"

namespace convgrad::cli {

/// The format version that save_state writes, and the newest that load_state reads.
inline constexpr int kStateVersion = 1;

/// Where a training stands, weights aside: behind batch `batch` of epoch `epoch`.
struct Progress {
  int64_t epoch = 1, batch = 0, step = 0;
  Totals totals{};  // of this epoch, so far
  Shares shares{}, epoch_shares{};
  double seconds = 0, epoch_seconds = 0;
  int64_t best_epoch = 0;
  double best_accuracy = 0;
  struct Resume {
    int64_t epoch, batch;
  };
  std::vector<Resume> resumes{};
  Tensor epoch_begin{};  // the default generator where the epoch began: the shuffle is made from it
};

/// What the bits of the weights depend on, besides the settings.
struct Arithmetic {
  std::string version{}, isa{};
  int threads = 0;
  static Arithmetic here();
  friend bool operator==(const Arithmetic&, const Arithmetic&) = default;
  std::string str() const;
};

/// All that is needed to go on to the bit: weights, the optimizer's memory, the random stream, where it stands.
void save_state(const std::string& path, const nn::Sequential& net, const optim::Optimizer& optimizer,
                const Progress& progress);
/// Sets everything to what save_state wrote; returns what computed it. FileError where the file is none, is damaged (a
/// single flipped bit is noticed), newer, or of another net or optimizer.
Arithmetic load_state(const std::string& path, nn::Sequential& net, optim::Optimizer& optimizer, Progress& progress);
/// The same of a file that has been read; `path` is for messages.
Arithmetic restore_state(const io::Checkpoint& file, const std::string& path, nn::Sequential& net,
                         optim::Optimizer& optimizer, Progress& progress);

}  // namespace convgrad::cli
