#pragma once

namespace convgrad::cli {

/// What the program's exit status says; the same table stands in `convgrad --help`.
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

}  // namespace convgrad::cli
