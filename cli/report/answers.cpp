#include "report/answers.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "report/csv.h"
#include "report/statistics.h"

namespace convgrad::cli {

int64_t Confusion::labels(int64_t label) const {
  const auto row = counts.begin() + label * size();
  return std::accumulate(row, row + size(), int64_t{0});
}

int64_t Confusion::preds(int64_t pred) const {
  int64_t sum = 0;
  for (int64_t label = 0; label < size(); ++label) sum += at(label, pred);
  return sum;
}

int64_t Confusion::trace() const {
  int64_t sum = 0;
  for (int64_t i = 0; i < size(); ++i) sum += at(i, i);
  return sum;
}

int64_t Confusion::total() const { return std::accumulate(counts.begin(), counts.end(), int64_t{0}); }

Answers::Answers(const Task& task, std::vector<std::string> classes, std::vector<int64_t> order)
    : task_(task), order_(std::move(order)) {
  if (task.kind() == Task::reconstruction) return;
  confusion_.classes = std::move(classes);
  confusion_.counts.resize(confusion_.classes.size() * confusion_.classes.size());
}

void Answers::add(const Tensor& output, const data::Example& batch) {
  const NoGradGuard guard;
  if (task_.kind() == Task::classification)
    add_classes(output, batch.target);
  else if (task_.kind() == Task::segmentation)
    add_pixels(output, batch.target);
  else
    add_values(output, batch.data);
}

Answer& Answers::next() {
  const size_t i = list_.size();
  list_.push_back({.index = order_.empty() ? static_cast<int64_t>(i) : order_.at(i)});
  return list_.back();
}

void Answers::add_classes(const Tensor& output, const Tensor& target) {
  const Tensor logs = output.log_softmax(1), said = output.argmax(1);
  const auto labels = target.to_vector<int64_t>(), preds = said.to_vector<int64_t>();
  const auto of_label = logs.gather(1, target.unsqueeze(1)).to_vector<float>(),
             of_pred = logs.gather(1, said.unsqueeze(1)).to_vector<float>();
  for (size_t i = 0; i < labels.size(); ++i) {
    Answer& a = next();
    a.label = labels[i], a.pred = preds[i];
    a.p_true = std::exp(of_label[i]), a.p_pred = std::exp(of_pred[i]);
    a.loss = of_label[i] == 0 ? 0.0F : -of_label[i];
    a.right = a.correct();
    confusion_.counts[static_cast<size_t>(a.label * confusion_.size() + a.pred)]++;
  }
}

void Answers::add_pixels(const Tensor& output, const Tensor& target) {
  const Tensor said = output.argmax(1), losses = cross_entropy(output, target, {.reduction = Reduction::None});
  const auto of_picture = losses.flatten(1).mean(1).to_vector<float>();
  const auto labels = target.to_vector<int64_t>(), preds = said.to_vector<int64_t>();
  const size_t pixels = labels.size() / of_picture.size();
  for (size_t i = 0; i < of_picture.size(); ++i) {
    Answer& a = next();
    a.loss = of_picture[i], a.of = static_cast<int64_t>(pixels);
    for (size_t k = i * pixels; k < (i + 1) * pixels; ++k) {
      a.right += labels[k] == preds[k];
      confusion_.counts[static_cast<size_t>(labels[k] * confusion_.size() + preds[k])]++;
    }
  }
}

void Answers::add_values(const Tensor& output, const Tensor& input) {
  const Tensor off = (output - input).flatten(1);
  const auto losses = off.pow(2).mean(1).to_vector<float>();
  const auto right = (off.abs() <= 0.1).sum(1).to_vector<int64_t>();
  for (size_t i = 0; i < losses.size(); ++i) {
    Answer& a = next();
    a.loss = losses[i], a.right = right[i], a.of = off.size(1);
  }
}

std::string answers_csv(const std::vector<Answer>& answers, const Task& task) {
  const bool classes = task.kind() == Task::classification;
  fmt::memory_buffer text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{}\n", classes ? "index,label,pred,p_true,p_pred,loss" : "index,right,of,loss");
  for (const Answer& a : answers)
    if (classes)
      fmt::format_to(out, "{},{},{},{},{},{}\n", a.index, a.label, a.pred, static_cast<float>(a.p_true),
                     static_cast<float>(a.p_pred), static_cast<float>(a.loss));
    else
      fmt::format_to(out, "{},{},{},{}\n", a.index, a.right, a.of, static_cast<float>(a.loss));
  return fmt::to_string(text);
}

std::vector<Answer> read_answers(const std::string& path) {
  const CsvTable table = read_csv(path);
  const bool classes = table.column("label") && table.names.size() == 6;
  std::vector<Answer> answers;
  for (const auto& row : table.rows) {
    const auto whole = [&](size_t i) { return number_in<int64_t>(row[i]); };
    const auto real = [&](size_t i) { return number_in<double>(row[i]); };
    Answer a;
    if (classes && whole(0) && whole(1) && whole(2) && real(3) && real(4) && real(5)) {
      a = {.index = *whole(0), .label = *whole(1), .pred = *whole(2)};
      a.p_true = *real(3), a.p_pred = *real(4), a.loss = *real(5), a.right = a.correct();
    } else if (!classes && row.size() == 4 && whole(0) && whole(1) && whole(2) && real(3)) {
      a.index = *whole(0), a.right = *whole(1), a.of = *whole(2), a.loss = *real(3);
    } else {
      break;
    }
    answers.push_back(a);
  }
  return answers;
}

std::string confusion_csv(const Confusion& confusion) {
  std::string text = "label";
  for (const std::string& name : confusion.classes) text += "," + csv_field(name);
  for (int64_t label = 0; label < confusion.size(); ++label) {
    text += "\n" + csv_field(confusion.classes[static_cast<size_t>(label)]);
    for (int64_t pred = 0; pred < confusion.size(); ++pred) text += fmt::format(",{}", confusion.at(label, pred));
  }
  return text + "\n";
}

Confusion read_confusion(const std::string& path) {
  const CsvTable table = read_csv(path);
  Confusion confusion;
  if (table.names.size() < 2 || table.rows.size() + 1 != table.names.size()) return {};
  confusion.classes.assign(table.names.begin() + 1, table.names.end());
  for (const auto& row : table.rows)
    for (size_t i = 1; i < row.size(); ++i) {
      const auto count = number_in<int64_t>(row[i]);
      if (!count || *count < 0) return {};
      confusion.counts.push_back(*count);
    }
  return confusion;
}

/// "share,low,high", with nothing where there is nothing to tell.
static std::string share_fields(int64_t hits, int64_t of, bool interval) {
  if (of == 0) return ",,";
  const Interval i = wilson(hits, of);
  const double share = static_cast<double>(hits) / static_cast<double>(of);
  return interval ? fmt::format("{},{},{}", share, i.low, i.high) : fmt::format("{},,", share);
}

std::string classes_csv(const Confusion& c, bool independent) {
  std::string text = "class,support,said,recall,recall_low,recall_high,precision,precision_low,precision_high,f1\n";
  for (int64_t i = 0; i < c.size(); ++i) {
    const int64_t right = c.at(i, i), support = c.labels(i), said = c.preds(i);
    text += fmt::format("{},{},{},{},{},", csv_field(c.classes[static_cast<size_t>(i)]), support, said,
                        share_fields(right, support, independent), share_fields(right, said, independent));
    if (support + said > 0)
      text += fmt::format("{}", 2 * static_cast<double>(right) / static_cast<double>(support + said));
    text += "\n";
  }
  return text + fmt::format("all,{0},{0},{1},,,,\n", c.total(), share_fields(c.trace(), c.total(), independent));
}

}  // namespace convgrad::cli
