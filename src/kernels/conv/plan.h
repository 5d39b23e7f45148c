#pragma once
#include <cstdint>
#include <string_view>

#include "kernels/conv/problem.h"

namespace convgrad::kernels {

/// The ways to compute a pass; a file each.
enum class ConvAlgorithm {
  reference,
  implicit_gemm,
  winograd,
  strided_winograd,
  flat,
  depthwise,
  small,
  whole,
  columns
};

/// What CONVGRAD_CONV_ALGORITHM and chosen_algorithm() call it.
const char* name_of(ConvAlgorithm algorithm);

/// The algorithm for a pass. CONVGRAD_CONV_ALGORITHM in the environment forces one for every problem that it can
/// compute. `element_size` tells float (4) from double (8).
ConvAlgorithm choose_algorithm(const ConvProblem& p, Pass pass, int64_t element_size);

/// Forces an algorithm where it applies, by name; an empty name leaves the choice to the planner. False for an unknown
/// name.
bool force_algorithm(std::string_view name);

/// Whether Winograd's algorithm, which rounds two to five times as coarsely as the definition, may be chosen (default:
/// yes).
void set_allow_winograd(bool allowed);
bool allow_winograd();

/// Scratch memory that a pass may take, in bytes (default 64 MiB), or what its least part takes: 16 channels of the
/// result. Results do not depend on it. Besides, each thread has blocks of its own, of some megabytes at most.
void set_workspace_limit(int64_t bytes);
int64_t workspace_limit();

}  // namespace convgrad::kernels
