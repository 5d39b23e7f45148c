#include <cmath>
#include <limits>

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/generator.h"
#include "core/layout.h"
#include "core/make.h"
#include "core/shape.h"
#include "ops/creation.h"
#include "ops/random.h"

namespace convgrad {
namespace {

void check_implemented(bool implemented, const char* kernel, ScalarType dtype) {
  check<NotImplementedError>(implemented, "\"{}\" not implemented for '{}'", kernel, legacy_name(dtype));
}

// ---- filling memory: check, then draw

void fill_uniform(const Tensor& t, double from, double to, Generator* generator) {
  check_implemented(t.is_floating_point(), "check_uniform_bounds", t.dtype());
  visit_floating(t.dtype(), [&]<class T>(std::type_identity<T>) {
    constexpr double most = std::numeric_limits<T>::max();
    check(from >= -most && from <= most, "from is out of bounds for {}", c_name(t.dtype()));
    check(to >= -most && to <= most, "to is out of bounds for {}", c_name(t.dtype()));
    check(from <= to, "uniform_ expects to return a [from, to) range, but found from={:g} > to={:g}", from, to);
    check(to - from <= most,
          "uniform_ expects to-from <= std::numeric_limits<{}>::max(), but found to={:g} and from={:g} which result in "
          "to-from to exceed the limit",
          legacy_name(t.dtype()), to, from);
    const T low = static_cast<T>(from), high = static_cast<T>(to);
    const LockedStream stream(generator);
    if (t.is_contiguous())
      stream->fill_uniform(all_elements<T>(t), low, high);
    else
      each_in_memory_order<T>(t, [&](T& x) { x = stream->uniform(low, high); });
  });
}

void fill_normal(const Tensor& t, double mean, double std, Generator* generator) {
  check(std >= 0, "normal expects std >= 0.0, but found std {:g}", std);
  if (t.numel() == 0) return;
  check_implemented(t.is_floating_point(), "normal_kernel_cpu", t.dtype());
  visit_floating(t.dtype(), [&]<class T>(std::type_identity<T>) {
    const LockedStream stream(generator);
    if (t.is_contiguous())
      stream->fill_normal(all_elements<T>(t), mean, std);
    else
      each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(stream->normal(mean, std)); });
  });
}

void fill_exponential(const Tensor& t, double lambda, Generator* generator) {
  check(lambda > 0, "exponential_ expects lambda > 0.0, but found lambda={:g}", lambda);
  check(t.is_floating_point(),
        "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you "
        "specified {}",
        legacy_name(t.dtype()));
  visit_floating(t.dtype(), [&]<class T>(std::type_identity<T>) {
    const LockedStream stream(generator);
    each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(stream->exponential(lambda)); });
  });
}

void fill_bernoulli(const Tensor& t, double p, Generator* generator) {
  check(p >= 0 && p <= 1, "bernoulli_ expects p to be in [0, 1], but got p={:g}", p);
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    const LockedStream stream(generator);
    each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(stream->bernoulli(p)); });
  });
}

void fill_bernoulli(const Tensor& t, const Tensor& p, Generator* generator) {
  check_implemented(p.is_floating_point(), "bernoulli_tensor_cpu_p_", p.dtype());
  // p in t's order of memory, so that both are walked alike
  const Tensor aligned = make_strided(t.sizes(), dense_strides_like(t.sizes(), t.strides()), p.dtype());
  Tensor(aligned).copy_(p.detach());
  visit_floating(p.dtype(), [&]<class P>(std::type_identity<P>) {
    for (const P value : all_elements<const P>(aligned))
      check(value >= 0 && value <= 1, "Expected p_in >= 0 && p_in <= 1 to be true, but got false.");
    visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
      const LockedStream stream(generator);
      const P* next = static_cast<const P*>(aligned.data_ptr());
      each_in_memory_order<T>(t, [&](T& x) { x = static_cast<T>(stream->bernoulli(*next++)); });
    });
  });
}

// ---- in place: a change that autograd sees; nothing of the former values is left, so their gradient is zero

template <class F>
struct Redrawn : Function<F> {
  static Tensor backward(AutogradContext&, const Tensor& dy) { return zeros_like(dy); }
};

struct Uniform : Redrawn<Uniform> {
  static constexpr auto name = "UniformBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, double from, double to, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_uniform(out, from, to, generator);
    return out;
  }
};

struct Normal : Redrawn<Normal> {
  static constexpr auto name = "NormalBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, double mean, double std, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_normal(out, mean, std, generator);
    return out;
  }
};

struct Exponential : Redrawn<Exponential> {
  static constexpr auto name = "ExponentialBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, double lambda, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_exponential(out, lambda, generator);
    return out;
  }
};

struct BernoulliOf : Redrawn<BernoulliOf> {
  static constexpr auto name = "BernoulliBackward2";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, double p, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_bernoulli(out, p, generator);
    return out;
  }
};

struct BernoulliOfTensor : Function<BernoulliOfTensor> {
  static constexpr auto name = "BernoulliBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& p, Generator* generator) {
    const Tensor out = ctx.output(self.sizes(), self.dtype());
    fill_bernoulli(out, p, generator);
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto zero = [&] { return zeros_like(dy); };  // reduced to p's shape by the engine
    return {ctx.needs(0, zero), ctx.needs(1, zero)};
  }
};

// ---- out of place

struct Bernoulli : Redrawn<Bernoulli> {
  static constexpr auto name = "BernoulliBackward0";
  static Tensor forward(AutogradContext&, const Tensor& p, Generator* generator) {
    const Tensor out = make_like(p);
    fill_bernoulli(out, p, generator);
    return out;
  }
};

void check_std(const Tensor& std) {
  if (std.numel() > 0) check(std.min().item<double>() >= 0, "normal expects all elements of std >= 0.0");
}

struct NormalAround : Redrawn<NormalAround> {
  static constexpr auto name = "NormalBackward1";
  static Tensor forward(AutogradContext&, const Tensor& mean, double std, Generator* generator) {
    Tensor out = make_tensor(mean.sizes(), mean.dtype());
    fill_normal(out, 0, std, generator);
    return out.add_(mean);
  }
};

struct NormalOfWidth : Redrawn<NormalOfWidth> {
  static constexpr auto name = "NormalBackward2";
  static Tensor forward(AutogradContext&, double mean, const Tensor& std, Generator* generator) {
    check_std(std);
    Tensor out = make_tensor(std.sizes(), std.dtype());
    fill_normal(out, 0, 1, generator);
    return out.mul_(std).add_(mean);
  }
};

struct NormalOfBoth : Function<NormalOfBoth> {
  static constexpr auto name = "NormalBackward3";
  static Tensor forward(AutogradContext&, const Tensor& mean, const Tensor& std, Generator* generator) {
    check_std(std);
    Tensor out = make_tensor(broadcast_shapes(mean.sizes(), std.sizes()), mean.dtype());
    fill_normal(out, 0, 1, generator);
    return out.mul_(std).add_(mean);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto zero = [&] { return zeros_like(dy); };
    return {ctx.needs(0, zero), ctx.needs(1, zero)};
  }
};

Tensor new_tensor(IntArrayRef size, const TensorOptions& options) {
  return make_tensor(size, options.dtype.value_or(get_default_dtype()));
}

}  // namespace

Tensor& Tensor::uniform_(double from, double to, Generator* generator) {
  Uniform::apply_in_place(*this, from, to, generator);
  return *this;
}
Tensor& Tensor::normal_(double mean, double std, Generator* generator) {
  Normal::apply_in_place(*this, mean, std, generator);
  return *this;
}
Tensor& Tensor::exponential_(double lambda, Generator* generator) {
  Exponential::apply_in_place(*this, lambda, generator);
  return *this;
}
Tensor& Tensor::bernoulli_(double p, Generator* generator) {
  BernoulliOf::apply_in_place(*this, p, generator);
  return *this;
}
Tensor& Tensor::bernoulli_(const Tensor& p, Generator* generator) {
  BernoulliOfTensor::apply_in_place(*this, p, generator);
  return *this;
}

Tensor rand(IntArrayRef size, const TensorOptions& options, Generator* generator) {
  Tensor t = new_tensor(size, options);
  fill_uniform(t, 0, 1, generator);
  return finished(std::move(t), options);
}
Tensor rand_like(const Tensor& input, const TensorOptions& options, Generator* generator) {
  Tensor t = make_like(input, options);
  fill_uniform(t, 0, 1, generator);
  return finished(std::move(t), options);
}

Tensor randn(IntArrayRef size, const TensorOptions& options, Generator* generator) {
  return normal(0, 1, size, options, generator);
}
Tensor randn_like(const Tensor& input, const TensorOptions& options, Generator* generator) {
  Tensor t = make_like(input, options);
  fill_normal(t, 0, 1, generator);
  return finished(std::move(t), options);
}

Tensor normal(double mean, double std, IntArrayRef size, const TensorOptions& options, Generator* generator) {
  Tensor t = new_tensor(size, options);
  fill_normal(t, mean, std, generator);
  return finished(std::move(t), options);
}
Tensor normal(const Tensor& mean, double std, Generator* generator) {
  return NormalAround::apply(mean, std, generator);
}
Tensor normal(double mean, const Tensor& std, Generator* generator) {
  return NormalOfWidth::apply(mean, std, generator);
}
Tensor normal(const Tensor& mean, const Tensor& std, Generator* generator) {
  return NormalOfBoth::apply(mean, std, generator);
}

Tensor bernoulli(const Tensor& p, Generator* generator) { return Bernoulli::apply(p, generator); }
Tensor bernoulli(const Tensor& input, double p, Generator* generator) {
  Tensor t = make_like(input);
  fill_bernoulli(t, p, generator);
  return t;
}

}  // namespace convgrad
