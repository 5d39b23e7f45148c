#include "cli/page.h"

#include <sstream>
#include <utility>

#include "cli/program.h"

namespace convgrad::testing {

std::string without_tags(const std::string& html) {
  std::string text;
  bool tag = false;
  for (const char c : html) {
    if (c == '<' || c == '>')
      tag = c == '<';
    else if (!tag)
      text += c;
  }
  for (const auto& [entity, sign] :
       {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    for (size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
      text.replace(at, std::string(entity).size(), sign);
  return text;
}

std::string inside(const std::string& page, const std::string& id) {
  const size_t named = page.find("id=\"" + id + "\"");
  if (named == std::string::npos) return "";
  const size_t open = page.rfind('<', named), begin = page.find('>', named) + 1;
  const std::string tag = page.substr(open + 1, page.find_first_of(" >", open) - open - 1);
  return page.substr(begin, page.find("</" + tag + ">", begin) - begin);
}

Rows table(const std::string& page, const std::string& region) {
  Rows rows;
  const size_t begin = page.find("aria-label=\"" + region + "\"");
  if (begin == std::string::npos) return rows;
  const size_t end = page.find("</table>", begin);
  for (size_t row = page.find("<tr", begin); row < end; row = page.find("<tr", row + 1)) {
    const size_t row_end = page.find("</tr>", row);
    rows.emplace_back();
    for (size_t cell = page.find("<t", row + 3); cell < row_end; cell = page.find("<t", cell + 1)) {
      const size_t inner = page.find('>', cell) + 1;
      const std::string close = std::string("</t") + page[cell + 2] + ">";
      rows.back().push_back(without_tags(page.substr(inner, page.find(close, inner) - inner)));
    }
  }
  return rows;
}

Rows csv(const std::filesystem::path& file) {
  Rows rows;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line + ",");
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

}  // namespace convgrad::testing
