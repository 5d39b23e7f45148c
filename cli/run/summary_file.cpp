// summary.json: what a run is and how far it came.
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/files.h"
#include "run/training.h"

namespace convgrad::cli {

using Json = nlohmann::ordered_json;

/// Shares of the training passes' time; they add to 1.
static Json shares_json(const Shares& s) {
  if (s.sum() <= 0) return nullptr;
  return {{"forward", s.forward / s.sum()},
          {"backward", s.backward / s.sum()},
          {"data", s.data / s.sum()},
          {"optimizer", s.optimizer / s.sum()},
          {"rest", s.rest / s.sum()}};
}

void Training::write_summary(const std::string& status) const {
  const Progress& p = progress_;
  const RunHead h = head();
  const bool between = p.batch == 0 && p.epoch > 1;  // told as the end of the epoch before
  const auto an_epoch = [this](double seconds) {
    return kept_.epochs > 0 ? Json(seconds / static_cast<double>(kept_.epochs)) : Json(nullptr);
  };
  Json json = {{"format", 1},
               {"model", h.model},
               {"data", h.data},
               {"status", status},
               {"signal", status == "stopped" ? Json(interruption_->signal()) : Json(nullptr)}};
  if (diverged_)
    json["diverged"] = {{"epoch", diverged_->epoch},
                        {"step", diverged_->step},
                        {"layer", diverged_->origin.layer},
                        {"operation", diverged_->origin.operation}};
  json.update({{"epoch", between ? p.epoch - 1 : p.epoch},
               {"epochs", h.epochs},
               {"batch", between ? h.batches : p.batch},
               {"batches", h.batches},
               {"best_epoch", p.best_epoch},
               {"best_by", h.validation > 0 ? "validation" : "test"},
               {"best_accuracy", p.best_accuracy},
               {"answers", {{"of", answered_.of}, {"epoch", answered_.epoch}}},
               {"test_images", h.testing},
               {"training_images", h.training},
               {"validation_images", h.validation},
               {"parameters", h.parameters},
               {"macs", record_->summary().multiply_adds},
               {"seconds", p.seconds + p.epoch_seconds},
               {"files_seconds_an_epoch", an_epoch(kept_.seconds)},
               {"page_seconds_an_epoch", an_epoch(kept_.page)},
               {"classes", model_.info.classes},
               {"input", input_}});
  if (test_ || (h.validation == 0 && p.best_epoch > 0)) {
    const double accuracy = test_ ? test_->accuracy : p.best_accuracy;
    json["test_accuracy"] = accuracy;
    json["test_correct"] = std::llround(accuracy * static_cast<double>(h.testing));
  }
  json["resumes"] = Json::array();
  for (const auto& [epoch, batch] : p.resumes) json["resumes"].push_back({{"epoch", epoch}, {"batch", batch}});
  json["share"] = shares_json(p.shares + p.epoch_shares);
  replace_file(*folder_ / "summary.json", json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace convgrad::cli
