#pragma once
#include "core/threads.h"
#include "kernels/conv/plan.h"

namespace convgrad::kernels {

/// A part of a problem's result, a problem of its own: some groups, or some channels of the result in one group. Every
/// element gets the same bits as in the whole.
struct ConvPart {
  ConvProblem problem = {};
  int64_t x = 0, w = 0, y = 0, bias = 0;  // where its arrays begin, in elements of the whole's
};

/// Into how many slices, each with sums of its own, a pass cuts the positions: a number that depends on the problem
/// alone. One for forward and backward-data.
int64_t slices_of(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size);

/// Bytes of scratch memory that a pass over the problem takes, but for the small blocks that each thread has.
int64_t scratch_bytes(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size, int64_t slices);

/// Calls run(part) for parts that together make the whole and take at most `limit` bytes of scratch memory each, if
/// that can be: down to 16 channels of the result in one group.
void for_each_part(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size, int64_t slices,
                   int64_t limit, FunctionRef<void(const ConvPart&)> run);

}  // namespace convgrad::kernels
