#pragma once
#include <convgrad/dtype.h>

#include <cstdint>

namespace convgrad::kernels {

/// What is computed of every element. The operands stand in the order in which Loop takes them.
enum class Op : uint8_t {
  // every type
  add,         // a + b
  add_scaled,  // a + alpha · b, fused where the instruction set can: (a, b, alpha)
  sub,         // a − b
  mul,
  maximum,  // NaN wins; +0 over −0
  minimum,
  clamp_min,  // as clamp, one bound
  clamp_max,
  clamp,  // min(max(x, low), high); NaN of any stays: (x, low, high)
  sign,
  zero_where,  // condition != 0 ? 0 : x: (condition, x)
  square,
  cube,
  addcmul,  // a + value · b · c: (a, b, c, value)
  // every type but bool
  neg,
  abs,
  trunc_divide,
  floor_divide,
  remainder,  // has the divisor's sign
  relu,
  fmod,  // has the dividend's sign
  pow,
  // bool out
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  logical_and,
  logical_or,
  logical_xor,
  logical_not,
  isnan,
  isinf,
  isfinite,
  isclose,  // (a, b, rtol, atol)
  // bool and integers
  bitwise_and,
  bitwise_or,
  bitwise_xor,
  bitwise_not,
  // floating point
  div,
  addcdiv,  // a + value · b / c: (a, b, c, value)
  lerp,     // (start, end, weight)
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sqrt,
  rsqrt,
  reciprocal,
  reciprocal_square,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  sigmoid,
  erf,
  erfc,
  round,           // half to even
  round_decimals,  // round(x · ten) / ten: (x, ten); with ten < 0: round(x / −ten) · −ten
  floor,
  ceil,
  trunc,
  frac,
  // activations, floating point
  leaky_relu,  // (x, slope)
  elu,         // x > 0 ? right · x : left · expm1(bend · x): (x, left, right, bend)
  gelu,
  gelu_tanh,
  silu,
  softplus,  // (x, beta, threshold)
  mish,
  hardswish,
  hardsigmoid,
  softshrink,  // x moved towards 0 by lambda: (x, lambda)
  hardshrink,  // 0 where |x| <= lambda, else x: (x, lambda)
  threshold,   // value where x <= threshold, else x: (x, threshold, value)
  glu,         // a · sigmoid(b): (a, b)
  // losses of pairs
  huber_loss,  // with d = |x − t|: d < beta ? ½ · d² · scale / beta : scale · (d − ½ · beta): (x, t, beta, scale)
  bce_loss,         // (t − 1) · log(1 − x) − t · log(x), logarithms from −100 on: (x, t)
  bce_logits_loss,  // (1 − t) · x − (1 + (w − 1) · t) · log(sigmoid(x)): (x, t, w)
  // gradients: (dy, saved, …)
  tanh_backward,
  sigmoid_backward,
  threshold_backward,  // dy, but 0 where x <= threshold: (dy, x, threshold)
  hardtanh_backward,   // dy, but 0 where x <= low or x >= high: (dy, x, low, high)
  clamp_backward,      // dy where low <= x <= high, else 0: (dy, x, low, high)
  leaky_relu_backward,
  elu_backward,
  elu_backward_of_result,  // from y in place of x
  gelu_backward,
  gelu_tanh_backward,
  silu_backward,
  softplus_backward,
  mish_backward,
  hardswish_backward,
  hardsigmoid_backward,
  huber_loss_backward,       // (dy, x, t, beta, scale)
  bce_loss_backward,         // times scale: (dy, x, t, scale)
  bce_logits_loss_backward,  // times scale: (dy, x, t, w, scale)
  shrink_backward,           // 0 where |x| <= lambda, else dy: (dy, x, lambda)
};

/// out[i] = op(in[0][i], in[1][i], …) for i < n. The arrays are contiguous and of the operation's type; out may be one
/// of the inputs, and is of bytes 0 and 1 where the operation gives bools. The value of an element depends on nothing
/// but that element's operands.
/// Integer division by zero throws Error("ZeroDivisionError").
using Loop = void (*)(void* out, const void* const* in, int64_t n);

inline constexpr int kMaxInputs = 5;

/// The loop of `op` on elements of `type`, for the instruction set in use; nullptr where the type has no such
/// operation.
Loop find_loop(Op op, ScalarType type);

/// Copies n elements and converts them; strides in bytes. Floats become integers by dropping the fraction; what does
/// not fit becomes the lowest integer (uint8: the low bits of the int64), as on x86 and in PyTorch.
using Move = void (*)(void* to, int64_t to_stride, const void* from, int64_t from_stride, int64_t n);
Move find_move(ScalarType to, ScalarType from);

}  // namespace convgrad::kernels
