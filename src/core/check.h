#pragma once
#include <convgrad/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convgrad {

/// Throws E with the formatted message unless `ok`. For messages without further fields; others build E from
/// ErrorDetails. Sizes are passed as they are ("[2, 3]" comes out): to_string(sizes) would cost its time in every call.
template <class E = Error, class... Args>
inline void check(bool ok, fmt::format_string<Args...> message, Args&&... args) {
  if (!ok) [[unlikely]]
    throw E(ErrorDetails{.what = fmt::format(message, std::forward<Args>(args)...)});
}

}  // namespace convgrad
