// The pictures that a net is most wrong about, least sure of, and those whose label looks wrong.
#include <fmt/format.h>

#include "report/page.h"
#include "run/output.h"

namespace convgrad::cli {
namespace {

std::string chance(double p) {
  if (p >= 0.9995 && p < 1) return "> 99.9 %";
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  return percent(p);
}

std::string class_name(const RunFiles& run, int64_t i) {
  const auto& names = run.confusion.classes;
  return i >= 0 && static_cast<size_t>(i) < names.size() ? names[static_cast<size_t>(i)] : fmt::format("class {}", i);
}

void write_classified(Html& out, const RunFiles& run, const std::string& group, int64_t position, const Answer& a) {
  const std::string label = class_name(run, a.label), pred = class_name(run, a.pred);
  const std::string words = a.correct()
                                ? fmt::format("picture {}: {}, recognised with {}", a.index, label, chance(a.p_true))
                                : fmt::format("picture {}: {}, {}; taken for {}, {}", a.index, label, chance(a.p_true),
                                              pred, chance(a.p_pred));
  out.raw("<figure>" + tile(run, group, position, 112, words) + "<figcaption>");
  out.raw("<span class=\"true\">").element("b", label).raw("</span> " + chance(a.p_true));
  if (!a.correct()) out.raw("<br>→ <span class=\"said\">").element("b", pred).raw("</span> " + chance(a.p_pred));
  out.raw(fmt::format("<br>no. {}, loss {:.2f}</figcaption></figure>\n", a.index, a.loss));
}

void write_other(Html& out, const RunFiles& run, const std::string& group, int64_t position, const Answer& a) {
  const std::string words = fmt::format("no. {}: {} of {} {} right, loss {:.4f}", a.index, grouped(a.right),
                                        grouped(a.of), run.task.unit(), a.loss);
  out.raw("<figure>" + tile(run, group, position, 84, words) + "<figcaption>" + escaped(words) +
          "</figcaption></figure>\n");
}

void write_group(Html& out, const RunFiles& run, const std::string& group, const std::string& title,
                 const std::string& words) {
  const auto sheet = run.sheets.find(group);
  if (sheet == run.sheets.end() || sheet->second.png.empty()) return;
  out.element("h3", title).element("p", words, "class=\"soft\"");
  const bool classes = run.task.kind() == Task::classification;
  out.raw(classes ? "<div class=\"pictures\">\n" : "<div class=\"pictures panels\">\n");
  for (size_t i = 0; i < sheet->second.indices.size(); ++i)
    if (const Answer* a = run.answer(sheet->second.indices[i]))
      (classes ? write_classified : write_other)(out, run, group, static_cast<int64_t>(i), *a);
  out.raw("</div>\n");
}

}  // namespace

void write_mistakes(Html& out, const RunFiles& run, const ReportOptions& options) {
  if (!run.sheets.count("worst") && !run.sheets.count("unsure")) return;
  out.raw("<section id=\"mistakes\" aria-labelledby=\"h-mistakes\">")
      .element("h2", "Worst mistakes", "id=\"h-mistakes\"");
  const std::string& data = run.summary.data;
  const std::string part = run.summary.answers_of == "validation" ? " --train" : "";
  out.element("p",
              fmt::format("Of the {}. The first name is the label, with the probability the net gave it; behind the "
                          "arrow is what the net said. As text in a terminal:",
                          run.answers_words()));
  if (run.task.kind() == Task::segmentation)
    out.element("p", "Each shows the picture, the mask, and what the net said: right in blue, wrong in vermilion.");
  if (run.task.kind() == Task::reconstruction)
    out.element(
        "p",
        "Each shows the picture, what the net made of it, and the difference: darker in blue, brighter in vermilion.");
  out.raw("<ul class=\"commands\">");
  write_command(out, "show", "Show a picture by its number",
                fmt::format("convgrad show {} NUMBER{}", options.with_paths ? data : without_folders(data), part));
  out.raw("</ul>\n");
  write_group(out, run, "worst", "By loss", "The largest losses: where the net was surest and wrong.");
  write_group(out, run, "unsure", "Right, but least sure", "Right answers with the smallest probability.");
  write_group(
      out, run, "suspicious", "The label looks wrong",
      "The net is more than 99 % sure of another class. Some of these are wrong labels; look before you believe "
      "either.");
  out.raw("</section>\n");
}

}  // namespace convgrad::cli
