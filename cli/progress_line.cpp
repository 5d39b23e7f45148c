#include "progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace convgrad::cli {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

ProgressLine::ProgressLine(int64_t epoch, int64_t batches)
    : epoch_(epoch), batches_(batches), on_terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProgressLine::show(const Score& s) {
  const double t = now();
  if (!on_terminal_ || (t - last_ < 0.1 && s.batches != batches_)) return;
  last_ = t, shown_ = true;
  const double rate = static_cast<double>(s.pictures) / (t - start_);
  const double left = (t - start_) * static_cast<double>(batches_ - s.batches) / static_cast<double>(s.batches);
  const std::string line = fmt::format("epoch {} {:3d} %  loss {:.4f}  acc {:.3f}  {:.0f} pictures/s  {:.0f} s left",
                                       epoch_, 100 * s.batches / batches_, s.loss, s.accuracy, rate, left);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace convgrad::cli
