#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/conv_options.h>
#include <convgrad/required.h>
#include <convgrad/scalar.h>

namespace convgrad::nn {

/// Cells added at the ends of the last D axes: one number for all ends, or, as pad takes them, {low, high} of the last
/// axis, then of the one before it, and so on.
struct CONVGRAD_API PadLayerOptions {
  Required<AxisValues, struct padding> padding;
};
struct CONVGRAD_API ConstantPadOptions {
  Required<AxisValues, struct padding> padding;
  Required<Scalar, struct value> value;
};

/// What the padding modules share: pad.
class CONVGRAD_API PadImpl : public Module {
 public:
  using Options = PadLayerOptions;
  Tensor forward(const Tensor& x);
  std::string name() const override;
  std::string extra_repr() const override;

  AxisValues padding;
  Scalar value;

 protected:
  enum class Kind : uint8_t { constant, zero, reflection, replication, circular };
  PadImpl(size_t axes, Kind kind, const AxisValues& padding, Scalar value = 0.0);

 private:
  size_t axes_;
  Kind kind_;
};

/// The border is a number. Like torch.nn.ConstantPad1d, ConstantPad2d and ConstantPad3d.
template <size_t D>
class ConstantPadImpl : public PadImpl {
 public:
  using Options = ConstantPadOptions;
  explicit ConstantPadImpl(const ConstantPadOptions& o) : PadImpl(D, Kind::constant, o.padding, o.value) {}
  ConstantPadImpl(const AxisValues& padding, Scalar value) : PadImpl(D, Kind::constant, padding, value) {}
};
using ConstantPad1d = ModuleHolder<ConstantPadImpl<1>>;
using ConstantPad2d = ModuleHolder<ConstantPadImpl<2>>;
using ConstantPad3d = ModuleHolder<ConstantPadImpl<3>>;

/// The border is zeros. Like torch.nn.ZeroPad1d, ZeroPad2d and ZeroPad3d.
template <size_t D>
class ZeroPadImpl : public PadImpl {
 public:
  explicit ZeroPadImpl(const PadLayerOptions& o) : PadImpl(D, Kind::zero, o.padding) {}
  explicit ZeroPadImpl(const AxisValues& padding) : PadImpl(D, Kind::zero, padding) {}
};
using ZeroPad1d = ModuleHolder<ZeroPadImpl<1>>;
using ZeroPad2d = ModuleHolder<ZeroPadImpl<2>>;
using ZeroPad3d = ModuleHolder<ZeroPadImpl<3>>;

/// The border mirrors the input at its border cells. Like torch.nn.ReflectionPad1d, ReflectionPad2d, ReflectionPad3d.
template <size_t D>
class ReflectionPadImpl : public PadImpl {
 public:
  explicit ReflectionPadImpl(const PadLayerOptions& o) : PadImpl(D, Kind::reflection, o.padding) {}
  explicit ReflectionPadImpl(const AxisValues& padding) : PadImpl(D, Kind::reflection, padding) {}
};
using ReflectionPad1d = ModuleHolder<ReflectionPadImpl<1>>;
using ReflectionPad2d = ModuleHolder<ReflectionPadImpl<2>>;
using ReflectionPad3d = ModuleHolder<ReflectionPadImpl<3>>;

/// The border repeats the input's border cells. Like torch.nn.ReplicationPad1d, ReplicationPad2d and ReplicationPad3d.
template <size_t D>
class ReplicationPadImpl : public PadImpl {
 public:
  explicit ReplicationPadImpl(const PadLayerOptions& o) : PadImpl(D, Kind::replication, o.padding) {}
  explicit ReplicationPadImpl(const AxisValues& padding) : PadImpl(D, Kind::replication, padding) {}
};
using ReplicationPad1d = ModuleHolder<ReplicationPadImpl<1>>;
using ReplicationPad2d = ModuleHolder<ReplicationPadImpl<2>>;
using ReplicationPad3d = ModuleHolder<ReplicationPadImpl<3>>;

/// The border begins the input anew from its other end. Like torch.nn.CircularPad1d, CircularPad2d and CircularPad3d.
template <size_t D>
class CircularPadImpl : public PadImpl {
 public:
  explicit CircularPadImpl(const PadLayerOptions& o) : PadImpl(D, Kind::circular, o.padding) {}
  explicit CircularPadImpl(const AxisValues& padding) : PadImpl(D, Kind::circular, padding) {}
};
using CircularPad1d = ModuleHolder<CircularPadImpl<1>>;
using CircularPad2d = ModuleHolder<CircularPadImpl<2>>;
using CircularPad3d = ModuleHolder<CircularPadImpl<3>>;

}  // namespace convgrad::nn
