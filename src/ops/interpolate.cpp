#include "convgrad/ops/interpolate.h"

#include "convgrad/autograd/function.h"
#include "convgrad/ops/pool.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/python_text.h"
#include "core/shape.h"
#include "kernels/interpolate.h"

namespace convgrad {
namespace {

using autograd::FunctionNode;
using kernels::ResampleProblem;
using kernels::Resampling;

/// A resampling as its gradient needs it.
struct Kept {
  ResampleProblem problem;
  DimVector input, output;
};

/// "UpsampleNearest2D", "UpsampleTrilinear3D"
std::string node_name(const FunctionNode& node, const char* suffix) {
  const Kept& k = *std::any_cast<Kept>(&node.kept);
  const size_t dims = k.input.size() - 2;
  const char* linear[] = {"Linear", "Bilinear", "Trilinear"};
  const char* word = k.problem.mode == Resampling::nearest         ? "Nearest"
                     : k.problem.mode == Resampling::nearest_exact ? "NearestExact"
                     : k.problem.mode == Resampling::cubic         ? "Bicubic"
                                                                   : linear[dims - 1];
  return fmt::format("Upsample{}{}D{}", word, dims, suffix);
}

/// Linear, and so is its gradient: the gradient of that is the resampling again.
struct Resample : Function<Resample> {
  static std::string name_of(const FunctionNode& node) { return node_name(node, "Backward0"); }

  static Tensor forward(AutogradContext& ctx, const Tensor& given, const Kept& k) {
    ctx.keep(k);
    Tensor y = make_tensor(k.output, given.dtype());
    if (y.numel() == 0) return y;
    const Tensor x = given.contiguous();
    if (x.dtype() == kUInt8)
      kernels::resample(k.problem, x.const_data_ptr<uint8_t>(), y.data_ptr<uint8_t>());
    else
      visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
        kernels::resample(k.problem, x.const_data_ptr<T>(), y.data_ptr<T>());
      });
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy);
};

struct ResampleGradient : Function<ResampleGradient> {
  static std::string name_of(const FunctionNode& node) { return node_name(node, "BackwardBackward0"); }

  static Tensor forward(AutogradContext& ctx, const Tensor& given, const Kept& k) {
    ctx.keep(k);
    const Tensor dy = given.contiguous();
    Tensor dx = make_tensor(k.input, dy.dtype());
    if (dx.numel() > 0)
      visit_floating(dy.dtype(), [&]<class T>(std::type_identity<T>) {
        kernels::resample_backward(k.problem, dy.const_data_ptr<T>(), dx.data_ptr<T>());
      });
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) { return Resample::apply(ddx, ctx.kept<Kept>()); }
};

Tensor Resample::backward(AutogradContext& ctx, const Tensor& dy) {
  return ResampleGradient::apply(dy, ctx.kept<Kept>());
}

/// What the caller asks for, one number an axis.
struct Request {
  DimVector output;             // sizes
  std::vector<double> factors;  // empty: by the sizes alone
};

std::string factors_repr(const AxisFactors& factors) {
  std::string text = "(";
  for (size_t i = 0; i < factors.size(); ++i) text += (i == 0 ? "" : ", ") + float_repr(factors[i]);
  return text + (factors.size() == 1 ? ",)" : ")");
}

int64_t scaled_size(int64_t size, double factor) {
  const double scaled = static_cast<double>(size) * factor;
  check(scaled >= -0x1p63 && scaled < 0x1p63, "value cannot be converted to type int64_t without overflow");
  return static_cast<int64_t>(scaled);
}

/// Exactly one of size and scale_factor, of the right length; in PyTorch's order.
Request request(const Tensor& x, const InterpolateOptions& o) {
  const size_t dims = static_cast<size_t>(std::max<int64_t>(x.dim() - 2, 0));
  const IntArrayRef spatial(x.sizes().end() - dims, dims);
  const size_t sizes = o.size.size(), factors = o.scale_factor.size();
  check<ValueError>(sizes == 0 || factors == 0, "only one of size or scale_factor should be defined");
  check<ValueError>(sizes > 0 || factors > 0, "either size or scale_factor should be defined");
  check<ValueError>(sizes <= 1 || sizes == dims,
                    "Input and output must have the same number of spatial dimensions, but got input with spatial "
                    "dimensions of {} and output size of {}. Please provide input tensor in (N, C, d1, d2, ...,dK) "
                    "format and output size in (o1, o2, ...,oK) format.",
                    spatial, tuple_repr(o.size));
  check<ValueError>(factors <= 1 || factors == dims,
                    "Input and scale_factor must have the same number of spatial dimensions, but got input with "
                    "spatial dimensions of {} and scale_factor of shape {}. Please provide input tensor in (N, C, d1, "
                    "d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.",
                    spatial, factors_repr(o.scale_factor));
  check<ValueError>(!o.recompute_scale_factor.value_or(false) || sizes == 0,
                    "recompute_scale_factor is not meaningful with an explicit size.");
  Request r;
  for (size_t a = 0; a < dims; ++a) {
    if (sizes > 0) {
      r.output.push_back(o.size[sizes == 1 ? 0 : a]);
      continue;
    }
    r.factors.push_back(o.scale_factor[factors == 1 ? 0 : a]);
    r.output.push_back(scaled_size(spatial[a], r.factors.back()));
  }
  if (o.recompute_scale_factor.value_or(false)) r.factors.clear();
  return r;
}

/// "(H: 4, W: 5)"
std::string named_sizes(const ResampleProblem& p, int64_t dims, int64_t kernels::ResampleAxis::*size) {
  std::string text;
  for (int64_t a = 3 - dims; a < 3; ++a)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", "DHW"[a], p.axes[static_cast<size_t>(a)].*size);
  return "(" + text + ")";
}

void check_sizes(const Tensor& x, const ResampleProblem& p, int64_t dims) {
  bool positive = true;
  for (const auto& axis : p.axes) positive = positive && axis.input > 0 && axis.output > 0;
  check<ShapeError>(positive, "Input and output sizes should be greater than 0, but got input {}{} output {}",
                    named_sizes(p, dims, &kernels::ResampleAxis::input), dims == 1 ? " and" : "",
                    named_sizes(p, dims, &kernels::ResampleAxis::output));
  check<ShapeError>(x.sizes()[1] != 0, "Non-empty {}D data tensor expected but got a tensor with sizes {}", x.dim(),
                    x.sizes());
}

void check_type(const Tensor& x, const ResampleProblem& p) {
  const bool nearest = p.mode == Resampling::nearest || p.mode == Resampling::nearest_exact;
  if (x.is_floating_point() || x.numel() == 0 || (nearest && x.dtype() == kUInt8)) return;
  const char* word = nearest ? "nearest" : p.mode == Resampling::cubic ? "cubic" : "linear";
  const bool small = p.small_picture && p.mode != Resampling::cubic;
  throw NotImplementedError(ErrorDetails{
      .op = "interpolate",
      .argument = "x",
      .what =
          small ? fmt::format("\"upsample_{}2d_channels_last\" not implemented for '{}'",
                              nearest ? "nearest" : "bilinear", legacy_name(x.dtype()))
                : fmt::format("\"compute_indices_weights_{}\" not implemented for '{}'", word, legacy_name(x.dtype())),
      .hint = "interpolate takes float32 and float64, the nearest modes uint8 too: x.to(kFloat32) converts"});
}

Tensor resampled(const Tensor& x, Resampling mode, bool align_corners, const Request& r) {
  const auto dims = static_cast<size_t>(x.dim() - 2);
  Kept k{.problem = {.mode = mode, .align_corners = align_corners}, .input = x.sizes(), .output = x.sizes()};
  k.problem.planes = x.sizes()[0] * x.sizes()[1];
  for (size_t a = 0; a < dims; ++a) {
    k.output[a + 2] = r.output[a];
    k.problem.axes[3 - dims + a] = {
        .input = x.sizes()[a + 2], .output = r.output[a], .factor = r.factors.empty() ? 0 : r.factors[a]};
  }
  check_sizes(x, k.problem, x.dim() - 2);
  k.problem.small_picture = dims == 2 && r.output[0] <= 128 && r.output[0] + r.output[1] <= 128;
  checked_numel(k.output, x.element_size());
  check_type(x, k.problem);
  return Resample::apply(x, k);
}

[[noreturn]] void refuse_mode(const Tensor& x, const std::string& mode) {
  const int64_t needed = mode == "linear" ? 3 : mode == "bilinear" ? 4 : mode == "trilinear" ? 5 : 0;
  check<NotImplementedError>(needed == 0 || x.dim() < 3 || x.dim() > 5, "Got {}D input, but {} mode needs {}D input",
                             x.dim(), mode, needed);
  throw NotImplementedError(fmt::format(
      "Input Error: Only 3D, 4D and 5D input Tensors supported (got {}D) for the modes: nearest | linear | bilinear | "
      "bicubic | trilinear | lanczos | area | nearest-exact (got {})",
      x.dim(), mode));
}

void check_antialias(const Tensor& x, const std::string& mode) {
  const bool possible = x.dim() == 4 && (mode == "bilinear" || mode == "bicubic" || mode == "lanczos");
  check<ValueError>(possible,
                    "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor "
                    "as input");
  throw NotImplementedError(ErrorDetails{.op = "interpolate",
                                         .argument = "antialias",
                                         .what = "interpolate: antialias is not implemented",
                                         .hint = "mode \"area\" makes pictures smaller without aliasing"});
}

}  // namespace

Tensor interpolate(const Tensor& x, const InterpolateOptions& o) {
  const std::string& mode = o.mode;
  const bool plain = mode == "nearest" || mode == "area" || mode == "nearest-exact";
  check<ValueError>(!plain || !o.align_corners,
                    "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | "
                    "trilinear");
  const Request r = request(x, o);
  if (o.antialias) check_antialias(x, mode);
  const bool ranked = x.dim() >= 3 && x.dim() <= 5, corners = o.align_corners.value_or(false);
  if (ranked && mode == "nearest") return resampled(x, Resampling::nearest, false, r);
  if (ranked && mode == "nearest-exact") return resampled(x, Resampling::nearest_exact, false, r);
  if (ranked && mode == "area") {
    constexpr Tensor (*pools[])(const Tensor&, IntArrayRef) = {adaptive_avg_pool1d, adaptive_avg_pool2d,
                                                               adaptive_avg_pool3d};
    return pools[x.dim() - 3](x, r.output);
  }
  const bool linear = (x.dim() == 3 && mode == "linear") || (x.dim() == 4 && mode == "bilinear") ||
                      (x.dim() == 5 && mode == "trilinear");
  if (linear) return resampled(x, Resampling::linear, corners, r);
  if (x.dim() == 4 && mode == "bicubic") return resampled(x, Resampling::cubic, corners, r);
  if (x.dim() == 4 && mode == "lanczos")
    throw ValueError(corners ? "Lanczos mode does not support align_corners=True"
                             : "Lanczos mode requires antialias=True");
  refuse_mode(x, mode);
}

}  // namespace convgrad
