#include "report/html.h"

namespace convgrad::cli {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t') out += c;  // no other control signs
    }
  }
  return out;
}

Html& Html::element(std::string_view tag, std::string_view text, std::string_view attributes) {
  (text_ += '<') += tag;
  if (!attributes.empty()) (text_ += ' ') += attributes;
  ((((text_ += '>') += escaped(text)) += "</") += tag) += '>';
  return *this;
}

}  // namespace convgrad::cli
