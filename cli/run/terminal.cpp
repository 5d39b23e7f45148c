#include "run/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "clock.h"

namespace convgrad::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// What the program holds of the machine's memory; empty where the system does not say.
std::string memory_text() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0, resident = 0;
  if (!(file >> pages >> resident)) return "";
  return fmt::format("{} MiB", grouped(resident * sysconf(_SC_PAGESIZE) >> 20));
}

/// `cells` wide: done, the edge, to come.
std::string bar(double share, int cells, bool utf8) {
  const int done = std::clamp(static_cast<int>(share * cells), 0, cells);
  std::string text;
  for (int i = 0; i < cells; ++i)
    text += i < done ? (utf8 ? "━" : "=") : i == done ? (utf8 ? "╸" : ">") : (utf8 ? "─" : "-");
  return text;
}

}  // namespace

bool utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (std::string value = environment(name); !value.empty()) {
      std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
  return false;
}

bool colour_wanted(const std::string& choice, int descriptor) {
  if (choice != "auto") return choice == "always";
  if (!environment("NO_COLOR").empty() || environment("TERM") == "dumb") return false;
  return !environment("FORCE_COLOR").empty() || isatty(descriptor) != 0;
}

int terminal_columns() {
  if (const int given = std::atoi(environment("COLUMNS").c_str()); given > 0) return given;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string live_text(const RunHead& head, const Progress& p, double left_epoch, double left_all, int columns,
                      bool utf8) {
  const double share = static_cast<double>(p.batch) / static_cast<double>(std::max<int64_t>(head.batches, 1));
  const Score s = p.totals.score();
  const Shares& t = p.epoch_shares;
  const double busy = t.data + t.forward + t.backward + t.optimizer;
  const std::string dot = utf8 ? " · " : " - ", memory = memory_text();
  const std::string parts[] = {
      fmt::format("   {:.2f}  {:.2f}", s.loss, s.accuracy),
      fmt::format("   {} img/s", grouped(static_cast<int64_t>(static_cast<double>(s.pictures) / std::max(busy, 1e-9)))),
      dot + duration(left_epoch) + " left",
      head.epochs > 1 ? ", " + duration(left_all) + " in all" : "",
      dot + fmt::format("data {:.0f} %", busy > 0 ? 100 * t.data / busy : 0.0),
      memory.empty() ? "" : dot + memory};
  const int cells = columns < 60 ? 8 : columns < 100 ? 16 : 24;
  std::string text = fmt::format("{:5d}  {} {:3.0f} %", p.epoch, bar(share, cells, utf8), 100 * share);
  int width = 7 + cells + 6;
  for (const std::string& part : parts) {
    const int wide = static_cast<int>(part.size()) - (utf8 && part.rfind(dot, 0) == 0 ? 1 : 0);
    if (width + wide >= columns) break;
    text += part, width += wide;
  }
  return text;
}

LiveLine::LiveLine(const OutputOptions& options)
    : on_(options.progress == "always" ||
          (options.progress == "auto" && isatty(STDERR_FILENO) != 0 && environment("TERM") != "dumb")),
      colour_(colour_wanted(options.color, STDERR_FILENO)),
      notebook_(!environment("JPY_PARENT_PID").empty()) {}

/// Over what stands there.
void LiveLine::write(const std::string& text) {
  const int columns = terminal_columns() - 1;
  const std::string before = notebook_ ? "\r" + std::string(static_cast<size_t>(columns), ' ') + "\r" : "\r\033[K";
  std::fprintf(stderr, colour_ && !text.empty() ? "%s\033[36m%s\033[0m" : "%s%s", before.c_str(), text.c_str());
  std::fflush(stderr);
}

void LiveLine::show(const Progress& p) {
  const double t = now();
  if (first_step_ == 0 || p.batch <= 1) start_ = t, first_step_ = p.step;
  if (!on_ || t - last_ < 0.1) return;
  last_ = t, shown_ = true;
  const double each = (t - start_) / static_cast<double>(std::max<int64_t>(p.step - first_step_, 1));
  const double left = each * static_cast<double>(head_.batches - p.batch);
  const double all = left + each * static_cast<double>(head_.batches * (head_.epochs - p.epoch));
  write(live_text(head_, p, left, all, terminal_columns(), utf8_locale()));
}

void LiveLine::clear() {
  if (shown_) write("");
  shown_ = false;
}

}  // namespace convgrad::cli
