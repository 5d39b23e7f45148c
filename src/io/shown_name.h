#pragma once
#include <string>
#include <string_view>

namespace convgrad::io {

/// A path or name as an error message shows it: in single quotes, control bytes and bytes that are no UTF-8 as \xNN,
/// the middle left out when very long. Names come from files, so they may hold anything.
std::string shown_name(std::string_view name);

/// The length of the valid UTF-8 sequence at the start of `text` (1 to 4), 0 if there is none.
size_t utf8_length(std::string_view text);

/// Is all of `text` UTF-8?
bool is_utf8(std::string_view text);

}  // namespace convgrad::io
