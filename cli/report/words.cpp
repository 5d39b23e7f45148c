#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "run/output.h"

namespace convgrad::cli {

std::string shown(const std::string& text, const ReportOptions& options) {
  return options.with_paths ? text : without_folders(text);
}

namespace {

std::string where(const RunSummary& s) {
  return s.batches > 0 && s.batch < s.batches ? fmt::format("at epoch {}, batch {} of {}", s.epoch, s.batch, s.batches)
                                              : fmt::format("after epoch {}", s.epoch);
}

}  // namespace

std::string percent(double share, int digits) { return fmt::format("{:.{}f} %", 100 * share, digits); }

std::string percent_range(const Interval& interval, int digits) {
  return fmt::format("{:.{}f}–{:.{}f}", 100 * interval.low, digits, 100 * interval.high, digits);
}

std::string without_folders(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char quote = text[at] == '\'' || text[at] == '"' ? text[at] : '\0';
    size_t end = quote ? text.find(quote, at + 1) : text.find(' ', at);
    end = end == std::string::npos ? text.size() : end + (quote ? 1 : 0);
    std::string word = text.substr(at, end - at);
    const size_t slash = word.find('/');
    if (slash != std::string::npos) {
      const size_t last = word.find_last_not_of("/'\"");
      const size_t name = last == std::string::npos ? std::string::npos : word.rfind('/', last);
      const size_t equals = word.rfind('=', slash);
      const size_t begin = equals == std::string::npos ? (quote ? 1 : 0) : equals + 1;
      if (name != std::string::npos && name >= begin) word.replace(begin, name + 1 - begin, "…/");
    }
    out += word;
    at = end;
    if (at < text.size() && text[at] == ' ') out += text[at++];
  }
  return out;
}

std::string run_path(const RunFiles& run, const ReportOptions& options) {
  if (options.with_paths) return run.path;
  const bool usual = std::filesystem::path(run.path).parent_path().filename() == "runs";
  return usual ? "runs/" + run.name : run.name;
}

Accuracy accuracy_of(const RunFiles& run) {
  const RunSummary& s = run.summary;
  Accuracy a;
  if (run.epochs.empty() && !s.test_accuracy) return a;
  const bool test = s.test_accuracy.has_value();
  a.share = test ? *s.test_accuracy : s.best_accuracy;
  a.of = test ? s.testing : s.validation;
  a.hits = std::llround(a.share * static_cast<double>(a.of));
  a.known = a.of > 0;
  a.has_interval = run.task.kind() == Task::classification;
  a.words = grouped(a.of) + (test ? " test images" : " validation images");
  if (run.task.kind() == Task::segmentation) a.words = "the pixels of " + a.words;
  if (run.task.kind() == Task::reconstruction) a.words = "the values of " + a.words + " are within a tenth";
  return a;
}

std::string title_of(const RunFiles& run, const ReportOptions& options) {
  return run.summary.model + " on " + shown(run.summary.data, options);
}

std::string verdict(const RunFiles& run, const ReportOptions& options) {
  const RunSummary& s = run.summary;
  const Accuracy a = accuracy_of(run);
  std::string text = title_of(run, options) + ": ";
  if (!a.known) {
    text += "no epoch has been finished";
  } else {
    text += fmt::format("{} of {}", percent(a.share), a.words);
    if (a.has_interval) text += fmt::format(" (95 %: {})", percent_range(a.interval()));
    text += fmt::format(", best epoch {} of {}", s.best_epoch, s.epochs);
  }
  return text + fmt::format(", {}, {} parameters.", duration(s.seconds), grouped(s.parameters));
}

std::string ending(const RunFiles& run) {
  const RunSummary& s = run.summary;
  switch (s.status) {
    case RunStatus::finished:
      return "Finished.";
    case RunStatus::stopped: {
      const std::string who = s.signal == 2 ? " by you (Ctrl-C)"
                              : s.signal    ? fmt::format(" by signal {}", s.signal)
                                            : "";
      return fmt::format("Stopped{} {}; nothing is lost.", who, where(s));
    }
    case RunStatus::diverged:
      return fmt::format("Diverged at step {}: numbers that are not finite{}.", s.diverged_step,
                         s.layer.empty() ? "" : fmt::format(", first in the {} of layer {}", s.operation, s.layer));
    case RunStatus::running:
      break;
  }
  return run.epochs.empty() ? "Running, or killed before its first epoch was over."
                            : fmt::format("Running, or killed: {} of {} epochs are done.", run.epochs.size(), s.epochs);
}

std::string choice_words(const RunFiles& run) {
  const RunSummary& s = run.summary;
  if (run.epochs.empty()) return "";
  if (s.best_by == "validation")
    return fmt::format(
        "The best epoch was chosen by {} validation images that were held out of the training ({} of them right); {}.",
        grouped(s.validation), percent(s.best_accuracy),
        s.test_accuracy ? "the test images were looked at once, at the end" : "the test images were not looked at yet");
  return "The best epoch was chosen by the test images themselves, so its accuracy is a little too good: with "
         "--validation N, training images that are held out choose.";
}

std::string loss_words(const RunFiles& run) {
  if (run.epochs.empty()) return "No epoch is over yet; the line is the loss of each step.";
  const auto held = [](const EpochRow& r) { return r.held_loss().value_or(0); };
  const char* which = run.epochs[0].val_loss ? "validation" : "test";
  const EpochRow &first = run.epochs.front(), &last = run.epochs.back();
  std::string text = fmt::format("Training loss went from {:.4f} to {:.4f}, {} loss from {:.4f} to {:.4f}.",
                                 first.train_loss, last.train_loss, which, held(first), held(last));
  if (run.epochs.size() == 1)
    return fmt::format("One epoch: training loss {:.4f}, {} loss {:.4f}.", last.train_loss, which, held(last));
  const auto best = std::min_element(run.epochs.begin(), run.epochs.end(),
                                     [&](const EpochRow& a, const EpochRow& b) { return held(a) < held(b); });
  const auto since = run.epochs.end() - best - 1;
  if (since >= 2 && held(last) > 1.01 * held(*best) && last.train_loss < best->train_loss)
    return text +
           fmt::format(
               " The {0} loss has risen for {1} epochs while training fell: overfitting since epoch {2}, where the "
               "{0} loss was {3:.4f}.",
               which, since, best->epoch, held(*best));
  const size_t n = run.epochs.size();
  if (n >= 3 && since == 0 && held(last) < 0.99 * held(run.epochs[n - 3]))
    return text + fmt::format(" Both still fall: more epochs may help.");
  return text + fmt::format(" The {} loss was lowest after epoch {}, {:.4f}.", which, best->epoch, held(*best));
}

std::string accuracy_words(const RunFiles& run) {
  if (run.epochs.empty()) return "No epoch is over yet; the line is the accuracy of each step.";
  const char* which = run.epochs[0].val_acc ? "validation" : "test";
  const auto best = std::find_if(run.epochs.begin(), run.epochs.end(),
                                 [&](const EpochRow& r) { return r.epoch == run.summary.best_epoch; });
  const EpochRow& row = best == run.epochs.end() ? run.epochs.back() : *best;
  return fmt::format(
      "After the best epoch, {}: {} of the training pictures were right as they came, {} of the {} pictures: {:.1f} "
      "points {}.",
      row.epoch, percent(row.train_acc), percent(row.choice()), which, 100 * std::abs(row.train_acc - row.choice()),
      row.train_acc > row.choice() ? "fewer" : "more");
}

std::string confusion_words(const Confusion& c) {
  std::vector<std::pair<int64_t, int64_t>> mistakes;
  for (int64_t label = 0; label < c.size(); ++label)
    for (int64_t pred = 0; pred < c.size(); ++pred)
      if (label != pred && c.at(label, pred) > 0) mistakes.emplace_back(label, pred);
  if (mistakes.empty()) return "No mistakes.";
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [&](const auto& a, const auto& b) { return c.at(a.first, a.second) > c.at(b.first, b.second); });
  std::string text = "Most confused: ";
  for (size_t i = 0; i < std::min<size_t>(3, mistakes.size()); ++i) {
    const auto [label, pred] = mistakes[i];
    text += fmt::format("{}{} → {} {}", i ? ", " : "", c.classes[static_cast<size_t>(label)],
                        c.classes[static_cast<size_t>(pred)], grouped(c.at(label, pred)));
  }
  int64_t weakest = -1;
  const auto recall = [&](int64_t i) { return static_cast<double>(c.at(i, i)) / static_cast<double>(c.labels(i)); };
  for (int64_t i = 0; i < c.size(); ++i)
    if (c.labels(i) > 0 && (weakest < 0 || recall(i) < recall(weakest))) weakest = i;
  return text + fmt::format(". Least recognised: {}, {} of its {}.", c.classes[static_cast<size_t>(weakest)],
                            percent(recall(weakest)), grouped(c.labels(weakest)));
}

std::string filter_words(const std::vector<FilterRow>& filters) {
  double largest = 0;
  for (const FilterRow& f : filters) largest = std::max(largest, f.norm_after);
  std::string dead, doubled;
  for (const FilterRow& f : filters) {
    if (f.dead(largest))
      dead += fmt::format("{}{}", dead.empty() ? "" : ", ", f.filter);
    else if (f.doubled() && f.filter < f.nearest)
      doubled += fmt::format("{}{} and {}", doubled.empty() ? "" : ", ", f.filter, f.nearest);
  }
  std::string text = dead.empty() ? "No filter is dead" : "Dead, under a hundredth of the largest: " + dead;
  text += doubled.empty() ? ", none is doubled." : ". Nearly the same (cosine above 0.98): " + doubled + ".";
  return text;
}

std::string layer_words(const Layers& layers) {
  if (layers.rows.empty()) return "";
  const auto slowest = std::max_element(layers.rows.begin(), layers.rows.end(),
                                        [](const auto& a, const auto& b) { return a.share < b.share; });
  const std::string name = slowest->is_layer()       ? fmt::format("layer {} ({})", slowest->name, slowest->type)
                           : slowest->name == "data" ? "waiting for data"
                                                     : slowest->name;
  return fmt::format("Most of the time, {}, goes into {}.", percent(slowest->share), name);
}

std::vector<std::pair<std::string, std::string>> next_commands(const RunFiles& run, const ReportOptions& options) {
  const RunSummary& s = run.summary;
  const std::string path = run_path(run, options), best = path + "/weights/best.safetensors";
  std::vector<std::pair<std::string, std::string>> commands;
  const auto more = [&](int64_t epochs) {
    return fmt::format("convgrad train --resume {}{}", path, epochs ? fmt::format(" --epochs {}", epochs) : "");
  };
  if (s.status == RunStatus::finished)
    commands.emplace_back("Go on for as long again", more(2 * s.epochs));
  else if (s.status == RunStatus::diverged)
    commands.emplace_back("Go on from the last good state, slower", more(0) + " --lr …");
  else
    commands.emplace_back("Go on where it stopped", more(0));
  if (s.best_epoch > 0) {
    if (run.task.kind() == Task::classification)
      commands.emplace_back("Ask the net about a picture",
                            fmt::format("convgrad predict --weights {} picture.png", best));
    commands.emplace_back("Measure it again", fmt::format("convgrad eval {} --data {}", best, shown(s.data, options)));
    commands.emplace_back("Make the same weights again, and compare", "convgrad reproduce " + path);
  }
  return commands;
}

}  // namespace convgrad::cli
