#include "run/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "clock.h"
#include "run/terminal.h"

namespace convgrad::cli {
namespace {

using Json = nlohmann::ordered_json;

void print(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

/// Words on stderr around a line that is written over.
class Words : public Output {
 public:
  explicit Words(const OutputOptions& options) : line_(options) {}
  void begin(const RunHead& head) override {
    line_.begin(head);
    say(head_line(head));
  }
  void batch(const Progress& progress) override { line_.show(progress); }
  void epoch(const EpochRow& row) override {
    line_.clear();
    print(text(row));
  }
  void say(const std::string& text) override {
    line_.clear();
    std::fprintf(stderr, "%s\n", text.c_str());
  }

 protected:
  virtual std::string text(const EpochRow& row) = 0;

 private:
  LiveLine line_;
};

/// Whole lines alone, with one a minute in long epochs.
class Log : public Words {
 public:
  using Words::Words;
  void batch(const Progress& p) override {
    Words::batch(p);
    const double t = now();
    if (t - last_ < 60) return;
    last_ = t;
    const Score s = p.totals.score();
    say(fmt::format("epoch={} batch={} loss={:.4f} acc={:.3f}", p.epoch, p.batch, s.loss, s.accuracy));
  }

 protected:
  std::string text(const EpochRow& row) override {
    last_ = now();
    return log_line(row);
  }

 private:
  double last_ = now();
};

/// The line that the course's text prints.
class Document : public Words {
 public:
  using Words::Words;

 protected:
  std::string text(const EpochRow& r) override {
    const bool test = r.test_acc.has_value();
    return fmt::format("epoch {}, train loss {:.4f}, train acc {:.3f}, {} loss {:.4f}, {} acc {:.3f}, time {:.1f} sec",
                       r.epoch, r.train_loss, r.train_acc, test ? "test" : "validation",
                       test ? *r.test_loss : r.val_loss.value_or(0), test ? "test" : "validation", r.choice(),
                       r.seconds);
  }
};

/// A row an epoch under a line of names; narrow where the terminal is.
class Table : public Words {
 public:
  using Words::Words;
  void begin(const RunHead& head) override {
    Words::begin(head);
    const char* by = head.validation > 0 ? "val" : "test";
    wide_ = terminal_columns() >= 64;
    print(wide_ ? fmt::format("epoch    loss    acc  {:>4} loss  {:>4} acc    img/s     time", by, by)
                : fmt::format("epoch    loss    acc  {:>4} acc", by));
  }

 protected:
  std::string text(const EpochRow& r) override {
    if (!wide_)
      return fmt::format("{:5d}  {:6.4f}  {:5.3f}     {:5.3f}", r.epoch, r.train_loss, r.train_acc, r.choice());
    return fmt::format("{:5d}  {:6.4f}  {:5.3f}  {:9.4f}  {:8.3f}  {:>7}  {:>7}", r.epoch, r.train_loss, r.train_acc,
                       r.val_loss ? *r.val_loss : r.test_loss.value_or(0), r.choice(),
                       grouped(static_cast<int64_t>(r.images_per_s)), fmt::format("{:.1f} s", r.seconds));
  }

 private:
  bool wide_ = true;
};

/// One JSON object a line, on stdout; words are objects, too.
class JsonLines : public Output {
 public:
  void begin(const RunHead& h) override {
    write({{"event", "begin"},
           {"run", h.run},
           {"model", h.model},
           {"data", h.data},
           {"parameters", h.parameters},
           {"training", h.training},
           {"validation", h.validation},
           {"testing", h.testing},
           {"epochs", h.epochs},
           {"batches", h.batches},
           {"seed", h.seed},
           {"threads", h.threads},
           {"isa", h.isa}});
  }
  void epoch(const EpochRow& r) override {
    const auto put = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
    write({{"event", "epoch"},
           {"epoch", r.epoch},
           {"step", r.step},
           {"lr", r.lr},
           {"train_loss", r.train_loss},
           {"train_acc", r.train_acc},
           {"val_loss", put(r.val_loss)},
           {"val_acc", put(r.val_acc)},
           {"test_loss", put(r.test_loss)},
           {"test_acc", put(r.test_acc)},
           {"images_per_s", r.images_per_s},
           {"seconds", r.seconds},
           {"weights_sha256", r.weights_sha256}});
  }
  void say(const std::string& text) override { write({{"event", "words"}, {"text", text}}); }
  void end(const std::string& status, const Progress& p) override {
    write({{"event", "end"},
           {"status", status},
           {"epoch", p.epoch},
           {"batch", p.batch},
           {"best_epoch", p.best_epoch},
           {"best_accuracy", p.best_accuracy}});
  }

 private:
  static void write(const Json& json) { print(json.dump(-1, ' ', false, Json::error_handler_t::replace)); }
};

class Quiet : public Output {
 public:
  void begin(const RunHead&) override {}
  void epoch(const EpochRow&) override {}
  void say(const std::string&) override {}
};

}  // namespace

std::unique_ptr<Output> Output::make(const OutputOptions& o) {
  if (o.quiet) return std::make_unique<Quiet>();
  if (o.format == "json") return std::make_unique<JsonLines>();
  if (o.format == "document") return std::make_unique<Document>(o);
  if (o.format == "table" || (o.format == "auto" && isatty(STDOUT_FILENO))) return std::make_unique<Table>(o);
  return std::make_unique<Log>(o);
}

std::string head_line(const RunHead& h) {
  const char* dot = utf8_locale() ? " · " : " - ";
  const std::string held = h.validation > 0 ? grouped(h.validation) + " + " : "";
  return fmt::format("{}{}{} parameters{}{} + {}{} pictures{}seed {}{}{} threads, {}{}{}", h.model, dot,
                     grouped(h.parameters), dot, grouped(h.training), held, grouped(h.testing), dot, h.seed, dot,
                     h.threads, h.isa, h.run.empty() ? "" : dot, h.run);
}

std::string log_line(const EpochRow& r) {
  std::string text = fmt::format("epoch={} loss={:.4f} acc={:.3f}", r.epoch, r.train_loss, r.train_acc);
  if (r.val_acc) text += fmt::format(" val_loss={:.4f} val_acc={:.3f}", *r.val_loss, *r.val_acc);
  if (r.test_acc) text += fmt::format(" test_loss={:.4f} test_acc={:.3f}", *r.test_loss, *r.test_acc);
  return text + fmt::format(" img_s={:.0f} time_s={:.1f}", r.images_per_s, r.seconds);
}

std::string grouped(int64_t n) {
  std::string text = std::to_string(n);
  for (int64_t at = static_cast<int64_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string duration(double seconds) {
  const auto s = static_cast<int64_t>(seconds + 0.5);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
}

}  // namespace convgrad::cli
