#pragma once
#include <cstdint>
#include <string>

#include "run/output.h"

namespace convgrad::cli {

/// Whether signs beyond ASCII are shown right.
bool utf8_locale();
/// Whether colours are wanted on this descriptor: as --color says; auto as NO_COLOR, FORCE_COLOR, TERM and the
/// descriptor say.
bool colour_wanted(const std::string& choice, int descriptor);
/// Columns of the terminal: COLUMNS, else what it says, else 80.
int terminal_columns();

/// A line on stderr that is written over, ten times a second; nothing where stderr is no terminal that can do it. In a
/// notebook, which knows a carriage return and colours alone, blanks cover what stood there.
class LiveLine {
 public:
  explicit LiveLine(const OutputOptions& options);
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void begin(const RunHead& head) { head_ = head; }
  void show(const Progress& progress);
  /// Takes the line away, for other words to be written.
  void clear();

 private:
  RunHead head_{};
  void write(const std::string& text);

  bool on_, colour_, notebook_, shown_ = false;
  double last_ = 0, start_ = 0;
  int64_t first_step_ = 0;
};

/// The line itself: "    2  ━━━━╸──  62 %   0.61  0.78   4,150 img/s · 5 s left, 2 min 10 s in all · data 3 % · 412
/// MiB", as much of it as fits.
std::string live_text(const RunHead& head, const Progress& progress, double left_epoch, double left_all, int columns,
                      bool utf8);

}  // namespace convgrad::cli
