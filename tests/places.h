#pragma once
#include <string>

/// Where the tests find the project's files.
namespace convgrad::test {

/// A file of tests/golden.
std::string golden(const std::string& name);
/// A file of the project.
std::string source(const std::string& name);

}  // namespace convgrad::test
