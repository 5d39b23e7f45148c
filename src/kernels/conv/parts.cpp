#include "kernels/conv/parts.h"

#include <algorithm>

#include "kernels/conv/flat.h"
#include "kernels/conv/implicit_gemm.h"
#include "kernels/conv/strided_winograd.h"
#include "kernels/conv/winograd.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels {
namespace {

ConvPart some_groups(const ConvProblem& p, Pass pass, Range groups) {
  const int64_t in = p.in_channels / p.groups, out = p.out_channels / p.groups;
  ConvPart part{.problem = p};
  part.problem.groups = groups.count();
  part.problem.in_channels = in * groups.count();
  part.problem.out_channels = out * groups.count();
  part.x = groups.first * in * p.x_strides[1];
  part.w = groups.first * out * p.w_strides[0];
  part.y = groups.first * out * p.y_strides[1];
  part.bias = groups.first * (pass == Pass::backward_data ? in : out);
  return part;
}

/// Channels of the result of a problem of one group; in backward-weights, of w's first axis.
ConvPart some_channels(const ConvProblem& p, Pass pass, Range channels) {
  ConvPart part{.problem = p};
  if (pass == Pass::backward_data) {
    part.problem.in_channels = channels.count();
    part.x = channels.first * p.x_strides[1];
    part.w = channels.first * p.w_strides[1];
  } else {
    part.problem.out_channels = channels.count();
    part.w = channels.first * p.w_strides[0];
    part.y = channels.first * p.y_strides[1];
  }
  part.bias = channels.first;
  return part;
}

}  // namespace

int64_t slices_of(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size) {
  if (pass != Pass::backward_weights) return 1;
  switch (algorithm) {
    case ConvAlgorithm::implicit_gemm:
      return implicit_gemm::weight_slices(p, element_size);
    case ConvAlgorithm::winograd:
      return winograd::weight_slices(p);
    case ConvAlgorithm::strided_winograd:
      return strided_winograd::weight_slices(p);
    case ConvAlgorithm::flat:
      return flat::weight_slices(p);
    case ConvAlgorithm::reference:
    case ConvAlgorithm::depthwise:
    case ConvAlgorithm::small:
    case ConvAlgorithm::whole:
    case ConvAlgorithm::columns:
      break;
  }
  return 1;
}

int64_t scratch_bytes(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size, int64_t slices) {
  switch (algorithm) {
    case ConvAlgorithm::implicit_gemm:
      return slices * implicit_gemm::scratch_cells(p, pass) * element_size;
    case ConvAlgorithm::winograd:
      return slices * winograd::scratch_cells(p, pass) * element_size;
    case ConvAlgorithm::strided_winograd:
      return slices * strided_winograd::scratch_cells(p, pass) * element_size;
    case ConvAlgorithm::flat:
      return slices * flat::scratch_cells(p, pass) * element_size;
    case ConvAlgorithm::reference:
    case ConvAlgorithm::depthwise:
    case ConvAlgorithm::small:
    case ConvAlgorithm::whole:
    case ConvAlgorithm::columns:
      break;
  }
  return 0;
}

void for_each_part(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size, int64_t slices,
                   int64_t limit, FunctionRef<void(const ConvPart&)> run) {
  const int64_t whole = scratch_bytes(algorithm, p, pass, element_size, slices), wanted = ceil_div(whole, limit);
  if (whole <= limit) return run({.problem = p});
  if (p.groups > 1) {
    const int64_t parts = std::min(p.groups, wanted);
    for (int64_t i = 0; i < parts; ++i) {
      const ConvPart some = some_groups(p, pass, piece(p.groups, 1, i, parts));
      for_each_part(algorithm, some.problem, pass, element_size, slices, limit, [&](ConvPart part) {
        part.x += some.x, part.w += some.w, part.y += some.y, part.bias += some.bias;
        run(part);
      });
    }
    return;
  }
  constexpr int64_t kLeastChannels = 16;
  const int64_t channels = pass == Pass::backward_data ? p.in_channels : p.out_channels;
  // the flat method's bands, and with them the order of its sums, hang on the number of rows
  const bool whole_groups = algorithm == ConvAlgorithm::flat && pass == Pass::backward_weights;
  const int64_t parts = whole_groups ? 1 : std::min(ceil_div(channels, kLeastChannels), wanted);
  for (int64_t i = 0; i < parts; ++i) run(some_channels(p, pass, piece(channels, kLeastChannels, i, parts)));
}

}  // namespace convgrad::kernels
