#pragma once

namespace convgrad::cli {

/// While it lives, the first SIGINT or SIGTERM is noted, for the work to come to a clean end; a second one kills.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// The signal that came; 0: none.
  int signal() const;
};

}  // namespace convgrad::cli
