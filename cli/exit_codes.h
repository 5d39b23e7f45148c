#pragma once
#include <string>
#include <utility>
#include <vector>

namespace convgrad::cli {

/// What the program's exit status says.
enum ExitCode {
  kOk = 0,
  kFailed = 1,       // something that should not happen
  kUsage = 2,        // an option or argument is wrong
  kData = 3,         // a file is missing, damaged, or cannot be written
  kDiverged = 4,     // training left the finite numbers
  kUnsupported = 5,  // not offered
  kInterrupted = 130,
  kTerminated = 143,
};

/// The same table in words, for help and manual.
inline std::vector<std::pair<std::string, std::string>> exit_meanings() {
  return {{"0", "ok"},
          {"1", "failed"},
          {"2", "usage"},
          {"3", "data or file"},
          {"4", "diverged (NaN)"},
          {"5", "unsupported"},
          {"130/143", "stopped by a signal (training saves its weights first)"}};
}

}  // namespace convgrad::cli
