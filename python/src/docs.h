// What help() shows of a bound function.
#pragma once
#include <string>
#include <string_view>

namespace convgrad::python {

/// What the C++ header says of the function of this name, "" where it says nothing.
std::string_view described(std::string_view name);

/// A row's signature as Python writes one: "(input, dim, keepdim=False, *, dtype=None)"; "($self, …" of a method.
std::string text_signature(std::string_view signature, bool as_method, bool in_place);

}  // namespace convgrad::python
