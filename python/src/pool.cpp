// ops/pool.h
#include <convgrad/ops/pool.h>

#include "rows.h"

namespace convgrad::python {

namespace {

#define MAX_POOL(name, axes, where)                                                                                   \
  {                                                                                                                   \
#name "(Tensor input, IntArrayRef[" axes "] kernel_size, IntArrayRef[" axes "] stride=None, IntArrayRef[" axes    \
          "] padding=0, IntArrayRef[" axes "] dilation=1, bool ceil_mode=False)",                                     \
        where,                                                                                                        \
        [](Args &                                                                                                     \
           a) { return name(a.tensor(0), a.integers(1), a.integers(2), a.integers(3), a.integers(4), a.boolean(5)); } \
  }
#define AVG_POOL(name, axes)                                                                                              \
  {                                                                                                                       \
#name "(Tensor input, IntArrayRef[" axes "] kernel_size, IntArrayRef[" axes "] stride=None, IntArrayRef[" axes          \
          "] padding=0, bool ceil_mode=False, bool count_include_pad=True, int64_t? divisor_override=None, *, Tensor out=None)", \
        in_nn, [](Args& a) {                                                                                                \
          return name(a.tensor(0), a.integers(1), a.integers(2), a.integers(3), a.boolean(4), a.boolean(5), a.maybe_integer(6)); \
        } \
  }
// PyTorch makes these two of others, in Python; here they are operations.
#define LP_POOL(name, axes)                                                                                        \
  {                                                                                                                \
#name "(Tensor input, Scalar norm_type, IntArrayRef[" axes "] kernel_size, IntArrayRef[" axes                  \
          "] stride=None, bool ceil_mode=False)",                                                                  \
        in_nn, [](Args & a) { return name(a.tensor(0), a.scalar(1), a.integers(2), a.integers(3), a.boolean(4)); } \
  }
#define UNPOOL(name, axes)                                                                                           \
  {                                                                                                                  \
#name "(Tensor input, Tensor indices, IntArrayRef[" axes "] kernel_size, IntArrayRef[" axes                      \
          "] stride=None, IntArrayRef[" axes "] padding=0, IntArrayRef output_size=None)",                           \
        in_nn,                                                                                                       \
        [](Args &                                                                                                    \
           a) { return name(a.tensor(0), a.tensor(1), a.integers(2), a.integers(3), a.integers(4), a.integers(5)); } \
  }
#define ADAPTIVE(name, axes, where)                                   \
  {                                                                   \
#name "(Tensor input, IntArrayRef[" axes "] output_size)", where, \
        [](Args & a) { return name(a.tensor(0), a.integers(1)); }     \
  }

const Row rows[] = {
    MAX_POOL(max_pool1d, "1", in_torch),
    MAX_POOL(max_pool2d, "2", in_torch),
    MAX_POOL(max_pool3d, "3", in_torch),
    MAX_POOL(max_pool1d_with_indices, "1", in_torch),
    MAX_POOL(max_pool2d_with_indices, "2", in_nn),
    MAX_POOL(max_pool3d_with_indices, "3", in_nn),
    {"avg_pool1d(Tensor input, IntArrayRef[1] kernel_size, IntArrayRef[1] stride=None, IntArrayRef[1] padding=0, bool "
     "ceil_mode=False, bool count_include_pad=True)",
     in_torch,
     [](Args& a) {
       return avg_pool1d(a.tensor(0), a.integers(1), a.integers(2), a.integers(3), a.boolean(4), a.boolean(5));
     }},
    AVG_POOL(avg_pool2d, "2"),
    AVG_POOL(avg_pool3d, "3"),
    LP_POOL(lp_pool1d, "1"),
    LP_POOL(lp_pool2d, "2"),
    LP_POOL(lp_pool3d, "3"),
    UNPOOL(max_unpool1d, "1"),
    UNPOOL(max_unpool2d, "2"),
    UNPOOL(max_unpool3d, "3"),
    ADAPTIVE(adaptive_avg_pool1d, "1", in_torch),
    ADAPTIVE(adaptive_avg_pool2d, "2", in_nn),
    ADAPTIVE(adaptive_avg_pool3d, "3", in_nn),
    ADAPTIVE(adaptive_max_pool1d, "1", in_torch),
    ADAPTIVE(adaptive_max_pool2d, "2", in_nn),
    ADAPTIVE(adaptive_max_pool3d, "3", in_nn),
};
#undef MAX_POOL
#undef AVG_POOL
#undef LP_POOL
#undef UNPOOL
#undef ADAPTIVE

}  // namespace

void bind_pool() { add_rows(rows); }

}  // namespace convgrad::python
