#include "kernels/conv/plan.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <optional>

#include "kernels/conv/columns.h"
#include "kernels/conv/depthwise.h"
#include "kernels/conv/strided_winograd.h"
#include "kernels/conv/whole.h"
#include "kernels/conv/winograd.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels {
namespace {

constexpr ConvAlgorithm kAll[] = {
    ConvAlgorithm::reference, ConvAlgorithm::implicit_gemm, ConvAlgorithm::winograd,
    ConvAlgorithm::flat,      ConvAlgorithm::depthwise,     ConvAlgorithm::strided_winograd,
    ConvAlgorithm::small,     ConvAlgorithm::whole,         ConvAlgorithm::columns};

std::optional<ConvAlgorithm> named(std::string_view name) {
  for (const ConvAlgorithm algorithm : kAll)
    if (name == name_of(algorithm)) return algorithm;
  return {};
}

/// Minus one: not forced.
std::atomic<int>& forced() {
  static std::atomic<int> value = [] {
    const char* name = std::getenv("CONVGRAD_CONV_ALGORITHM");
    const auto algorithm = name ? named(name) : std::nullopt;
    return algorithm ? static_cast<int>(*algorithm) : -1;
  }();
  return value;
}
[[maybe_unused]] const std::atomic<int>& made_at_once = forced();  // see core/fork.h

std::atomic<bool> winograd_allowed{true};
std::atomic<int64_t> workspace_bytes{int64_t{64} << 20};

bool applies(ConvAlgorithm algorithm, const ConvProblem& p, Pass pass, int64_t element_size) {
  if (algorithm == ConvAlgorithm::whole) return conv_whole::applies(p);
  if (algorithm == ConvAlgorithm::columns) return conv_columns::applies(p);
  if (algorithm == ConvAlgorithm::depthwise) return depthwise::applies(p, pass);
  if (algorithm == ConvAlgorithm::winograd) return element_size == 4 && winograd::applies(p, pass);
  return algorithm != ConvAlgorithm::strided_winograd || (element_size == 4 && strided_winograd::applies(p, pass));
}

/// Whether the whole problem is a few hundred multiplications. Careful steps: none of the products can overflow.
bool is_small(const ConvProblem& p) {
  constexpr int64_t most = 768;
  int64_t work = 1;
  for (const int64_t factor : {p.batch, p.out_channels, p.in_channels / p.groups}) {
    if (factor > most) return false;
    work *= factor;
  }
  int64_t cells = p.batch * p.in_channels;
  for (const ConvAxis& a : p.axes) {
    if (work > most || cells > 8 * most || a.kernel > most || a.output > most || a.input > 8 * most) return false;
    work *= a.kernel * a.output;
    cells *= a.input;
  }
  return work <= most && cells <= 8 * most;
}

/// Cells of the flat planes that one row of results reads, at most: dilated windows reach over many rows.
int64_t flat_row_cells(const ConvProblem& p, Pass pass, int64_t channels) {
  constexpr int64_t kMostWide = 512, kFar = 1 << 20;  // farther is as bad, and the product must not overflow
  const auto& result = pass == Pass::backward_data ? &ConvAxis::input : &ConvAxis::output;
  const auto reach = [&](const ConvAxis& a) { return std::min(kFar, a.dilation * (a.kernel - 1) / a.stride) + 1; };
  const auto phases = [](const ConvAxis& a) { return std::min(a.stride, a.kernel); };
  const ConvAxis &high = p.axes[1], &wide = p.axes[2];
  if (reach(high) > kFar || reach(wide) > kFar) return std::numeric_limits<int64_t>::max();
  return channels * phases(high) * reach(high) * phases(wide) *
         (std::min(wide.*result, std::max(kMostWide, 2 * reach(wide))) + reach(wide));
}

/// The share of the flat method's time that computes something wanted: it fills whole vectors, and computes the
/// positions between the end of one row and the beginning of the next. Where the planes that are read do not fit into a
/// cache, results wait from one chunk of channels to the next. Laying the weights out takes as long as so many
/// positions.
double flat_use(const ConvProblem& p, Pass pass) {
  constexpr int64_t kVectors = 16, kNearCells = 128 << 10, kFewChannels = 4, kPackedWeights = 16;
  constexpr double kInChunks = 0.75;
  const bool back = pass == Pass::backward_data;
  const int64_t channels = (back ? p.out_channels : p.in_channels) / p.groups;
  int64_t cells = channels;
  for (const ConvAxis& a : p.axes) cells *= back ? a.output : a.input;
  const auto size = [&](const ConvAxis& a) { return back ? ceil_div(a.input, a.stride) : a.output; };
  const auto spread = [&](const ConvAxis& a) {
    return std::min(int64_t{1} << 30, a.dilation * (a.kernel - 1) / a.stride);
  };
  const int64_t high = size(p.axes[1]), wide = size(p.axes[2]), gap = spread(p.axes[2]);
  const int64_t flat = round_up((high - 1) * (wide + gap) + wide, kVectors);
  const double positions = static_cast<double>(p.batch) * static_cast<double>(high * wide);
  return (cells > kNearCells && channels > kFewChannels ? kInChunks : 1) * positions / (positions + kPackedWeights) *
         static_cast<double>(high * wide) / static_cast<double>(std::max<int64_t>(1, flat));
}

/// The share of time that implicit_gemm multiplies: packing a vector pair of one row of the window's matrix takes about
/// as long as multiplying it with so many rows of weights.
double implicit_gemm_use(const ConvProblem& p, Pass pass, int64_t rows) {
  const bool strided = p.axes[2].stride > 1 && pass == Pass::forward;
  const double packing = strided ? 40 : p.axes[2].kernel > 1 ? 16 : 8;
  return static_cast<double>(rows) / (static_cast<double>(rows) + packing);
}

/// The flat method pays where packing a panel is not repaid by many rows of weights, or where little of it is wasted.
bool flat_pays(const ConvProblem& p, Pass pass) {
  constexpr int64_t kMostCells = 512 << 10;  // a thread's: not much more than its second-level cache
  const int64_t in = p.in_channels / p.groups, out = p.out_channels / p.groups;
  const int64_t depth = p.axes[0].kernel * (pass == Pass::backward_data ? out : in);
  if (pass == Pass::backward_weights) {
    constexpr int64_t kMostWeights = 16 << 10;  // of a group: each has a vector of sums in each slice
    return flat_row_cells(p, pass, depth) <= kMostCells && out <= 16 && depth <= 16 &&
           out * depth * p.axes[1].kernel * p.axes[2].kernel <= kMostWeights;
  }
  if (flat_row_cells(p, pass, 1) > kMostCells / 8) return false;
  const int64_t rows = pass == Pass::forward ? out : in;
  if (p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel == 1 && rows >= 24) return false;  // nothing read twice
  return flat_use(p, pass) > implicit_gemm_use(p, pass, rows);
}

/// Always, but for the weights' gradient with few blocks of channels for the threads: it is not cut along samples.
bool depthwise_pays(const ConvProblem& p, Pass pass) {
  constexpr int64_t kLeastChannels = 32;
  return pass != Pass::backward_weights || p.groups >= kLeastChannels;
}

/// Writing the window's matrix out pays where there are far fewer positions than outputs: the matrix costs about as
/// much for each position as laying the weights out costs for each output, or adding their slices up. Forward passes
/// over few positions read the weights as they lie in any case.
bool columns_pay(const ConvProblem& p, Pass pass) {
  if (pass == Pass::forward) return false;
  const bool points = p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel * p.axes[2].stride == 1;
  const double repaid = pass == Pass::backward_weights ? 4 : points ? 6 : 2.5;
  const auto most = static_cast<int64_t>(static_cast<double>(p.out_channels) / repaid);
  int64_t positions = p.batch;
  for (const ConvAxis& a : p.axes) {
    if (positions > most || a.output > most) return false;
    positions *= a.output;
  }
  return positions <= most && p.in_channels >= 4;
}

/// Winograd's algorithm pays where channels fill vectors, tiles fill planes, and there are enough tiles to repay the
/// transform of the weights.
bool winograd_pays(const ConvProblem& p, Pass pass) {
  const int64_t in = p.in_channels / p.groups, out = p.out_channels / p.groups, taps = p.axes[2].kernel;
  if (std::min(in, out) < (taps == 5 ? 6 : 12) || std::max(in, out) < 12) return false;
  const auto& result = pass == Pass::backward_data ? &ConvAxis::input : &ConvAxis::output;
  const int64_t high = p.axes[1].*result, wide = p.axes[2].*result;
  // a thread's points of a row of tiles, which only the other passes can cut
  if (pass == Pass::backward_weights && (taps + 3) * (taps + 3) * p.axes[0].kernel * in * (wide / 4) > (1 << 20))
    return false;
  const int64_t least = taps == 5 ? 128 : 320;  // positions: a weight's points cost as much as so many multiplications
  return high >= 6 && wide >= 6 && p.batch * high * wide >= least;
}

}  // namespace

const char* name_of(ConvAlgorithm algorithm) {
  switch (algorithm) {
    case ConvAlgorithm::reference:
      return "reference";
    case ConvAlgorithm::implicit_gemm:
      return "implicit_gemm";
    case ConvAlgorithm::winograd:
      return "winograd";
    case ConvAlgorithm::strided_winograd:
      return "strided_winograd";
    case ConvAlgorithm::small:
      return "small";
    case ConvAlgorithm::flat:
      return "flat";
    case ConvAlgorithm::depthwise:
      return "depthwise";
    case ConvAlgorithm::whole:
      return "whole";
    case ConvAlgorithm::columns:
      return "columns";
  }
  return "";
}

ConvAlgorithm choose_algorithm(const ConvProblem& p, Pass pass, int64_t element_size) {
  if (const int wanted = forced(); wanted >= 0) {
    const auto algorithm = static_cast<ConvAlgorithm>(wanted);
    if (applies(algorithm, p, pass, element_size)) return algorithm;
  }
  if (is_small(p)) return ConvAlgorithm::small;
  if (conv_whole::applies(p)) return ConvAlgorithm::whole;
  if (winograd_allowed && applies(ConvAlgorithm::winograd, p, pass, element_size) && winograd_pays(p, pass))
    return ConvAlgorithm::winograd;
  if (winograd_allowed && applies(ConvAlgorithm::strided_winograd, p, pass, element_size) &&
      strided_winograd::pays(p, pass) && winograd_pays(strided_winograd::phased_problem(p), pass))
    return ConvAlgorithm::strided_winograd;
  if (applies(ConvAlgorithm::columns, p, pass, element_size) && columns_pay(p, pass)) return ConvAlgorithm::columns;
  if (applies(ConvAlgorithm::depthwise, p, pass, element_size) && depthwise_pays(p, pass))
    return ConvAlgorithm::depthwise;
  if (flat_pays(p, pass)) return ConvAlgorithm::flat;
  return ConvAlgorithm::implicit_gemm;
}

bool force_algorithm(std::string_view name) {
  const auto algorithm = named(name);
  if (!algorithm && !name.empty()) return false;
  forced() = algorithm ? static_cast<int>(*algorithm) : -1;
  return true;
}

void set_allow_winograd(bool allowed) { winograd_allowed = allowed; }
bool allow_winograd() { return winograd_allowed; }
void set_workspace_limit(int64_t bytes) { workspace_bytes = std::max<int64_t>(1, bytes); }
int64_t workspace_limit() { return workspace_bytes; }

}  // namespace convgrad::kernels
