// ops/activation.h
#include <convgrad/ops/activation.h>
#include <convgrad/ops/pointwise.h>

#include "rows.h"

namespace convgrad::python {

namespace {

#define PLAIN(name, where)                                                                        \
  {                                                                                               \
#name "(Tensor input, *, Tensor out=None)", where, [](Args & a) { return name(a.tensor(0)); } \
  }
#define IN_PLACE(name, where)                  \
  {                                            \
#name "(Tensor input)", where, [](Args& a) { \
      Tensor x = a.tensor(0);     \
      name(x);                    \
    } \
  }

const Row rows[] = {
    {"relu(Tensor input)", both, [](Args& a) { return relu(a.tensor(0)); }},
    {"relu_(Tensor input)", both,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.relu_();
     }},
    {"leaky_relu(Tensor input, Scalar negative_slope=0.01, *, Tensor out=None)", in_nn,
     [](Args& a) { return leaky_relu(a.tensor(0), a.real(1)); }},
    {"leaky_relu_(Tensor input, Scalar negative_slope=0.01)", in_nn,
     [](Args& a) {
       Tensor x = a.tensor(0);
       leaky_relu_(x, a.real(1));
     }},
    {"prelu(Tensor input, Tensor weight)", both, [](Args& a) { return prelu(a.tensor(0), a.tensor(1)); }},
    {"rrelu(Tensor input, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False, Generator? "
     "generator=None)",
     in_torch, [](Args& a) { return rrelu(a.tensor(0), a.real(1), a.real(2), a.boolean(3), a.generator(4)); }},
    {"rrelu_(Tensor input, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False, Generator? "
     "generator=None)",
     in_torch,
     [](Args& a) {
       Tensor x = a.tensor(0);
       rrelu_(x, a.real(1), a.real(2), a.boolean(3), a.generator(4));
     }},
    {"elu(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1, *, Tensor out=None)", in_nn,
     [](Args& a) { return elu(a.tensor(0), a.real(1)); }},
    {"elu_(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)", in_nn,
     [](Args& a) {
       Tensor x = a.tensor(0);
       elu_(x, a.real(1));
     }},
    {"selu(Tensor input)", in_torch, [](Args& a) { return selu(a.tensor(0)); }},
    {"celu(Tensor input, Scalar alpha=1.0)", in_torch, [](Args& a) { return celu(a.tensor(0), a.real(1)); }},
    {"celu_(Tensor input, Scalar alpha=1.0)", in_torch,
     [](Args& a) {
       Tensor x = a.tensor(0);
       celu_(x, a.real(1));
     }},
    {"gelu(Tensor input, *, c10::string_view approximate=\"none\", Tensor out=None)", in_nn,
     [](Args& a) { return gelu(a.tensor(0), a.string(1)); }},
    {"softplus(Tensor input, Scalar beta=1, Scalar threshold=20, *, Tensor out=None)", in_nn,
     [](Args& a) { return softplus(a.tensor(0), a.real(1), a.real(2)); }},
    {"log_sigmoid(Tensor input, *, Tensor out=None)", in_nn, [](Args& a) { return logsigmoid(a.tensor(0)); }},
    {"softshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)", in_nn,
     [](Args& a) { return softshrink(a.tensor(0), a.real(1)); }},
    {"hardshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)", both,
     [](Args& a) { return hardshrink(a.tensor(0), a.real(1)); }},
    {"hardtanh(Tensor input, Scalar min_val=-1, Scalar max_val=1, *, Tensor out=None)", in_nn,
     [](Args& a) { return hardtanh(a.tensor(0), a.scalar(1), a.scalar(2)); }},
    {"hardtanh_(Tensor input, Scalar min_val=-1, Scalar max_val=1)", in_nn,
     [](Args& a) {
       Tensor x = a.tensor(0);
       hardtanh_(x, a.scalar(1), a.scalar(2));
     }},
    {"threshold(Tensor input, Scalar threshold, Scalar value, *, Tensor out=None)", in_torch,
     [](Args& a) { return threshold(a.tensor(0), a.scalar(1), a.scalar(2)); }},
    {"threshold_(Tensor input, Scalar threshold, Scalar value)", in_torch,
     [](Args& a) {
       Tensor x = a.tensor(0);
       threshold_(x, a.scalar(1), a.scalar(2));
     }},
    {"glu(Tensor input, int64_t dim=-1, *, Tensor out=None)", in_nn,
     [](Args& a) { return glu(a.tensor(0), a.integer(1)); }},
    PLAIN(silu, in_nn),
    PLAIN(mish, in_nn),
    PLAIN(hardsigmoid, in_nn),
    PLAIN(hardswish, in_nn),
    {"relu6(Tensor input)", in_nn, [](Args& a) { return relu6(a.tensor(0)); }},
    IN_PLACE(relu6_, in_nn),
    IN_PLACE(selu_, in_torch),
    IN_PLACE(silu_, in_nn),
    IN_PLACE(mish_, in_nn),
    IN_PLACE(hardsigmoid_, in_nn),
    IN_PLACE(hardswish_, in_nn),
};
#undef PLAIN
#undef IN_PLACE

}  // namespace

void bind_activation() { add_rows(rows); }

}  // namespace convgrad::python
