#pragma once
#include <convgrad/convgrad.h>

#include <string>
#include <vector>

#include "task.h"

namespace convgrad::cli {

/// What a net said to one picture.
struct Answer {
  int64_t index = 0;              // in the data set
  int64_t label = 0, pred = 0;    // classification: the right class, and the one with the largest output
  double p_true = 0, p_pred = 0;  // and their probabilities
  int64_t right = 0, of = 1;      // other tasks: how many of its pixels or values are right
  double loss = 0;

  bool correct() const { return label == pred; }
};

/// How often each class was taken for each: counts[label · classes + pred], of pictures or pixels.
struct Confusion {
  std::vector<std::string> classes{};
  std::vector<int64_t> counts{};

  int64_t size() const { return static_cast<int64_t>(classes.size()); }
  int64_t at(int64_t label, int64_t pred) const { return counts[static_cast<size_t>(label * size() + pred)]; }
  int64_t labels(int64_t label) const;  // its row's sum
  int64_t preds(int64_t pred) const;    // its column's
  int64_t trace() const;
  int64_t total() const;
};

/// Gathers the answers to a data set's pictures, batch by batch.
class Answers {
 public:
  /// `order`: the pictures' numbers in the data set as the batches bring them; empty: 0, 1, 2 …
  Answers(const Task& task, std::vector<std::string> classes, std::vector<int64_t> order = {});
  void add(const Tensor& output, const data::Example& batch);

  const std::vector<Answer>& list() const { return list_; }
  const Confusion& confusion() const { return confusion_; }  // empty for reconstruction

 private:
  void add_classes(const Tensor& output, const Tensor& target);
  void add_pixels(const Tensor& output, const Tensor& target);
  void add_values(const Tensor& output, const Tensor& input);
  Answer& next();

  Task task_;
  std::vector<int64_t> order_;
  std::vector<Answer> list_{};
  Confusion confusion_{};
};

/// predictions.csv: index,label,pred,p_true,p_pred,loss; for tasks of pixels or values index,right,of,loss.
std::string answers_csv(const std::vector<Answer>& answers, const Task& task);
/// What answers_csv wrote, up to the first line that is none of it.
std::vector<Answer> read_answers(const std::string& path);

/// confusion.csv: a line a class, the right one first, then how often each was said.
std::string confusion_csv(const Confusion& confusion);
Confusion read_confusion(const std::string& path);
/// classes.csv: class,support,said,recall,recall_low,recall_high,precision,precision_low,precision_high,f1, as shares;
/// a line a class, and one of all, whose recall is the accuracy. `independent`: what is counted does not depend on one
/// another, so that intervals (95 %, Wilson) can be told.
std::string classes_csv(const Confusion& confusion, bool independent);

}  // namespace convgrad::cli
