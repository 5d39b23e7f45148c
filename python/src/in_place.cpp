// The in-place forms that have no kernel of their own: made of the plain ones, x.NAME_(…) of x.NAME(…).
#include "rows.h"

namespace convgrad::python {

namespace {

constexpr auto functions_too =
    "acos acosh addmv arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh clamp_max clamp_min "
    "clip cosh deg2rad erf erfc exp2 expm1 fix frac index_put log10 log1p log2 logit nan_to_num negative "
    "rad2deg rsqrt sinc sinh square tan trunc xlogy";
constexpr auto methods_alone =
    "absolute addbmm addmm addr arctan2 atan2 baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or "
    "bitwise_right_shift bitwise_xor copysign cumprod cumsum digamma divide eq erfinv float_power floor_divide "
    "fmod ge greater greater_equal gt heaviside hypot index_copy index_fill le less less_equal lgamma "
    "logical_and logical_not logical_or logical_xor lt masked_scatter multiply ne not_equal put remainder sgn "
    "sign subtract tril triu true_divide";

}  // namespace

void bind_in_place() {
  derive_in_place(functions_too, both);
  derive_in_place(methods_alone, method);
}

}  // namespace convgrad::python
