#include <cmath>
#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "data/generated.h"

namespace convgrad::data::datasets {
namespace detail {

int64_t count_of(const GeneratedOptions& options) {
  constexpr int64_t kMost = int64_t{1} << 24;
  check<ValueError>(options.count >= 0 && options.count <= kMost, "count must be of 0 … {}, got {}", kMost,
                    options.count);
  return options.count > 0 ? options.count : options.train ? 10000 : 2000;
}

}  // namespace detail

namespace {

constexpr int64_t kSamples = 128;

/// sin(2π·turns) to a thousandth, the same bits everywhere.
double sine(double turns) {
  const double x = 2 * (turns - std::floor(turns)) - 1, parabola = -4 * x * (1 - std::abs(x));
  return 0.225 * (parabola * std::abs(parabola) - parabola) + parabola;
}

/// A value of −1 … 1 at `at` (0 … 1 over the whole signal), where the phase is `turns`.
double value(int64_t kind, double turns, double at) {
  const double part = turns - std::floor(turns);
  switch (kind) {
    case 0:
      return sine(turns);
    case 1:
      return part < 0.5 ? 1 : -1;
    case 2:
      return 2 * part - 1;
    case 3:
      return 4 * std::abs(part - 0.5) - 1;
    case 4:
      return part < 0.15 ? 1 : -0.2;
    case 5:
      return sine(turns * (0.5 + at));  // faster and faster
    case 6:
      return sine(2 * turns) * (1 - at) * (1 - at);  // fading away
    default:
      return 0.5 * (sine(turns) + sine(2.75 * turns));
  }
}

void draw(Draws& draws, int64_t kind, uint8_t* out) {
  const double pitch = draws.uniform(3, 9), phase = draws.uniform(), amplitude = draws.uniform(40, 100);
  for (int64_t i = 0; i < kSamples; ++i) {
    const double at = static_cast<double>(i) / kSamples;
    const auto level = static_cast<int64_t>(amplitude * value(kind, phase + pitch * at, at));
    out[i] = detail::noisy(128 + level, 15, draws);
  }
}

ImageDataset load_signals(GeneratedOptions options) {
  const int64_t count = detail::count_of(options);
  const Tensor signals = make_tensor({count, 1, 1, kSamples}, kUInt8), targets = make_tensor({count}, kInt64);
  for (int64_t i = 0; i < count; ++i) {
    Draws draws(detail::seed_of(options), i);
    const int64_t kind = targets.data_ptr<int64_t>()[i] = draws.integer(0, 7);
    draw(draws, kind, signals.data_ptr<uint8_t>() + i * kSamples);
  }
  return {signals,
          targets,
          {"sine", "square", "sawtooth", "triangle", "pulses", "chirp", "burst", "two tones"},
          std::move(options.transform)};
}

}  // namespace

Signals::Signals(GeneratedOptions options) : ImageDataset(load_signals(std::move(options))) {}

}  // namespace convgrad::data::datasets
