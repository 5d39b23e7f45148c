#include "convgrad/expanding_array.h"

#include "core/check.h"

namespace convgrad::detail {

void wrong_count(size_t expected, size_t got) {
  throw ShapeError(ErrorDetails{.what = fmt::format("Expected {} values, but instead got {}", expected, got),
                                .expected = std::to_string(expected),
                                .got = std::to_string(got),
                                .hint = "one value stands for every axis; otherwise give one for each"});
}

}  // namespace convgrad::detail
