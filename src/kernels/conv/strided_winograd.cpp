#include "kernels/conv/strided_winograd.h"

#include <algorithm>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/winograd.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels::strided_winograd {
namespace {

constexpr int64_t kMostStride = 4;
constexpr int64_t kMostCells = 1 << 20;  // of x, copied at a time: samples

/// Where taps of one axis go: position o under tap t meets cell (o + tap(t) − low)·stride + phase(t).
struct PhasedAxis {
  int64_t stride, low, first;

  explicit PhasedAxis(const ConvAxis& a)
      : stride(a.stride), low(ceil_div(a.pad_low, a.stride)), first(low * a.stride - a.pad_low) {}
  int64_t phase(int64_t t) const { return (t + first) % stride; }
  int64_t tap(int64_t t) const { return (t + first) / stride; }
};

int64_t phased_taps(const ConvProblem& p) {
  const auto taps = [&](int a) { return PhasedAxis(p.axes[a]).tap(p.axes[a].kernel - 1) + 1; };
  const int64_t most = std::max(taps(1), taps(2));
  return most <= 3 ? 3 : most <= 5 ? 5 : 0;
}

std::array<int64_t, 5> dense(std::array<int64_t, 5> sizes) {
  std::array<int64_t, 5> strides;
  int64_t next = 1;
  for (size_t a = 5; a-- > 0; next *= sizes[a]) strides[a] = next;
  return strides;
}

/// f(offset in x, how many cells from there on, offset in the copy) for each row of the copy; fewer than its cells
/// where the input ends.
template <class F>
void each_row(const ConvProblem& p, const ConvProblem& q, F f) {
  const ConvAxis &high = p.axes[1], &wide = p.axes[2];
  const auto phase_cells = [](const ConvAxis& a, int64_t phase) {
    return phase < a.input ? (a.input - phase - 1) / a.stride + 1 : 0;
  };
  const int64_t phases = high.stride * wide.stride;
  parallel_for(0, p.batch * q.in_channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; ++plane) {
      const int64_t n = plane / q.in_channels, channel = plane % q.in_channels, phase = channel % phases,
                    h0 = phase / wide.stride, w0 = phase % wide.stride;
      const int64_t sample = n * p.x_strides[0] + channel / phases * p.x_strides[1], count = phase_cells(wide, w0);
      for (int64_t d = 0; d < p.axes[0].input; ++d)
        for (int64_t h = 0; h < q.axes[1].input; ++h)
          f(sample + d * p.x_strides[2] + (h * high.stride + h0) * p.x_strides[3] + w0 * p.x_strides[4],
            h < phase_cells(high, h0) ? count : 0,
            n * q.x_strides[0] + channel * q.x_strides[1] + d * q.x_strides[2] + h * q.x_strides[3]);
    }
  });
}

/// f(offset in w, offset in the copy) for each weight.
template <class F>
void each_weight(const ConvProblem& p, const ConvProblem& q, F f) {
  constexpr int64_t kGrain = 1 << 14;
  const PhasedAxis high(p.axes[1]), wide(p.axes[2]);
  struct Place {
    int64_t in_w, in_copy;
  };
  std::vector<Place> places;  // of one (k, c)
  for (int64_t d = 0; d < p.axes[0].kernel; ++d)
    for (int64_t h = 0; h < p.axes[1].kernel; ++h)
      for (int64_t w = 0; w < p.axes[2].kernel; ++w)
        places.push_back({d * p.w_strides[2] + h * p.w_strides[3] + w * p.w_strides[4],
                          (high.phase(h) * wide.stride + wide.phase(w)) * q.w_strides[1] + d * q.w_strides[2] +
                              high.tap(h) * q.w_strides[3] + wide.tap(w) * q.w_strides[4]});
  const int64_t channels = p.in_channels / p.groups, phases = high.stride * wide.stride;
  parallel_for(0, p.out_channels, ceil_div(kGrain, std::max<int64_t>(1, q.w_strides[0])), [&](int64_t k, int64_t last) {
    for (; k < last; ++k)
      for (int64_t c = 0; c < channels; ++c)
        for (const Place& place : places)
          f(k * p.w_strides[0] + c * p.w_strides[1] + place.in_w,
            k * q.w_strides[0] + c * phases * q.w_strides[1] + place.in_copy);
  });
}

int64_t sample_cells(const ConvProblem& q) { return q.x_strides[0]; }
int64_t weights(const ConvProblem& q) { return q.out_channels * q.w_strides[0]; }

ConvProblem some_samples(ConvProblem p, int64_t samples) {
  p.batch = samples;
  return p;
}

/// f(problem, its copy's problem, first sample) for some samples at a time, a number that hangs on the problem alone.
template <class F>
void each_chunk(const ConvProblem& p, F f) {
  const ConvProblem q = phased_problem(p);
  const int64_t samples = std::max<int64_t>(1, kMostCells / std::max<int64_t>(1, sample_cells(q)));
  for (int64_t first = 0; first < p.batch; first += samples) {
    const int64_t some = std::min(samples, p.batch - first);
    f(some_samples(p, some), some_samples(q, some), first);
  }
}

void copy_weights(const ConvProblem& p, const ConvProblem& q, const float* w, float* copy) {
  std::fill_n(copy, weights(q), 0.0f);
  each_weight(p, q, [=](int64_t from, int64_t to) { copy[to] = w[from]; });
}

void copy_phases(const ConvProblem& p, const ConvProblem& q, const float* x, float* copy) {
  const int64_t step = p.axes[2].stride * p.x_strides[4], width = q.axes[2].input;
  each_row(p, q, [=](int64_t at, int64_t count, int64_t to) {
    for (int64_t i = 0; i < count; ++i) copy[to + i] = x[at + i * step];
    std::fill(copy + to + count, copy + to + width, 0.0f);
  });
}

}  // namespace

ConvProblem phased_problem(const ConvProblem& p) {
  ConvProblem q = p;
  const int64_t taps = phased_taps(p);
  for (int a = 1; a < 3; ++a) {
    ConvAxis& axis = q.axes[a];
    axis.input = ceil_div(axis.input, axis.stride);
    axis.kernel = taps;
    axis.pad_low = PhasedAxis(p.axes[a]).low;
    axis.pad_high = std::max<int64_t>(0, axis.output + taps - 1 - axis.input - axis.pad_low);
    axis.stride = 1;
  }
  q.in_channels *= p.axes[1].stride * p.axes[2].stride;
  q.x_strides = dense({q.batch, q.in_channels, q.axes[0].input, q.axes[1].input, q.axes[2].input});
  q.w_strides = dense({q.out_channels, q.in_channels / q.groups, q.axes[0].kernel, taps, taps});
  return q;
}

bool applies(const ConvProblem& p, Pass pass) {
  const ConvAxis &high = p.axes[1], &wide = p.axes[2];
  for (const ConvAxis* a : {&high, &wide})
    if (a->dilation != 1 || a->stride > kMostStride) return false;
  if (high.stride * wide.stride == 1 || phased_taps(p) == 0) return false;
  return winograd::applies(phased_problem(p), pass);
}

bool pays(const ConvProblem& p, Pass pass) {
  constexpr double kTransforms = 64;  // of a result, in multiplications
  constexpr double kMostOfDirect = 0.7;
  const double a_point = pass == Pass::backward_weights ? 100 : 70;  // in positions
  const auto real = [](int64_t n) { return static_cast<double>(n); };
  const int64_t taps = phased_taps(p), points = (taps + 3) * (taps + 3);
  const double phases = real(p.axes[1].stride * p.axes[2].stride), kernel = real(p.axes[1].kernel * p.axes[2].kernel),
               depth = real(p.axes[0].kernel);
  const bool back = pass == Pass::backward_data;
  const double summed = depth * (back ? real(p.out_channels) : real(p.in_channels) * phases) / real(p.groups);
  const double share = (summed * real(points) / 16 + kTransforms) / (summed * kernel / phases);
  if (share > kMostOfDirect) return false;
  const double positions = real(p.batch) * real(p.axes[0].output) * real(p.axes[1].output) * real(p.axes[2].output);
  return positions * (1 - share) >= a_point * real(points) * phases / kernel;
}

/// Of the least chunk, one sample.
int64_t weight_slices(const ConvProblem& p) { return winograd::weight_slices(phased_problem(some_samples(p, 1))); }

int64_t scratch_cells(const ConvProblem& p, Pass pass) {
  const ConvProblem q = phased_problem(p);
  return winograd::scratch_cells(q, pass) + weights(q);
}

void forward(const ConvProblem& p, const float* x, const float* w, const float* bias, float* y) {
  const ConvProblem q = phased_problem(p);
  const Scratch<float> copied(weights(q));
  copy_weights(p, q, w, copied);
  each_chunk(p, [&](const ConvProblem& some, const ConvProblem& phased, int64_t first) {
    const Scratch<float> copy(some.batch * sample_cells(phased));
    copy_phases(some, phased, x + first * p.x_strides[0], copy);
    winograd::forward(phased, copy, copied, bias, y + first * p.y_strides[0]);
  });
}

void backward_data(const ConvProblem& p, const float* dy, const float* w, const float* bias, float* dx) {
  const ConvProblem q = phased_problem(p);
  const int64_t phases = p.axes[1].stride * p.axes[2].stride;
  const Scratch<float> copied(weights(q)), biases(bias ? q.in_channels : 0);
  copy_weights(p, q, w, copied);
  for (int64_t c = 0; bias && c < q.in_channels; ++c) biases[c] = bias[c / phases];
  const int64_t step = p.axes[2].stride * p.x_strides[4];
  each_chunk(p, [&](const ConvProblem& some, const ConvProblem& phased, int64_t first) {
    const Scratch<float> copy(some.batch * sample_cells(phased));
    winograd::backward_data(phased, dy + first * p.y_strides[0], copied, bias ? biases.data() : nullptr, copy);
    float* const to = dx + first * p.x_strides[0];
    each_row(some, phased, [&](int64_t at, int64_t count, int64_t from) {
      for (int64_t i = 0; i < count; ++i) to[at + i * step] = copy[from + i];
    });
  });
}

void backward_weights(const ConvProblem& p, const float* x, const float* dy, float* dw, int64_t slices) {
  const ConvProblem q = phased_problem(p);
  const Scratch<float> sums(weights(q));
  each_weight(p, q, [&](int64_t to, int64_t) { dw[to] = 0; });
  each_chunk(p, [&](const ConvProblem& some, const ConvProblem& phased, int64_t first) {
    const Scratch<float> copy(some.batch * sample_cells(phased));
    copy_phases(some, phased, x + first * p.x_strides[0], copy);
    winograd::backward_weights(phased, copy, dy + first * p.y_strides[0], sums, slices);
    each_weight(p, q, [&](int64_t to, int64_t from) { dw[to] += sums[from]; });
  });
}

}  // namespace convgrad::kernels::strided_winograd
