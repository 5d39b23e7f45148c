#pragma once
#include <string>

namespace convgrad::nn {

/// Every line but the first moved right, as PyTorch prints modules inside modules.
std::string indented(const std::string& text);

}  // namespace convgrad::nn
