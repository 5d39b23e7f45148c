#pragma once
#include <convgrad/autograd/autograd.h>
#include <convgrad/ops/conv.h>
#include <convgrad/ops/creation.h>
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <random>

namespace convgrad::testing {

using Random = std::mt19937_64;

inline int64_t pick(Random& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

/// A tensor of small whole numbers, so that every sum is exact, in a memory layout drawn at random: contiguous,
/// permuted, a slice of something larger, or expanded along a dimension.
inline Tensor random_tensor(Random& random, std::vector<int64_t> sizes, ScalarType dtype = kFloat64) {
  const size_t n = sizes.size();
  std::vector<size_t> order(n);
  for (size_t i = 0; i < n; ++i) order[i] = i;
  if (pick(random, 0, 1)) std::shuffle(order.begin(), order.end(), random);
  const bool gaps = pick(random, 0, 2) == 0;
  std::vector<int64_t> steps(n, 1), strides(n);
  int64_t cells = 1;
  for (size_t i = n; i-- > 0;) {
    const size_t d = order[i];
    steps[d] = gaps ? pick(random, 1, 2) : 1;
    const bool expanded = pick(random, 0, 19) == 0;
    strides[d] = expanded ? 0 : cells * steps[d];
    if (!expanded) cells *= std::max<int64_t>(sizes[d], 1) * steps[d];
  }
  Tensor memory = empty({cells + 3}, {.dtype = kFloat64});
  for (int64_t i = 0; i < memory.numel(); ++i) memory.data_ptr<double>()[i] = static_cast<double>(pick(random, -4, 4));
  return memory.to(dtype).as_strided(sizes, strides, 3);
}

struct Axis {
  int64_t input, kernel, stride, low, high, dilation;
  int64_t span() const { return dilation * (kernel - 1) + 1; }
  int64_t output() const { return (input + low + high - span()) / stride + 1; }
};

/// A convolution of one, two or three axes, drawn at random.
struct Case {
  size_t rank;
  int64_t batch, groups, in_group, out_group;
  std::vector<Axis> axes;

  explicit Case(Random& random, int64_t most_input = 9) {
    rank = static_cast<size_t>(pick(random, 1, 3));
    batch = pick(random, 0, 15) ? pick(random, 1, 3) : 0;
    groups = pick(random, 0, 1) ? 1 : pick(random, 2, 3);
    in_group = pick(random, 0, 30) ? pick(random, 1, 4) : 0;
    out_group = pick(random, 1, 4);
    for (size_t i = 0; i < rank; ++i) {
      Axis a{0, pick(random, 1, 4), pick(random, 1, 3), pick(random, 0, 3), pick(random, 0, 3), pick(random, 1, 2)};
      const int64_t least = std::max<int64_t>(a.span() - a.low - a.high, 1);
      a.input = pick(random, least, std::max(least, rank == 3 ? most_input / 2 : most_input));
      axes.push_back(a);
    }
  }
  std::vector<int64_t> each(auto f) const {
    std::vector<int64_t> out;
    for (const Axis& a : axes) out.push_back(f(a));
    return out;
  }
  std::vector<int64_t> sizes(int64_t first, int64_t second, auto f) const {
    std::vector<int64_t> out = each(f);
    out.insert(out.begin(), {first, second});
    return out;
  }
  std::vector<int64_t> x_sizes() const {
    return sizes(batch, groups * in_group, [](const Axis& a) { return a.input; });
  }
  std::vector<int64_t> w_sizes() const {
    return sizes(groups * out_group, in_group, [](const Axis& a) { return a.kernel; });
  }
  std::vector<int64_t> y_sizes() const {
    return sizes(batch, groups * out_group, [](const Axis& a) { return a.output(); });
  }
  ConvOptions options() const {
    return {.stride = each([](const Axis& a) { return a.stride; }),
            .padding = each([](const Axis& a) { return a.low; }),
            .padding_high = each([](const Axis& a) { return a.high; }),
            .dilation = each([](const Axis& a) { return a.dilation; }),
            .groups = groups};
  }
  /// The options of its adjoint: a transposed convolution of y that gives x.
  ConvTransposeOptions transposed_options() const {
    return {.stride = each([](const Axis& a) { return a.stride; }),
            .padding = each([](const Axis& a) { return a.low; }),
            .padding_high = each([](const Axis& a) { return a.high; }),
            .output_size = each([](const Axis& a) { return a.input; }),
            .groups = groups,
            .dilation = each([](const Axis& a) { return a.dilation; })};
  }
};

inline std::ostream& operator<<(std::ostream& out, const Case& c) {
  out << "batch " << c.batch << " groups " << c.groups << " of " << c.in_group << " to " << c.out_group;
  for (const Axis& a : c.axes)
    out << " [" << a.input << " kernel " << a.kernel << " stride " << a.stride << " padding " << a.low << "," << a.high
        << " dilation " << a.dilation << "]";
  return out;
}

using ConvFunction = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const ConvOptions&);
using ConvTransposeFunction = Tensor (*)(const Tensor&, const Tensor&, const Tensor&, const ConvTransposeOptions&);
inline ConvFunction conv_of(size_t rank) {
  static constexpr std::array<ConvFunction, 3> functions{conv1d, conv2d, conv3d};
  return functions[rank - 1];
}
inline ConvTransposeFunction conv_transpose_of(size_t rank) {
  static constexpr std::array<ConvTransposeFunction, 3> functions{conv_transpose1d, conv_transpose2d, conv_transpose3d};
  return functions[rank - 1];
}

inline std::vector<double> numbers(const Tensor& t) { return t.to_vector<double>(); }

/// Calls f(x index, w index, y index) for every product that makes up the convolution: the definition, in plain loops.
template <class F>
void for_each_product(const Case& c, F f) {
  Axis one{1, 1, 1, 0, 0, 1};
  Axis a[3] = {one, one, one};
  for (size_t i = 0; i < c.rank; ++i) a[3 - c.rank + i] = c.axes[i];
  const int64_t C = c.groups * c.in_group, K = c.groups * c.out_group;
  for (int64_t n = 0; n < c.batch; ++n)
    for (int64_t k = 0; k < K; ++k)
      for (int64_t cg = 0; cg < c.in_group; ++cg)
        for (int64_t od = 0; od < a[0].output(); ++od)
          for (int64_t oh = 0; oh < a[1].output(); ++oh)
            for (int64_t ow = 0; ow < a[2].output(); ++ow)
              for (int64_t td = 0; td < a[0].kernel; ++td)
                for (int64_t th = 0; th < a[1].kernel; ++th)
                  for (int64_t tw = 0; tw < a[2].kernel; ++tw) {
                    const int64_t d = od * a[0].stride + td * a[0].dilation - a[0].low;
                    const int64_t h = oh * a[1].stride + th * a[1].dilation - a[1].low;
                    const int64_t w = ow * a[2].stride + tw * a[2].dilation - a[2].low;
                    if (d < 0 || d >= a[0].input || h < 0 || h >= a[1].input || w < 0 || w >= a[2].input) continue;
                    const int64_t channel = k / c.out_group * c.in_group + cg;
                    f((((n * C + channel) * a[0].input + d) * a[1].input + h) * a[2].input + w,
                      (((k * c.in_group + cg) * a[0].kernel + td) * a[1].kernel + th) * a[2].kernel + tw,
                      (((n * K + k) * a[0].output() + od) * a[1].output() + oh) * a[2].output() + ow);
                  }
}

}  // namespace convgrad::testing
