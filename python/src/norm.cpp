// ops/norm.h
#include <convgrad/ops/norm.h>

#include "rows.h"

namespace convgrad::python {

namespace {

const Row rows[] = {
    {"batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, "
     "double "
     "momentum, double eps, bool cudnn_enabled)",
     in_torch,
     [](Args& a) {
       return batch_norm(a.tensor(0), a.tensor(3), a.tensor(4), a.tensor(1), a.tensor(2), a.boolean(5), a.real(6),
                         a.real(7));
     }},
    {"instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool "
     "use_input_stats, "
     "double momentum, double eps, bool cudnn_enabled)",
     in_torch,
     [](Args& a) {
       return instance_norm(a.tensor(0), a.tensor(3), a.tensor(4), a.tensor(1), a.tensor(2), a.boolean(5), a.real(6),
                            a.real(7));
     }},
    {"layer_norm(Tensor input, SymIntArrayRef normalized_shape, Tensor? weight=None, Tensor? bias=None, double "
     "eps=1e-05, bool "
     "cudnn_enable=True)",
     in_torch, [](Args& a) { return layer_norm(a.tensor(0), a.integers(1), a.tensor(2), a.tensor(3), a.real(4)); }},
    {"group_norm(Tensor input, int64_t num_groups, Tensor? weight=None, Tensor? bias=None, double eps=1e-05, bool "
     "cudnn_enabled=True)",
     in_torch, [](Args& a) { return group_norm(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3), a.real(4)); }},
    {"local_response_norm(Tensor input, int64_t size, double alpha=0.0001, double beta=0.75, double k=1.0)", in_nn,
     [](Args& a) { return local_response_norm(a.tensor(0), a.integer(1), a.real(2), a.real(3), a.real(4)); }},
};

}  // namespace

void bind_norm() { add_rows(rows); }

}  // namespace convgrad::python
