// Pooling's shape rules and refusals.
#include "ops/pool_params.h"

#include <limits>

#include "core/check.h"
#include "core/shape.h"

namespace convgrad {
namespace {

using kernels::PoolAxis;
using kernels::PoolProblem;

/// Axes in PyTorch's messages, depth first; of two dimensions the last two.
constexpr const char* letters[] = {"T", "H", "W"};

/// "kH: 3 kW: 3"
std::string named(const char* prefix, int64_t PoolAxis::*member, const PoolProblem& p, int dims) {
  std::string text;
  for (int a = 3 - dims; a < 3; ++a)
    text += fmt::format("{}{}{}: {}", text.empty() ? "" : " ", prefix, letters[a], p.axes[a].*member);
  return text;
}

/// "2x8x8": channels and an axis member.
std::string by(int64_t channels, int64_t PoolAxis::*member, const PoolProblem& p, int dims) {
  std::string text = std::to_string(channels);
  for (int a = 3 - dims; a < 3; ++a) text += fmt::format("x{}", p.axes[a].*member);
  return text;
}

const char* number_word(int dims) { return dims == 2 ? "two" : "three"; }

/// The list's value for each axis.
void spread(IntArrayRef list, int64_t PoolAxis::*member, PoolProblem& p, int dims) {
  for (int i = 0; i < dims; ++i) {
    const int64_t value = list[list.size() == 1 ? 0 : i];
    check(value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max(),
          "value cannot be converted to type int without overflow");
    p.axes[3 - dims + i].*member = value;
  }
}

bool fits(IntArrayRef list, int dims) { return list.size() == 1 || list.size() == static_cast<size_t>(dims); }

void check_lists(const PoolParams& q, int dims, bool max) {
  const bool must_be = !max && dims == 3;  // PyTorch's wordings
  check(fits(q.kernel_size, dims), "{}: kernel_size must {}be a single int, or a tuple of {} ints", q.op,
        must_be ? "" : "either ", number_word(dims));
  check(q.stride.empty() || fits(q.stride, dims), "{}: stride must {}be omitted, a single int, or a tuple of {} ints",
        q.op, must_be ? "" : "either ", number_word(dims));
  check(fits(q.padding, dims), "{}: padding must {}be a single int, or a tuple of {} ints", q.op,
        must_be ? "" : "either ", number_word(dims));
  check(fits(q.dilation, dims), "{}: dilation must be either a single int, or a tuple of {} ints", q.op,
        number_word(dims));
}

/// PyTorch's pooling_output_shape. Numbers fit an int, the input's size may be any.
int64_t output_size(const PoolAxis& a, bool ceil_mode) {
  check(a.stride != 0, "stride should not be zero");
  check(a.padding >= 0, "pad must be non-negative, but got pad: {}", a.padding);
  check(a.padding <= ((a.kernel - 1) * a.dilation + 1) / 2,
        "pad should be at most half of effective kernel size, but got pad={}, kernel_size={} and dilation={}",
        a.padding, a.kernel, a.dilation);
  const int64_t room = checked_add(a.input, 2 * a.padding - a.dilation * (a.kernel - 1) - 1, "pool");
  const int64_t above = checked_add(room, ceil_mode ? a.stride - 1 : 0, "pool");
  const int64_t quotient = above / a.stride;
  int64_t size = quotient - (above % a.stride != 0 && (above < 0) != (a.stride < 0)) + 1;  // rounded down
  if (ceil_mode && (size - 1) * a.stride >= a.input + a.padding)
    --size;  // a window begins inside input or left padding
  return size;
}

/// Kernel, stride, padding and the output of each axis, as far as they need no other check.
PoolProblem problem_of(const Tensor& x, int dims, const PoolParams& q, bool max) {
  check_lists(q, dims, max);
  PoolProblem p;
  spread(q.kernel_size, &PoolAxis::kernel, p, dims);
  spread(q.stride.empty() ? q.kernel_size : q.stride, &PoolAxis::stride, p, dims);
  spread(q.padding, &PoolAxis::padding, p, dims);
  spread(q.dilation, &PoolAxis::dilation, p, dims);
  const bool ranked = x.dim() == dims + 1 || x.dim() == dims + 2;
  if (max || dims == 3)
    check<ShapeError>(ranked, "non-empty {}D or {}D (batch mode) tensor expected for input", dims + 1, dims + 2);
  else
    check<ShapeError>(ranked,
                      "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{}",
                      x.sizes());
  p.planes = x.sizes()[x.dim() - dims - 1] * (x.dim() == dims + 2 ? x.sizes()[0] : 1);
  for (int i = 0; i < dims; ++i) {
    PoolAxis& axis = p.axes[3 - dims + i];
    axis.input = x.sizes()[x.dim() - dims + i];
    axis.output = output_size(axis, q.ceil_mode);
  }
  return p;
}

void check_positive(const PoolProblem& p, int dims, const char* what, const char* prefix, int64_t PoolAxis::*member) {
  for (int a = 3 - dims; a < 3; ++a)
    if (p.axes[a].*member <= 0) [[unlikely]]  // the sizes' names would cost their time in every call
      check(false, "{} should be greater than zero, but got {}", what, named(prefix, member, p, dims));
}

/// What pool2d_shape_check and pool3d_shape_check do.
void check_shapes(const Tensor& x, const PoolProblem& p, int dims, bool max) {
  check_positive(p, dims, "kernel size", "k", &PoolAxis::kernel);
  check_positive(p, dims, "stride", "d", &PoolAxis::stride);
  check_positive(p, dims, "dilation", "dilation", &PoolAxis::dilation);
  const bool batched = x.dim() == dims + 2;
  for (int64_t d = batched ? 1 : 0; d < x.dim(); ++d) {
    if (dims == 2)
      check<ShapeError>(x.sizes()[d] != 0,
                        "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{}",
                        x.sizes());
    else
      check<ShapeError>(
          x.sizes()[d] != 0,
          "{}: Expected input's non-batch dimensions to have positive length, but input has a shape of {} "
          "and non-batch dimension 0 has length zero!",
          max ? "max_pool3d_with_indices_out_cpu_template()" : "avg_pool3d()", x.sizes());
  }
  for (int a = 3 - dims; a < 3; ++a) {
    const bool inside = max || dims == 2 || p.axes[a].input + 2 * p.axes[a].padding >= p.axes[a].kernel;
    if (!inside) [[unlikely]]
      check<ShapeError>(false, "input image ({}) smaller than kernel size ({})", named("", &PoolAxis::input, p, dims),
                        named("k", &PoolAxis::kernel, p, dims));
  }
  for (int a = 3 - dims; a < 3; ++a) {
    const auto& [depth, height, width] = p.axes;
    if (dims == 2)
      check(
          p.axes[a].padding <= p.axes[a].kernel / 2,
          "pad should be smaller than or equal to half of kernel size, but got padW = {}, padH = {}, kW = {}, kH = {}",
          width.padding, height.padding, width.kernel, height.kernel);
    else
      check(
          p.axes[a].padding <= p.axes[a].kernel / 2,
          "pad should be smaller than or equal to half of kernel size, but got kT: {} kW: {} kH: {} padT: {} padW: {} "
          "padH: {}",
          depth.kernel, width.kernel, height.kernel, depth.padding, width.padding, height.padding);
  }
  const int64_t channels = x.sizes()[x.dim() - dims - 1];
  for (int a = 3 - dims; a < 3; ++a)
    if (p.axes[a].output < 1) [[unlikely]]
      check<ShapeError>(false, "Given input size: ({}). Calculated output size: ({}). Output size is too small",
                        by(channels, &PoolAxis::input, p, dims), by(channels, &PoolAxis::output, p, dims));
}

/// "Expected 2 to 3 dimensions, but got 1-dimensional tensor for argument #1 'self' (while checking arguments for …)"
void check_rank1d(const Tensor& x, const char* op) {
  check<ShapeError>(x.dim() == 2 || x.dim() == 3,
                    "Expected 2 to 3 dimensions, but got {}-dimensional tensor for argument #1 'self' (while checking "
                    "arguments for {})",
                    x.dim(), op);
}
void check_one_int(IntArrayRef list, const char* argument, const char* op) {
  check(list.size() == 1, "{}() argument '{}' should contain one int (got {})", op, argument, list.size());
}

/// No dimension from `first` on may be empty.
void check_not_empty(const Tensor& x, int64_t first, const std::string& op) {
  for (int64_t d = first; d < x.dim(); ++d)
    check<ShapeError>(
        x.sizes()[d] > 0,
        "{}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes {} with "
        "dimension {} being empty",
        op, x.sizes(), d);
}

}  // namespace

PoolProblem max_pool_problem(const Tensor& x, int dims, const PoolParams& params) {
  const PoolProblem p = problem_of(x, dims, params, true);
  check_shapes(x, p, dims, true);
  return p;
}
PoolProblem average_pool_problem(const Tensor& x, int dims, const PoolParams& params) {
  const PoolProblem p = problem_of(x, dims, params, false);
  check_shapes(x, p, dims, false);
  return p;
}

void check_max_pool1d(const Tensor& x, const PoolParams& q) {
  bool full = x.dim() == 2 || x.dim() == 3;
  for (int64_t d = x.dim() == 3 ? 1 : 0; full && d < x.dim(); ++d) full = x.sizes()[d] != 0;
  check<ShapeError>(full,
                    "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but "
                    "got:{}",
                    x.sizes());
  const auto one = [](IntArrayRef list, const char* name, const char* kinds) {
    check(list.size() == 1, "max_pool1d() {} must be {} tuple of ints of size 1 but got size {}", name, kinds,
          list.size());
    return list[0];
  };
  const int64_t kernel = one(q.kernel_size, "kernel_size", "an int, list of ints or");
  const int64_t stride = q.stride.empty() ? kernel : one(q.stride, "stride", "None, an int, list of ints, or");
  const int64_t padding = one(q.padding, "padding", "an int, list of ints, or");
  const int64_t dilation = one(q.dilation, "dilation", "an int, list of ints or");
  check(kernel > 0, "max_pool1d() kernel_size must be greater than zero, but got {}", kernel);
  check(stride > 0, "max_pool1d() stride must be greater than zero, but got {}", stride);
  check(padding >= 0, "max_pool1d() padding must be non-negative, but got {}", padding);
  check(padding <= kernel / 2,
        "max_pool1d() padding should be at most half of kernel size, but got padding={} and kernel_size={}", padding,
        kernel);
  check(dilation > 0, "max_pool1d() dilation must be greater than zero, but got {}", dilation);
  for (const int64_t v : {kernel, stride, dilation})
    check(v <= std::numeric_limits<int>::max(), "value cannot be converted to type int without overflow");
  const int64_t output = output_size(
      {.input = x.sizes()[x.dim() - 1], .kernel = kernel, .stride = stride, .padding = padding, .dilation = dilation},
      q.ceil_mode);
  check<ShapeError>(output > 0, "max_pool1d() Invalid computed output size: {}", output);
}

void check_pool1d(const Tensor& x, const PoolParams& q) {
  check_one_int(q.kernel_size, "kernel_size", q.op);
  if (!q.stride.empty()) check_one_int(q.stride, "stride", q.op);
  check_one_int(q.padding, "padding", q.op);
  check_one_int(q.dilation, "dilation", q.op);
  check_rank1d(x, q.op);
}

void check_adaptive_pool1d(const Tensor& x, IntArrayRef output, bool max) {
  const char* op = max ? "adaptive_max_pool1d" : "adaptive_avg_pool1d";
  check_one_int(output, "output_size", op);
  check_rank1d(x, op);
  if (max) check_not_empty(x, x.dim() - 2, op);
}

PoolProblem adaptive_pool_problem(const Tensor& x, int dims, IntArrayRef given, bool max) {
  const DimVector output = given.size() == 1 ? DimVector(dims, given[0]) : DimVector(given);
  const std::string op = fmt::format("adaptive_{}_pool{}d", max ? "max" : "avg", dims);
  if (max)
    check(output.size() == static_cast<size_t>(dims), "{}(): internal error: output_size.size() must be {}", op, dims);
  else
    check(output.size() == static_cast<size_t>(dims), "{}: output_size must be {}", op, dims);
  check<ShapeError>(x.dim() == dims + 1 || x.dim() == dims + 2, "{}(): Expected {}D or {}D tensor, but got{} {}", op,
                    dims + 1, dims + 2, max ? ":" : "", x.sizes());
  DimVector max_sizes = x.sizes();
  for (int i = 0; i < dims; ++i) max_sizes[x.dim() - dims + i] = output[i];
  for (const int64_t n : output) {
    check<ShapeError>(!max || n >= 0, "Trying to create tensor with negative dimension {}: {}", n, max_sizes);
    if (n < 0) [[unlikely]]  // PyTorch's lists differ in their blanks
      check<ShapeError>(false, "{}: elements of output_size must be greater than or equal to 0 but received {{{}}}", op,
                        dims == 3 && output.size() == 3
                            ? fmt::format("{}, {},{}", output[0], output[1], output[2])
                            : fmt::format("{}", fmt::join(output.begin(), output.end(), ", ")));
  }
  check_not_empty(x, max || dims == 3 ? x.dim() - dims - 1 : x.dim() - dims, op);
  PoolProblem p;
  p.planes = x.sizes()[x.dim() - dims - 1] * (x.dim() == dims + 2 ? x.sizes()[0] : 1);
  for (int a = 0; a < 3; ++a) p.axes[a].adaptive = true;
  for (int i = 0; i < dims; ++i) {
    PoolAxis& axis = p.axes[3 - dims + i];
    axis.input = x.sizes()[x.dim() - dims + i], axis.output = output[i];
  }
  checked_numel(pooled_sizes(x, dims, p), x.element_size());
  for (const PoolAxis& axis : p.axes) checked_mul(checked_add(axis.output, 1, op.c_str()), axis.input + 1, op.c_str());
  return p;
}

DimVector pooled_sizes(const Tensor& x, int dims, const PoolProblem& p) {
  DimVector sizes = x.sizes();
  for (int i = 0; i < dims; ++i) sizes[x.dim() - dims + i] = p.axes[3 - dims + i].output;
  return sizes;
}

}  // namespace convgrad
