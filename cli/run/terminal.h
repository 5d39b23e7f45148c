#pragma once
#include <cstdint>
#include <string>

#include "run/output.h"

namespace convgrad::cli {

/// Whether signs beyond ASCII are shown right.
bool utf8_locale();
/// Columns of the terminal: COLUMNS, else what it says, else 80.
int terminal_columns();

/// A line on stderr that is written over, ten times a second; nothing where stderr is no terminal that can do it.
class LiveLine {
 public:
  LiveLine();
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void begin(const RunHead& head) { head_ = head; }
  void show(const Progress& progress);
  /// Takes the line away, for other words to be written.
  void clear();

 private:
  RunHead head_{};
  bool on_, colour_, shown_ = false;
  double last_ = 0, start_ = 0;
  int64_t first_step_ = 0;
};

/// The line itself: "    2  ━━━━╸──  62 %   0.61  0.78   4,150 img/s · data 3 % · 5 s left, 2 min 10 s in all", as much
/// of it as fits.
std::string live_text(const RunHead& head, const Progress& progress, double left_epoch, double left_all, int columns,
                      bool utf8);

}  // namespace convgrad::cli
