// ops/random.h
#include <convgrad/nn/functional.h>
#include <convgrad/ops/random.h>

#include "rows.h"

namespace convgrad::python {

namespace F = nn::functional;

namespace {

#define OPTIONS                                                                                      \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False, bool? " \
  "requires_grad=False)"
#define GENERATED "Generator? generator, "

const Row rows[] = {
    {"rand(SymIntArrayRef size, *, " GENERATED "Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return rand(a.integers(0), a.options(3), a.generator(1)); }},
    {"rand(SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return rand(a.integers(0), a.options(2)); }},
    {"randn(SymIntArrayRef size, *, " GENERATED "Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randn(a.integers(0), a.options(3), a.generator(1)); }},
    {"randn(SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randn(a.integers(0), a.options(2)); }},
    {"randint(SymInt high, SymIntArrayRef size, *, " GENERATED "Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randint(a.integer(0), a.integers(1), a.options(4), a.generator(2)); }},
    {"randint(SymInt high, SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randint(a.integer(0), a.integers(1), a.options(3)); }},
    {"randint(SymInt low, SymInt high, SymIntArrayRef size, *, " GENERATED "Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randint(a.integer(0), a.integer(1), a.integers(2), a.options(5), a.generator(3)); }},
    {"randint(SymInt low, SymInt high, SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randint(a.integer(0), a.integer(1), a.integers(2), a.options(4)); }},
    {"randperm(SymInt n, *, " GENERATED "Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randperm(a.integer(0), a.options(3), a.generator(1)); }},
    {"randperm(SymInt n, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return randperm(a.integer(0), a.options(2)); }},
    {"normal(Tensor mean, Tensor std, *, Generator? generator=None, Tensor out=None)", in_torch,
     [](Args& a) { return normal(a.tensor(0), a.tensor(1), a.generator(2)); }},
    {"normal(Tensor mean, double std=1, *, Generator? generator=None, Tensor out=None)", in_torch,
     [](Args& a) { return normal(a.tensor(0), a.real(1), a.generator(2)); }},
    {"normal(double mean, Tensor std, *, Generator? generator=None, Tensor out=None)", in_torch,
     [](Args& a) { return normal(a.real(0), a.tensor(1), a.generator(2)); }},
    {"normal(double mean, double std, SymIntArrayRef size, *, Generator? generator=None, Tensor out=None, " OPTIONS,
     in_torch, [](Args& a) { return normal(a.real(0), a.real(1), a.integers(2), a.options(5), a.generator(3)); }},
    {"bernoulli(Tensor input, *, Generator? generator=None, Tensor out=None)", both,
     [](Args& a) { return bernoulli(a.tensor(0), a.generator(1)); }},
    {"bernoulli(Tensor input, double p, *, Generator? generator=None)", both,
     [](Args& a) { return bernoulli(a.tensor(0), a.real(1), a.generator(2)); }},
    {"rand_like(Tensor input, *, " GENERATED "MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return rand_like(a.tensor(0), a.options(3), a.generator(1)); }},
    {"rand_like(Tensor input, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return rand_like(a.tensor(0), a.options(2)); }},
    {"randn_like(Tensor input, *, " GENERATED "MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return randn_like(a.tensor(0), a.options(3), a.generator(1)); }},
    {"randn_like(Tensor input, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return randn_like(a.tensor(0), a.options(2)); }},
    {"randint_like(Tensor input, SymInt low, SymInt high, *, " GENERATED "MemoryFormat? memory_format=None, " OPTIONS,
     in_torch,
     [](Args& a) { return randint_like(a.tensor(0), a.integer(1), a.integer(2), a.options(5), a.generator(3)); }},
    {"randint_like(Tensor input, SymInt low, SymInt high, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return randint_like(a.tensor(0), a.integer(1), a.integer(2), a.options(4)); }},
    {"randint_like(Tensor input, SymInt high, *, " GENERATED "MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return randint_like(a.tensor(0), a.integer(1), a.options(4), a.generator(2)); }},
    {"randint_like(Tensor input, SymInt high, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return randint_like(a.tensor(0), a.integer(1), a.options(3)); }},

    {"dropout(Tensor input, double p, bool train)", in_torch,
     [](Args& a) { return F::dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2)}); }},
    {"dropout_(Tensor input, double p, bool train)", in_torch,
     [](Args& a) { return F::dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = true}); }},
    {"alpha_dropout(Tensor input, double p, bool train)", in_torch,
     [](Args& a) { return F::alpha_dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2)}); }},
    {"alpha_dropout_(Tensor input, double p, bool train)", in_torch,
     [](Args& a) {
       return F::alpha_dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = true});
     }},
    {"feature_alpha_dropout(Tensor input, double p, bool train)", in_torch,
     [](Args& a) { return F::feature_alpha_dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2)}); }},
    {"feature_alpha_dropout_(Tensor input, double p, bool train)", in_torch,
     [](Args& a) {
       return F::feature_alpha_dropout(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = true});
     }},
    {"dropout1d(Tensor input, double p, bool train, bool inplace)", in_nn,
     [](Args& a) {
       return F::dropout1d(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = a.boolean(3)});
     }},
    {"dropout2d(Tensor input, double p, bool train, bool inplace)", in_nn,
     [](Args& a) {
       return F::dropout2d(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = a.boolean(3)});
     }},
    {"dropout3d(Tensor input, double p, bool train, bool inplace)", in_nn,
     [](Args& a) {
       return F::dropout3d(a.tensor(0), {.p = a.real(1), .training = a.boolean(2), .inplace = a.boolean(3)});
     }},

    {"uniform_(Tensor input, double from=0, double to=1, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.uniform_(a.real(1), a.real(2), a.generator(3));
     }},
    {"normal_(Tensor input, double mean=0, double std=1, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.normal_(a.real(1), a.real(2), a.generator(3));
     }},
    {"random_(Tensor input, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       a.generator(1) ? x.random_(*a.generator(1)) : x.random_();
     }},
    {"random_(Tensor input, int64_t from, int64_t? to, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.random_(a.integer(1), a.maybe_integer(2), a.generator(3));
     }},
    {"random_(Tensor input, int64_t to, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.random_(a.integer(1), a.generator(2));
     }},
    {"bernoulli_(Tensor input, Tensor p, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.bernoulli_(a.tensor(1), a.generator(2));
     }},
    {"bernoulli_(Tensor input, double p=0.5, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.bernoulli_(a.real(1), a.generator(2));
     }},
    {"exponential_(Tensor input, double lambd=1, *, Generator? generator=None)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.exponential_(a.real(1), a.generator(2));
     }},
};

}  // namespace

void bind_random() { add_rows(rows); }

}  // namespace convgrad::python
