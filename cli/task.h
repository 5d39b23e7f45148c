#pragma once
#include <convgrad/convgrad.h>

#include <string>

namespace convgrad::cli {

/// How many of a batch's answers are right. Of what: pictures, pixels, samples.
struct Hits {
  int64_t right = 0, of = 0;
};

/// What a net is trained for, and with it the loss and what counts as right. The same loop serves all of them.
class Task {
 public:
  enum Kind {
    classification,  // a class for each example: cross-entropy; right: the largest output is the label's
    segmentation,    // a class for each pixel: the same, pixel by pixel
    reconstruction,  // the input itself: mean squared error; right: an element within a tenth of the original
  };
  Task(Kind kind = classification) : kind_(kind) {}  // NOLINT: a kind is a task
  /// The same, with this share of each label spread over all classes.
  Task smoothed(double share) const;

  Kind kind() const { return kind_; }
  /// "pictures", "pixels", "values": what Hits counts.
  const char* unit() const;
  /// The mean over the batch, to be differentiated.
  Tensor loss(const Tensor& output, const data::Example& batch) const;
  Hits hits(const Tensor& output, const data::Example& batch) const;

 private:
  Kind kind_;
  double smoothing_ = 0;
};

/// What the models of nn/models.h are for, by name.
Task task_of(const std::string& model);

}  // namespace convgrad::cli
