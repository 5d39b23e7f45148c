#include "kernels/conv/parts.h"

#include <convgrad/backends.h>

#include "kernels/conv/conv.h"
#include "kernels/conv/random_problem.h"
#include "kernels/every_isa.h"

namespace convgrad::kernels {
namespace {

constexpr Pass kPasses[] = {Pass::forward, Pass::backward_data, Pass::backward_weights};
constexpr int64_t kDefault = 64 << 20;

/// Puts the limit back.
struct WorkspaceLimit {
  explicit WorkspaceLimit(int64_t bytes) { set_workspace_limit(bytes); }
  ~WorkspaceLimit() { set_workspace_limit(kDefault); }
};

/// More channels than a part has at least, and shapes that every algorithm takes.
ConvProblem many_channels(Random& random) {
  ConvProblem p;
  p.batch = pick(random, 1, 3);
  p.groups = pick(random, 0, 1) ? 1 : pick(random, 2, 5);
  p.in_channels = p.groups * pick(random, 10, 50);
  p.out_channels = p.groups * pick(random, 10, 50);
  const int64_t taps = pick(random, 0, 1) ? 3 : 5, stride = pick(random, 0, 2) == 0 ? 2 : 1;
  for (int a = 1; a < 3; ++a)
    p.axes[a] = axis(pick(random, 4, 14) * stride, taps, stride, pick(random, 0, 2), pick(random, 0, 2), 1);
  return p;
}

template <class T>
std::vector<T> result(ConvCase<T>& c, Pass pass) {
  auto& written = pass == Pass::forward ? c.y : pass == Pass::backward_data ? c.x : c.w;
  auto to = written;
  if (pass == Pass::forward)
    conv_forward<T>(c.problem, c.x.data(), c.w.data(), c.bias_or_null(), to.data());
  else if (pass == Pass::backward_data)
    conv_backward_data<T>(c.problem, c.y.data(), c.w.data(), c.bias_or_null(), to.data());
  else
    conv_backward_weights<T>(c.problem, c.x.data(), c.y.data(), to.data());
  EXPECT_EQ(to.damaged_cells(), 0);
  return to.values();
}

template <class T>
void expect_same_bits(Random& random, const ConvProblem& p, Pass pass, int turn) {
  ConvCase<T> c(random, p, pass, turn % 3);
  for (auto* array : {&c.x, &c.w, &c.y}) array->fill_normal(random);
  for (const char* algorithm : {"implicit_gemm", "flat", "winograd", "strided_winograd", "columns"}) {
    SCOPED_TRACE(algorithm);
    force_algorithm(algorithm);
    on_isa(turn++, [&] {
      const auto whole = result(c, pass);
      for (const int64_t limit : {int64_t{1}, pick(random, 1, 200'000)}) {
        const WorkspaceLimit limited(limit);
        EXPECT_EQ(result(c, pass), whole) << limit;
      }
    });
    force_algorithm("");
  }
}

TEST(ConvParts, HaveTheBitsOfTheWhole) {
  Random random(3);
  for (int i = 0; i < 15 && !testing::Test::HasFailure(); ++i) {
    const ConvProblem p = many_channels(random);
    for (const Pass pass : kPasses) {
      SCOPED_TRACE(testing::Message() << "case " << i << " pass " << static_cast<int>(pass) << ": " << p);
      expect_same_bits<float>(random, p, pass, i);
      expect_same_bits<double>(random, p, pass, i);
    }
  }
}

/// The most that a pass takes beside its tensors.
int64_t scratch_of(const ConvProblem& p, Pass pass) {
  Random random(1);
  ConvCase<float> c(random, p, pass, 0);
  for (auto* array : {&c.x, &c.w, &c.y}) array->for_each([](float& cell) { cell = 0; });
  const int64_t before = memory_stats().allocated_bytes;
  reset_peak_memory_stats();
  if (pass == Pass::forward)
    conv_forward<float>(c.problem, c.x.data(), c.w.data(), nullptr, c.y.data());
  else if (pass == Pass::backward_data)
    conv_backward_data<float>(c.problem, c.y.data(), c.w.data(), nullptr, c.x.data());
  else
    conv_backward_weights<float>(c.problem, c.x.data(), c.y.data(), c.w.data());
  return memory_stats().peak_allocated_bytes - before;
}

ConvProblem plane(int64_t channels, int64_t outputs, int64_t groups, int64_t taps, int64_t high, int64_t wide,
                  int64_t dilation = 1) {
  ConvProblem p{.batch = 1, .in_channels = channels, .out_channels = outputs, .groups = groups};
  p.axes[1] = axis(high, taps, 1, 0, 0, dilation);
  p.axes[2] = axis(wide, taps, 1, 0, 0, dilation);
  return p;
}

TEST(ConvParts, TakeNoMoreMemoryThanTheLimit) {
  const ConvProblem many_weights = plane(512, 512, 1, 3, 8, 8),  // 9 MB of them, 38 MB of Winograd's points
      long_rows = plane(64, 64, 1, 3, 8, 4000),                  // a thousand tiles each
      depthwise = plane(768, 768, 768, 9, 12, 12),               // with large kernels
      dilated = plane(16, 16, 16, 5, 300, 300, 50);              // few taps over hundreds of rows
  const std::pair<const char*, ConvProblem> cases[] = {{"", many_weights},
                                                       {"", long_rows},
                                                       {"", depthwise},
                                                       {"", dilated},
                                                       {"implicit_gemm", many_weights},
                                                       {"implicit_gemm", long_rows},
                                                       {"implicit_gemm", depthwise},
                                                       {"implicit_gemm", dilated},
                                                       {"winograd", many_weights},
                                                       {"flat", depthwise},
                                                       {"columns", many_weights},
                                                       {"columns", long_rows}};
  const int threads = num_threads();
  set_thread_count(2);
  const WorkspaceLimit limited(2 << 20);
  for (const auto& [algorithm, p] : cases)
    for (const Pass pass : kPasses) {
      SCOPED_TRACE(testing::Message() << algorithm << " pass " << static_cast<int>(pass) << ": " << p);
      force_algorithm(algorithm);
      EXPECT_LE(scratch_of(p, pass), (2 << 20) + 2 * (4 << 20));  // and what each thread has
      force_algorithm("");
    }
  set_thread_count(threads);
}

}  // namespace
}  // namespace convgrad::kernels
