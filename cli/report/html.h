#pragma once
#include <string>
#include <string_view>

namespace convgrad::cli {

/// Text as it stands in HTML and between its attributes' quotes.
std::string escaped(std::string_view text);

/// A page's text, written from its begin to its end.
class Html {
 public:
  /// As it is.
  Html& raw(std::string_view html) {
    text_ += html;
    return *this;
  }
  /// <tag attributes>text</tag>; the text is escaped, the attributes are not.
  Html& element(std::string_view tag, std::string_view text, std::string_view attributes = "");
  /// A table's cells are elements, too.
  Html& cell(std::string_view text, std::string_view attributes = "") { return element("td", text, attributes); }
  Html& head(std::string_view text, std::string_view attributes = "scope=\"col\"") {
    return element("th", text, attributes);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_{};
};

}  // namespace convgrad::cli
