#include "docs.h"

#include <algorithm>

namespace convgrad::python {

namespace {

struct Doc {
  std::string_view name, text;
};
// Made by python/tools/docs.py of the comments in include/convgrad/ops, in the order of their names.
constexpr Doc docs[] = {
#include "docs.inc"
};

/// The default as Python writes it.
std::string default_of(std::string_view text) {
  if (text == "at::Reduction::Mean") return "1";
  if (text == "contiguous_format") return "None";
  std::string out(text);
  for (char& c : out) c = c == '{' ? '(' : c == '}' ? ')' : c;
  return out;
}

}  // namespace

std::string_view described(std::string_view name) {
  while (name.size() > 1 && name.back() == '_') name.remove_suffix(1);
  for (const std::string_view prefix : {"special_", "linalg_"})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  const auto at = std::lower_bound(std::begin(docs), std::end(docs), name,
                                   [](const Doc& doc, std::string_view n) { return doc.name < n; });
  return at != std::end(docs) && at->name == name ? at->text : std::string_view();
}

std::string text_signature(std::string_view signature, bool as_method, bool in_place) {
  const size_t open = signature.find('('), close = signature.rfind(')');
  std::string_view rest = signature.substr(open + 1, close - open - 1);
  std::string out = as_method ? "($self" : "(";
  bool first = true, defaults = false, star = false;
  while (!rest.empty()) {
    size_t end = 0;
    for (int depth = 0; end < rest.size() && (depth > 0 || rest[end] != ','); ++end)
      depth += (rest[end] == '{') - (rest[end] == '}');
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 2));
    if (first && as_method) {
      first = false;
      continue;
    }
    const size_t space = one.find(' '), equals = one.find('=');
    const std::string_view name = one == "*" ? one : one.substr(space + 1, equals - space - 1);
    if (name == "out" && (as_method || in_place)) continue;
    star |= name == "*";
    if (!first || as_method) out += ", ";
    first = false;
    out += name == "from" ? "low" : name;  // a word of Python's own
    if (equals != one.npos) out += "=" + default_of(one.substr(equals + 1));
    if (equals == one.npos && defaults && !star) return "(...)";
    defaults |= equals != one.npos;
  }
  if (out.ends_with(", *")) out.resize(out.size() - 3);
  return out + ")";
}

}  // namespace convgrad::python
