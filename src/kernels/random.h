#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// Box–Muller in place, in blocks of 16: 16 uniform numbers of [0, 1) become 16 normal ones, of which numbers k and k +
/// 8 make values k and k + 8. `count` is a multiple of 16. Cephes' polynomials for log and sincos, fused as in
/// PyTorch's AVX2 code: the same bits as there, on every instruction set, those without a fused multiply-add included.
/// Within 7e-7 of the exact transform.
void box_muller(float* data, int64_t count, float mean, float std);

/// Numbers of [0, 1) to [low, high), in place: x · (high − low) + low with one rounding; `low` where that gives `high`.
void spread(float* data, int64_t count, float low, float high);

}  // namespace convgrad::kernels
