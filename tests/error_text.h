#pragma once
#include <gtest/gtest.h>

#include <string>

#include "convgrad/error.h"

namespace convgrad {

/// what() of the E that f throws; a failure where it throws something else or nothing.
template <class E = Error, class F>
std::string error_text(F&& f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  } catch (const std::exception& e) {
    ADD_FAILURE() << "another error: " << e.what();
    return "";
  }
  ADD_FAILURE() << "no error";
  return "";
}

}  // namespace convgrad
