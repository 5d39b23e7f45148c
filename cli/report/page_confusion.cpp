// The confusion matrix, and pictures of its cells.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/page.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

constexpr int64_t kMostClasses = 40;  // of a matrix that can be looked at

double share(int64_t part, int64_t of) { return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : 0; }

/// A class of the style sheet for how full a cell is: of its row, for right answers; of the fullest mistake, for
/// others.
std::string shade(const Confusion& c, int64_t label, int64_t pred, int64_t most) {
  const int64_t count = c.at(label, pred);
  if (count == 0) return "none";
  const double full = label == pred ? share(count, c.labels(label)) : share(count, most);
  return fmt::format("{}{}", label == pred ? 'd' : 'e', std::clamp(static_cast<int>(full * 10), 0, 9));
}

/// "85.2<small>82.9–87.3</small>"
std::string with_interval(int64_t hits, int64_t of, bool interval) {
  if (of == 0) return "–";
  const std::string small = interval ? "<small>" + percent_range(wilson(hits, of)) + "</small>" : "";
  return fmt::format("{:.1f}{}", 100 * share(hits, of), small);
}

std::string f1(const Confusion& c, int64_t i) {
  const int64_t both = c.labels(i) + c.preds(i);
  return both == 0 ? "–" : fmt::format("{:.1f}", 100 * share(2 * c.at(i, i), both));
}

class Matrix {
 public:
  Matrix(Html& out, const RunFiles& run) : out_(out), run_(run), c_(run.confusion) {
    for (int64_t i = 0; i < c_.size(); ++i)
      for (int64_t k = 0; k < c_.size(); ++k)
        if (i != k) most_ = std::max(most_, c_.at(i, k));
    const auto sheet = run.sheets.find("confusion");
    if (sheet == run.sheets.end()) return;
    for (size_t p = 0; p < sheet->second.indices.size(); ++p)
      if (const Answer* a = run.answer(sheet->second.indices[p]))
        pictures_[{a->label, a->pred}].push_back(static_cast<int64_t>(p));
  }

  void write_table() {
    out_.raw(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Confusion matrix\">"
        "<table class=\"matrix\"><caption>Rows: the right class. Columns: what the net said.</caption>\n<thead><tr>");
    out_.head("");
    for (const std::string& name : c_.classes) out_.head(name, "scope=\"col\" class=\"class\"");
    out_.head("recall", "scope=\"col\"").head("support").raw("</tr></thead><tbody>\n");
    for (int64_t label = 0; label < c_.size(); ++label) write_row(label);
    out_.raw("</tbody><tfoot>\n");
    write_foot("precision", [&](int64_t i) { return with_interval(c_.at(i, i), c_.preds(i), independent()); });
    write_foot("F1", [&](int64_t i) { return f1(c_, i); });
    write_foot("said", [&](int64_t i) { return grouped(c_.preds(i)); });
    out_.raw("</tfoot></table></div>\n");
  }

  void write_pictures() {
    if (pictures_.empty()) return;
    out_.raw(
        "<div class=\"opened js-only\" role=\"status\"><p class=\"note\">Choose a cell (Enter) to see its pictures "
        "here.</p></div>\n<details><summary>Pictures of the cells</summary><div class=\"cells\">\n");
    for (const auto& [cell, positions] : pictures_) {
      out_.raw(fmt::format("<figure id=\"cell-{}-{}\"><figcaption>", cell.first, cell.second));
      out_.raw(escaped(sentence(cell.first, cell.second))).raw("</figcaption>");
      for (const int64_t position : positions) {
        const int64_t index = run_.sheets.at("confusion").indices[static_cast<size_t>(position)];
        out_.raw(tile(run_, "confusion", position, 60, fmt::format("no. {}", index)));
      }
      out_.raw("</figure>\n");
    }
    out_.raw("</div></details>\n");
  }

 private:
  bool independent() const { return run_.task.kind() == Task::classification; }
  const std::string& name(int64_t i) const { return c_.classes[static_cast<size_t>(i)]; }

  std::string sentence(int64_t label, int64_t pred) const {
    const std::string of = fmt::format("{} of {}, {}", grouped(c_.at(label, pred)), grouped(c_.labels(label)),
                                       percent(share(c_.at(label, pred), c_.labels(label))));
    return label == pred ? fmt::format("{} recognised: {}", name(label), of)
                         : fmt::format("{} taken for {}: {}", name(label), name(pred), of);
  }

  void write_row(int64_t label) {
    out_.raw(
        fmt::format("<tr data-class=\"{}\" data-recall=\"{}\">", label, share(c_.at(label, label), c_.labels(label))));
    out_.head(name(label), "scope=\"row\"");
    for (int64_t pred = 0; pred < c_.size(); ++pred) {
      const std::string both = fmt::format("<span class=\"count\">{}</span><span class=\"share\">{:.1f}</span>",
                                           c_.at(label, pred), 100 * share(c_.at(label, pred), c_.labels(label)));
      out_.raw("<td class=\"cell " + shade(c_, label, pred, most_) + "\">");
      if (pictures_.count({label, pred}))
        out_.raw(fmt::format("<a href=\"#cell-{}-{}\" aria-label=\"{}\">{}</a></td>", label, pred,
                             escaped(sentence(label, pred)), both));
      else
        out_.raw("<span>" + both + "</span></td>");
    }
    out_.raw("<td class=\"margin\">" + with_interval(c_.at(label, label), c_.labels(label), independent()) + "</td>");
    out_.cell(grouped(c_.labels(label)), "class=\"margin\"").raw("</tr>\n");
  }

  template <class F>
  void write_foot(const char* what, F value) {
    out_.raw("<tr>").head(what, "scope=\"row\"");
    for (int64_t i = 0; i < c_.size(); ++i) out_.raw("<td class=\"margin\">" + value(i) + "</td>");
    const bool said = std::string(what) == "said";
    out_.cell(said ? percent(share(c_.trace(), c_.total()), 2) : "", "class=\"margin\"");
    out_.cell(said ? grouped(c_.total()) : "", "class=\"margin\"").raw("</tr>\n");
  }

  Html& out_;
  const RunFiles& run_;
  const Confusion& c_;
  int64_t most_ = 0;
  std::map<std::pair<int64_t, int64_t>, std::vector<int64_t>> pictures_{};
};

}  // namespace

void write_confusion(Html& out, const RunFiles& run) {
  const Confusion& c = run.confusion;
  if (c.total() == 0) return;
  out.raw("<section id=\"confusion\" aria-labelledby=\"h-confusion\">")
      .element("h2", "Confusion", "id=\"h-confusion\"");
  const std::string what = run.task.kind() == Task::segmentation ? "pixels of the " : "";
  out.element("p",
              fmt::format("{} of {} {}{} are right: {}, with the weights of epoch {}. {}", grouped(c.trace()),
                          grouped(c.total()), what, run.answers_words(), percent(share(c.trace(), c.total()), 2),
                          run.summary.answers_epoch, confusion_words(c)),
              "id=\"confusion-words\"");
  if (c.size() > kMostClasses) {
    out.element("p", fmt::format("The matrix of {} classes is in confusion.csv.", c.size())).raw("</section>\n");
    return;
  }
  out.raw(
      "<input type=\"radio\" name=\"as\" id=\"as-count\" checked><label for=\"as-count\">counts</label> "
      "<input type=\"radio\" name=\"as\" id=\"as-percent\"><label for=\"as-percent\">percent of the row</label>\n"
      "<p class=\"js-only\">Sorted by <button type=\"button\" data-sort=\"class\" aria-pressed=\"true\">class</button> "
      "<button type=\"button\" data-sort=\"confusion\" aria-pressed=\"false\">confusion</button></p>\n");
  Matrix matrix(out, run);
  matrix.write_table();
  out.element(
      "p",
      run.task.kind() == Task::classification
          ? "Recall and precision in percent, below them where they lie with 95 % confidence (Wilson)."
          : "Recall and precision in percent; pixels of one picture depend on one another, so no interval is told.",
      "class=\"note\"");
  matrix.write_pictures();
  out.raw("</section>\n");
}

}  // namespace convgrad::cli
