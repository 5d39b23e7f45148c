#include "ops/elementwise.h"

#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {
namespace {

using kernels::Op;

bool gives_bool(Op op) { return op >= Op::eq && op <= Op::isclose; }

/// Transcendental functions cost some ten times a sum: fewer elements are worth a thread.
int64_t grain_of(Op op) { return op >= Op::exp && op <= Op::erfc ? 1 << 12 : 1 << 15; }

/// What PyTorch calls its kernel in '"abs_cpu" not implemented for …'.
const char* kernel_name(Op op) {
  switch (op) {
    case Op::abs:
      return "abs_cpu";
    case Op::trunc_divide:
      return "div_trunc_cpu";
    case Op::floor_divide:
      return "div_floor_cpu";
    case Op::remainder:
      return "remainder_cpu";
    case Op::fmod:
      return "fmod_cpu";
    case Op::pow:
      return "pow";
    case Op::bitwise_and:
      return "bitwise_and_cpu";
    case Op::bitwise_or:
      return "bitwise_or_cpu";
    case Op::bitwise_xor:
      return "bitwise_xor_cpu";
    case Op::bitwise_not:
      return "bitwise_not_cpu";
    default:
      return "elementwise_cpu";
  }
}

}  // namespace

const char* demangled_name(ScalarType type) {
  if (type == kUInt8) return "unsigned char";
  return type == kInt64 ? "long int" : cpp_name(type);
}

void check_fits(Scalar value, ScalarType type) {
  visit_dtype(type, [&]<class T>(std::type_identity<T>) { convert<T>(value); });
}

Tensor elementwise(AutogradContext& ctx, Op op, ArrayRef<Operand> operands, Types types, ArrayRef<Scalar> parameters) {
  ScalarType type = result_type(operands);
  if (types == Types::floating && !is_floating_point(type)) type = get_default_dtype();
  const ScalarType result = gives_bool(op) ? kBool : type;
  const DimVector shape = broadcast_shape(operands);
  const kernels::Loop loop = kernels::find_loop(op, type);
  check<NotImplementedError>(loop != nullptr, "\"{}\" not implemented for '{}'", kernel_name(op), legacy_name(type));
  Tensor out;
  if (ctx.in_place()) {
    const ScalarType own = operands[0].dtype();
    out = ctx.output(shape, own);
    check(can_cast(result, own), "result type {} can't be cast to the desired output type {}", legacy_name(result),
          legacy_name(own));
  } else {
    out = make_strided(shape, result_strides(shape, operands), result);
  }

  Operand in[kernels::kMaxInputs];
  size_t count = 0;
  for (const Operand& x : operands) in[count++] = x;
  for (const Scalar& p : parameters) {
    check_fits(p, type);
    in[count++] = p;
  }
  run({.loop = loop, .type = type, .result = result, .grain = grain_of(op)}, out, {in, count});
  return out;
}

Tensor elementwise(Op op, ArrayRef<Operand> operands, Types types, ArrayRef<Scalar> parameters) {
  AutogradContext ctx(nullptr);
  return elementwise(ctx, op, operands, types, parameters);
}

namespace {

struct ZeroWhere : Function<ZeroWhere> {
  static constexpr auto name = "WhereBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& condition, const Tensor& x) {
    ctx.save(condition);
    return elementwise(ctx, Op::zero_where, {condition, x});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {Tensor(), ZeroWhere::apply(ctx.saved(0), dy)};
  }
};

}  // namespace

Tensor zero_where(const Tensor& condition, const Tensor& x) { return ZeroWhere::apply(condition, x); }

Tensor masked_gradient(const Tensor& dy, const Tensor& x, Op op, ArrayRef<Scalar> parameters) {
  if (GradMode::is_enabled() && dy.requires_grad())
    return dy * elementwise(op, {Scalar(1.0), x}, Types::common, parameters);
  return elementwise(op, {dy, x}, Types::common, parameters);
}

}  // namespace convgrad
