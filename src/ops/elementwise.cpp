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

ScalarType computed_type(ArrayRef<Operand> operands, Types types) {
  const ScalarType type = result_type(operands);
  return types == Types::floating && !is_floating_point(type) ? get_default_dtype() : type;
}

/// Runs the loop, which `kernel` is PyTorch's name of, over the operands and the parameters behind them.
Tensor computed(AutogradContext& ctx, const ElementWise& work, const char* kernel, ArrayRef<Operand> operands,
                ArrayRef<Scalar> parameters) {
  const DimVector shape = broadcast_shape(operands);
  check<NotImplementedError>(work.loop != nullptr, "\"{}\" not implemented for '{}'", kernel, legacy_name(work.type));
  Tensor out;
  if (ctx.in_place()) {
    const ScalarType own = operands[0].dtype();
    out = ctx.output(shape, own);
    check(can_cast(work.result, own), "result type {} can't be cast to the desired output type {}",
          legacy_name(work.result), legacy_name(own));
  } else {
    out = make_strided(shape, result_strides(shape, operands), work.result);
  }
  Operand in[kernels::kMaxInputs];
  size_t count = 0;
  for (const Operand& x : operands) in[count++] = x;
  for (const Scalar& p : parameters) {
    check_fits(p, work.type);
    in[count++] = p;
  }
  run(work, out, {in, count});
  return out;
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
  const ScalarType type = computed_type(operands, types), result = gives_bool(op) ? kBool : type;
  const ElementWise work{.loop = kernels::find_loop(op, type), .type = type, .result = result, .grain = grain_of(op)};
  return computed(ctx, work, kernel_name(op), operands, parameters);
}

Tensor elementwise(AutogradContext& ctx, kernels::Loop (*find)(ScalarType), const char* kernel,
                   ArrayRef<Operand> operands, Types types) {
  const ScalarType type = computed_type(operands, types);
  return computed(ctx, {.loop = find(type), .type = type, .result = type, .grain = 1 << 12}, kernel, operands, {});
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
