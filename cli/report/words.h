#pragma once
#include <string>
#include <utility>
#include <vector>

#include "report/run_files.h"
#include "report/statistics.h"

namespace convgrad::cli {

/// What the reader of a report wants to know that no other may.
struct ReportOptions {
  bool with_paths = false;  // names of folders, which may hold those of users and hosts
};
/// The text, without the names of folders where they are not to be shown.
std::string shown(const std::string& text, const ReportOptions& options);

/// 0.9013 → "90.1 %"; the digits behind the point grow as the share nears 1.
std::string percent(double share, int digits = 1);
/// "89.5–90.7".
std::string percent_range(const Interval& interval, int digits = 1);

/// The share of right answers that the verdict is about: hits of so many pictures, pixels or values.
struct Accuracy {
  double share = 0;
  int64_t hits = 0, of = 0;
  std::string words{};        // "10,000 test images", "the pixels of 2,000 test images"
  bool has_interval = false;  // pictures are independent of one another, pixels of one picture are not
  bool known = false;
  Interval interval() const { return wilson(hits, of); }
};
Accuracy accuracy_of(const RunFiles& run);

/// "lenet5 on fashion-mnist"
std::string title_of(const RunFiles& run, const ReportOptions& options);
/// "lenet5 on fashion-mnist: 90.1 % of 10,000 test images (95 %: 89.5–90.7), best epoch 9 of 10, …"
std::string verdict(const RunFiles& run, const ReportOptions& options);
/// "Finished.", "Stopped by you …", "Diverged at step 412 …", "Running: …"
std::string ending(const RunFiles& run);
/// By what the best epoch was chosen, and what that means for the number.
std::string choice_words(const RunFiles& run);

/// What the loss and the accuracy did, in a sentence or two each.
std::string loss_words(const RunFiles& run);
std::string accuracy_words(const RunFiles& run);
std::string confusion_words(const Confusion& confusion);
std::string filter_words(const std::vector<FilterRow>& filters);
std::string layer_words(const Layers& layers);

/// Where to go from here: what for, and the command.
std::vector<std::pair<std::string, std::string>> next_commands(const RunFiles& run, const ReportOptions& options);

/// The text with each path in it cut to its last name, behind "…/".
std::string without_folders(const std::string& text);
/// The run's folder as commands name it: "runs/NAME", or whole.
std::string run_path(const RunFiles& run, const ReportOptions& options);

}  // namespace convgrad::cli
