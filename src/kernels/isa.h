#pragma once
#include <string>
#include <vector>

namespace convgrad::kernels {

/// The instruction sets this library was compiled for and this machine can run, best first: "AVX3", "AVX2", "SSE4",
/// "SCALAR".
std::vector<std::string> supported_isas();
/// The one in use. CONVGRAD_ISA in the environment chooses it at the start.
std::string current_isa();
/// Forces one of supported_isas() for every later kernel call; an empty name goes back to the best. Not while kernels
/// run. Throws ValueError for an unknown name.
void set_isa(const std::string& name);

}  // namespace convgrad::kernels
