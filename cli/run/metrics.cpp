#include "run/metrics.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace convgrad::cli {
namespace {

constexpr const char* kMetricsHeader =
    "epoch,step,lr,train_loss,train_acc,val_loss,val_acc,test_loss,test_acc,images_per_s,seconds,data_wait_s,"
    "optimizer_s,weights_sha256\n";

std::string cell(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }
std::optional<double> number(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(std::stod(text));
}

EpochRow parse(const std::vector<std::string>& c) {
  return {.epoch = std::stoll(c.at(0)),
          .step = std::stoll(c.at(1)),
          .lr = std::stod(c.at(2)),
          .train_loss = std::stod(c.at(3)),
          .train_acc = std::stod(c.at(4)),
          .val_loss = number(c.at(5)),
          .val_acc = number(c.at(6)),
          .test_loss = number(c.at(7)),
          .test_acc = number(c.at(8)),
          .images_per_s = std::stod(c.at(9)),
          .seconds = std::stod(c.at(10)),
          .data_wait_s = std::stod(c.at(11)),
          .optimizer_s = std::stod(c.at(12)),
          .weights_sha256 = c.at(13)};
}

}  // namespace

std::string metrics_csv(const std::vector<EpochRow>& rows) {
  std::string text = kMetricsHeader;
  for (const EpochRow& r : rows)
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", r.epoch, r.step, r.lr, r.train_loss, r.train_acc,
                        cell(r.val_loss), cell(r.val_acc), cell(r.test_loss), cell(r.test_acc), r.images_per_s,
                        r.seconds, r.data_wait_s, r.optimizer_s, r.weights_sha256);
  return text;
}

std::vector<EpochRow> read_metrics(const std::string& path) {
  std::ifstream file(path);
  std::vector<EpochRow> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, ',');) cells.push_back(part);
    try {
      rows.push_back(parse(cells));
    } catch (const std::logic_error&) {  // too few cells, or no numbers
      break;
    }
  }
  return rows;
}

}  // namespace convgrad::cli
