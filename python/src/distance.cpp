// ops/distance.h, ops/embedding.h
#include <convgrad/ops/distance.h>
#include <convgrad/ops/embedding.h>

#include "rows.h"

namespace convgrad::python {

namespace {

const Row rows[] = {
    {"cosine_similarity(Tensor x1, Tensor x2, int64_t dim=1, double eps=1e-08)", in_torch,
     [](Args& a) { return cosine_similarity(a.tensor(0), a.tensor(1), a.integer(2), a.real(3)); }},
    {"pairwise_distance(Tensor x1, Tensor x2, double p=2, double eps=1e-06, bool keepdim=False)", in_torch,
     [](Args& a) { return pairwise_distance(a.tensor(0), a.tensor(1), a.real(2), a.real(3), a.boolean(4)); }},
    {"bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None)", in_torch,
     [](Args& a) { return bilinear(a.tensor(0), a.tensor(1), a.tensor(2), a.tensor(3)); }},
    {"embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool "
     "sparse=False)",
     in_torch,
     [](Args& a) {
       EmbeddingFuncOptions options{.scale_grad_by_freq = a.boolean(3), .sparse = a.boolean(4)};
       if (a.integer(2) >= 0) options.padding_idx = a.integer(2);
       return embedding(a.tensor(1), a.tensor(0), options);
     }},
    // PyTorch shortens rows that are too long by a function of its own, embedding_renorm_; here it belongs to the
    // looking up.
    {"embedding_renormed(Tensor weight, Tensor indices, SymInt padding_idx, bool scale_grad_by_freq, bool sparse, "
     "double max_norm, double "
     "norm_type)",
     in_nn,
     [](Args& a) {
       EmbeddingFuncOptions options{
           .max_norm = a.real(5), .norm_type = a.real(6), .scale_grad_by_freq = a.boolean(3), .sparse = a.boolean(4)};
       if (a.integer(2) >= 0) options.padding_idx = a.integer(2);
       return embedding(a.tensor(1), a.tensor(0), options);
     }},
    {"one_hot(Tensor input, int64_t num_classes=-1)", in_nn,
     [](Args& a) { return one_hot(a.tensor(0), a.integer(1)); }},
};

}  // namespace

void bind_distance() { add_rows(rows); }

}  // namespace convgrad::python
