// random_, randint, randperm: whole numbers.
#include <limits>

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/generator.h"
#include "core/make.h"
#include "ops/creation.h"
#include "ops/random.h"

namespace convgrad {

const char* c_name(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return "unsigned char";
    case ScalarType::Int:
      return "int";
    case ScalarType::Long:
      return "long";
    case ScalarType::Float:
      return "float";
    case ScalarType::Double:
      return "double";
    default:
      return "bool";
  }
}

namespace {

/// Integers from 0 to the dtype's largest; of a float type, to 2^digits, which holds all of them.
void fill_integers(const Tensor& t, Generator* generator) {
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    constexpr uint64_t range = (uint64_t{1} << std::numeric_limits<T>::digits) + std::is_floating_point_v<T>;
    const LockedStream stream(generator);
    each_in_memory_order<T>(t, [&](T& x) {
      const uint64_t bits = sizeof(T) == 8 ? stream->random64() : stream->random();
      x = static_cast<T>(bits % range);
    });
  });
}

/// Every int64 there is, as the dtype.
void fill_full_range(const Tensor& t, Generator* generator) {
  check(t.dtype() == kInt64 || t.is_floating_point(),
        "random_full_64_bits_range_kernel_cpu handles only int64, double, float and bfloat16");
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    const LockedStream stream(generator);
    each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(static_cast<int64_t>(stream->random64())); });
  });
}

template <class T>
int64_t truncated(T x) {
  return x < T(0x1p63) ? static_cast<int64_t>(x) : INT64_MIN;  // as x86 has it
}

/// Distance of neighbouring numbers of the float type T around x ≠ 0, where it is 1 or more.
template <class T>
int64_t spacing(int64_t x) {
  const uint64_t magnitude = x < 0 ? -static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
  return int64_t{1} << (63 - __builtin_clzll(magnitude) - std::numeric_limits<T>::digits + 1);
}

/// Draws integers and converts them to T, which may round them out of [from, to): these move the bounds inwards, to
/// numbers that T holds, the way PyTorch does.
template <class T>
int64_t inner_from(int64_t from) {
  const auto next = static_cast<int64_t>(static_cast<uint64_t>(from) + 1);
  const int64_t rounded = truncated(static_cast<T>(next));
  return rounded < from ? rounded + spacing<T>(next) : from;
}
template <class T>
int64_t inner_to(int64_t to) {
  const int64_t rounded = truncated(static_cast<T>(to - 1));
  return rounded >= to ? rounded - spacing<T>(to - 1) : to;
}

/// Integers of [from, last], both int64.
template <class T>
void fill_between(const Tensor& t, int64_t from, int64_t last, Generator* generator) {
  const uint64_t range = static_cast<uint64_t>(last) - static_cast<uint64_t>(from) + 1;
  const LockedStream stream(generator);
  each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(stream->integer(range, from)); });
}

template <class T>
void check_bound(int64_t value, const char* what) {
  if constexpr (!std::is_floating_point_v<T>)
    check(value >= static_cast<int64_t>(std::numeric_limits<T>::lowest()) &&
              value <= static_cast<int64_t>(std::numeric_limits<T>::max()),
          "{} is out of bounds for {}", what, c_name(scalar_type_of<T>()));
}

/// [from, to).
void fill_integers(const Tensor& t, int64_t from, int64_t to, Generator* generator) {
  check(from < to, "random_ expects 'from' to be less than 'to', but got from={} >= to={}", from, to);
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    int64_t first = from, end = to;
    if constexpr (std::is_floating_point_v<T>) {
      first = inner_from<T>(from), end = inner_to<T>(to);
      check(first < end,
            "random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from={} >= to={}",
            first, end);
    }
    check_bound<T>(first, "from");
    check_bound<T>(end - 1, "to - 1");
    fill_between<T>(t, first, end - 1, generator);
  });
}

/// From `from` to the dtype's largest, or 2^digits of a float type.
void fill_integers_from(const Tensor& t, int64_t from, Generator* generator) {
  if (from == INT64_MIN) return fill_full_range(t, generator);
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>) {
      const int64_t last = int64_t{1} << std::numeric_limits<T>::digits, first = inner_from<T>(from);
      check(first < last,
            "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, but got "
            "from={} > to_inc={}",
            first, last);
      fill_between<T>(t, first, last, generator);
    } else {
      check_bound<T>(from, "from");
      fill_between<T>(t, from, static_cast<int64_t>(std::numeric_limits<T>::max()), generator);
    }
  });
}

// The former values' gradient is zero, as in random.cpp.

struct Random : Function<Random> {
  static constexpr auto name = "RandomBackward2";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_integers(out, generator);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return zeros_like(dy); }
};

struct RandomTo : Function<RandomTo> {
  static constexpr auto name = "RandomBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, int64_t to, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_integers(out, 0, to, generator);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return zeros_like(dy); }
};

struct RandomFromTo : Function<RandomFromTo> {
  static constexpr auto name = "RandomBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, int64_t from, std::optional<int64_t> to,
                        Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    if (to)
      fill_integers(out, from, *to, generator);
    else
      fill_integers_from(out, from, generator);
    return out;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return zeros_like(dy); }
};

}  // namespace

Tensor& Tensor::random_() { return random_(default_generator()); }
Tensor& Tensor::random_(Generator& generator) {
  Random::apply_in_place(*this, &generator);
  return *this;
}
Tensor& Tensor::random_(int64_t to, Generator* generator) {
  RandomTo::apply_in_place(*this, to, generator);
  return *this;
}
Tensor& Tensor::random_(int64_t from, std::optional<int64_t> to, Generator* generator) {
  RandomFromTo::apply_in_place(*this, from, to, generator);
  return *this;
}

Tensor randint(int64_t high, IntArrayRef size, const TensorOptions& options, Generator* generator) {
  return randint(0, high, size, options, generator);
}
Tensor randint(int64_t low, int64_t high, IntArrayRef size, const TensorOptions& options, Generator* generator) {
  Tensor t = make_tensor(size, options.dtype.value_or(kInt64));
  fill_integers(t, low, high, generator);
  return finished(std::move(t), options);
}

Tensor randint_like(const Tensor& input, int64_t high, const TensorOptions& options, Generator* generator) {
  return randint_like(input, 0, high, options, generator);
}
Tensor randint_like(const Tensor& input, int64_t low, int64_t high, const TensorOptions& options,
                    Generator* generator) {
  Tensor t = make_like(input, options);
  fill_integers(t, low, high, generator);
  return finished(std::move(t), options);
}

Tensor randperm(int64_t n, const TensorOptions& options, Generator* generator) {
  const ScalarType dtype = options.dtype.value_or(kInt64);
  const Tensor order = make_tensor({n}, kInt64);
  check<NotImplementedError>(dtype != kBool, "\"randperm\" not implemented for 'Bool'");
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>)
      check(n <= (int64_t{1} << std::numeric_limits<T>::digits) + 1, "n cannot be greater than 2^{}+1 for {} type.",
            std::numeric_limits<T>::digits, legacy_name(dtype));
    else if (n > 0)
      convert<T>(n - 1);
  });
  LockedStream(generator)->fill_permutation(all_elements<int64_t>(order));
  return finished(order.to(dtype), options);
}

}  // namespace convgrad
