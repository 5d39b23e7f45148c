// ops/view.h, ops/copy.h
#include <convgrad/ops/copy.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/view.h>

#include "core/check.h"
#include "rows.h"

namespace convgrad::python {

namespace {

/// The tensor in the order in memory that an argument memory_format asks for.
Tensor in_format(Args& a, size_t i, Tensor t) {
  const std::string format = a.format(i);
  if (format != "channels_last" && format != "channels_last_3d")
    return format == "contiguous_format" ? t.contiguous() : t;
  const int64_t dims = format == "channels_last" ? 4 : 5;
  if (t.dim() != dims) throw Error("required rank " + std::to_string(dims) + " tensor to use " + format + " format");
  std::vector<int64_t> last, first;
  for (int64_t d = 0; d < dims; ++d)
    last.push_back(d == 0 ? 0 : d == dims - 1 ? 1 : d + 1), first.push_back(d < 1 ? 0 : d == 1 ? dims - 1 : d - 1);
  return t.permute(last).contiguous().permute(first);
}

constexpr auto tensor_split_by_tensor = [](Args& a) {
  const Tensor& places = a.tensor(1);
  check(places.dtype() == kInt64, "tensor_split expected tensor_indices_or_sections to have dtype of long, but got {}",
        legacy_name(places.dtype()));
  check(places.dim() <= 1,
        "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got "
        "a tensor with {} dims",
        places.dim());
  if (places.dim() == 0) return tensor_split(a.tensor(0), places.item<int64_t>(), a.integer(2));
  return tensor_split(a.tensor(0), places.to_vector<int64_t>(), a.integer(2));
};

constexpr auto sum_to_size = [](Args& a) {
  const Tensor& x = a.tensor(0);
  const IntArrayRef sizes = a.integers(1);
  const auto more = static_cast<size_t>(x.dim()) - sizes.size();  // dimensions that are summed away
  bool fits = sizes.size() <= static_cast<size_t>(x.dim());
  std::vector<int64_t> summed;
  for (size_t d = 0; fits && d < static_cast<size_t>(x.dim()); ++d) {
    const bool to_one = d >= more && sizes[d - more] == 1 && x.sizes()[d] != 1;
    fits = d < more || to_one || sizes[d - more] == x.sizes()[d];
    if (d < more || to_one) summed.push_back(static_cast<int64_t>(d));
  }
  check(fits, "size {{{}}} is not expandable to size {{{}}}.", sizes, x.sizes());
  return summed.empty() ? x : sum(x, summed, true).view(sizes);
};

#define SPLIT(name, least, axis)                                                                                                         \
  {#name "(Tensor input, int64_t sections)", both, [](Args& a) { return name(a.tensor(0), a.integer(1)); }}, {                           \
#name "(Tensor input, IntArrayRef indices)", both, [](Args& a) {                                                                       \
      check(a.tensor(0).dim() >= least, "torch." #name " requires a tensor with at least " #least                                          \
            " dimension{}, but got a tensor with {} dimensions!", least == 1 ? "" : "s", a.tensor(0).dim());                               \
      return tensor_split(a.tensor(0), a.integers(1), axis);                                                                               \
    } \
  }

const Row rows[] = {
    {"view(Tensor input, ScalarType dtype)", method,
     [](Args& a) -> Tensor {
       if (*a.dtype(1) == a.tensor(0).dtype()) return a.tensor(0);
       throw NotImplementedError(
           "convgrad has no view of a tensor as another dtype; the nearest is to(dtype), which converts");
     }},
    {"view(Tensor input, SymIntArrayRef size)", method, [](Args& a) { return a.tensor(0).view(a.integers(1)); }},
    {"view_as(Tensor input, Tensor other)", method, [](Args& a) { return a.tensor(0).view_as(a.tensor(1)); }},
    {"reshape(Tensor input, SymIntArrayRef shape)", both, [](Args& a) { return reshape(a.tensor(0), a.integers(1)); }},
    {"reshape_as(Tensor input, Tensor other)", method, [](Args& a) { return a.tensor(0).reshape_as(a.tensor(1)); }},
    {"ravel(Tensor input)", both, [](Args& a) { return ravel(a.tensor(0)); }},
    {"flatten(Tensor input, int64_t start_dim=0, int64_t end_dim=-1)", both,
     [](Args& a) { return flatten(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"unflatten(Tensor input, int64_t dim, SymIntArrayRef sizes)", both,
     [](Args& a) { return unflatten(a.tensor(0), a.integer(1), a.integers(2)); }},
    {"permute(Tensor input, IntArrayRef dims)", both, [](Args& a) { return permute(a.tensor(0), a.integers(1)); }},
    {"transpose(Tensor input, int64_t dim0, int64_t dim1)", both,
     [](Args& a) { return transpose(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"swapaxes(Tensor input, int64_t axis0, int64_t axis1)", both,
     [](Args& a) { return swapaxes(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"swapdims(Tensor input, int64_t dim0, int64_t dim1)", both,
     [](Args& a) { return swapaxes(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"t(Tensor input)", both, [](Args& a) { return t(a.tensor(0)); }},
    {"adjoint(Tensor input)", both, [](Args& a) { return a.tensor(0).mT(); }},
    {"movedim(Tensor input, int64_t source, int64_t destination)", both,
     [](Args& a) { return movedim(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"movedim(Tensor input, IntArrayRef source, IntArrayRef destination)", both,
     [](Args& a) { return movedim(a.tensor(0), a.integers(1), a.integers(2)); }},
    {"moveaxis(Tensor input, int64_t source, int64_t destination)", both,
     [](Args& a) { return movedim(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"moveaxis(Tensor input, IntArrayRef source, IntArrayRef destination)", both,
     [](Args& a) { return movedim(a.tensor(0), a.integers(1), a.integers(2)); }},
    {"squeeze(Tensor input)", both, [](Args& a) { return squeeze(a.tensor(0)); }},
    {"squeeze(Tensor input, int64_t dim)", both, [](Args& a) { return squeeze(a.tensor(0), a.integer(1)); }},
    {"squeeze(Tensor input, IntArrayRef dim)", both, [](Args& a) { return squeeze(a.tensor(0), a.integers(1)); }},
    {"unsqueeze(Tensor input, int64_t dim)", both, [](Args& a) { return unsqueeze(a.tensor(0), a.integer(1)); }},
    {"transpose_(Tensor input, int64_t dim0, int64_t dim1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.transpose_(a.integer(1), a.integer(2));
     }},
    {"swapaxes_(Tensor input, int64_t axis0, int64_t axis1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.swapaxes_(a.integer(1), a.integer(2));
     }},
    {"swapdims_(Tensor input, int64_t dim0, int64_t dim1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.swapdims_(a.integer(1), a.integer(2));
     }},
    {"t_(Tensor input)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.t_();
     }},
    {"squeeze_(Tensor input)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.squeeze_();
     }},
    {"squeeze_(Tensor input, int64_t dim)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.squeeze_(a.integer(1));
     }},
    {"squeeze_(Tensor input, IntArrayRef dim)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.squeeze_(a.integers(1));
     }},
    {"unsqueeze_(Tensor input, int64_t dim)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.unsqueeze_(a.integer(1));
     }},
    {"expand(Tensor input, SymIntArrayRef size, *, bool implicit=False)", method,
     [](Args& a) { return a.tensor(0).expand(a.integers(1)); }},
    {"sum_to_size(Tensor input, SymIntArrayRef size)", method, sum_to_size},
    {"expand_as(Tensor input, Tensor other)", method, [](Args& a) { return a.tensor(0).expand_as(a.tensor(1)); }},
    {"broadcast_to(Tensor input, SymIntArrayRef size)", both,
     [](Args& a) { return broadcast_to(a.tensor(0), a.integers(1)); }},
    {"narrow(Tensor input, int64_t dim, Tensor start, SymInt length)", both,
     [](Args& a) {
       check(a.tensor(2).dim() == 0 && is_integral(a.tensor(2).dtype()), "start must be an 0-dim integral Tensor.");
       return narrow(a.tensor(0), a.integer(1), a.tensor(2).item<int64_t>(), a.integer(3));
     }},
    {"narrow(Tensor input, int64_t dim, SymInt start, SymInt length)", both,
     [](Args& a) { return narrow(a.tensor(0), a.integer(1), a.integer(2), a.integer(3)); }},
    {"select(Tensor input, int64_t dim, SymInt index)", both,
     [](Args& a) { return select(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"diagonal(Tensor input, int64_t offset=0, int64_t dim1=0, int64_t dim2=1)", both,
     [](Args& a) { return diagonal(a.tensor(0), a.integer(1), a.integer(2), a.integer(3)); }},
    {"as_strided(Tensor input, SymIntArrayRef size, SymIntArrayRef stride, SymInt? storage_offset=None)", both,
     [](Args& a) { return as_strided(a.tensor(0), a.integers(1), a.integers(2), a.maybe_integer(3)); }},
    {"unfold(Tensor input, int64_t dimension, int64_t size, int64_t step)", method,
     [](Args& a) { return a.tensor(0).unfold(a.integer(1), a.integer(2), a.integer(3)); }},
    {"chunk(Tensor input, int64_t chunks, int64_t dim=0)", both,
     [](Args& a) { return chunk(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"split(Tensor input, SymInt split_size, int64_t dim=0)", both,
     [](Args& a) { return split(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"split(Tensor input, SymIntArrayRef split_size, int64_t dim=0)", both,
     [](Args& a) { return split(a.tensor(0), a.integers(1), a.integer(2)); }},
    {"split_with_sizes(Tensor input, SymIntArrayRef split_sizes, int64_t dim=0)", both,
     [](Args& a) { return split(a.tensor(0), a.integers(1), a.integer(2)); }},
    {"unsafe_chunk(Tensor input, int64_t chunks, int64_t dim=0)", both,
     [](Args& a) { return chunk(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"unsafe_split(Tensor input, SymInt split_size, int64_t dim=0)", both,
     [](Args& a) { return split(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"unsafe_split_with_sizes(Tensor input, SymIntArrayRef split_sizes, int64_t dim=0)", both,
     [](Args& a) { return split(a.tensor(0), a.integers(1), a.integer(2)); }},
    {"tensor_split(Tensor input, SymInt sections, int64_t dim=0)", both,
     [](Args& a) { return tensor_split(a.tensor(0), a.integer(1), a.integer(2)); }},
    {"tensor_split(Tensor input, SymIntArrayRef indices, int64_t dim=0)", both,
     [](Args& a) { return tensor_split(a.tensor(0), a.integers(1), a.integer(2)); }},
    {"tensor_split(Tensor input, Tensor tensor_indices_or_sections, int64_t dim=0)", both, tensor_split_by_tensor},
    SPLIT(hsplit, 1, a.tensor(0).dim() == 1 ? 0 : 1),
    SPLIT(vsplit, 2, 0),
    SPLIT(dsplit, 3, 2),
    {"unbind(Tensor input, int64_t dim=0)", both, [](Args& a) { return unbind(a.tensor(0), a.integer(1)); }},

    {"clone(Tensor input, *, MemoryFormat? memory_format=None)", both,
     [](Args& a) { return in_format(a, 1, clone(a.tensor(0))); }},
    {"contiguous(Tensor input, *, MemoryFormat memory_format=contiguous_format)", method,
     [](Args& a) { return in_format(a, 1, a.tensor(0).contiguous()); }},
    {"to(Tensor input, Device device=None, ScalarType dtype=None, bool non_blocking=False, bool copy=False, *, "
     "MemoryFormat? memory_format=None)",
     method,
     [](Args& a) { return in_format(a, 5, to(a.tensor(0), a.dtype(2).value_or(a.tensor(0).dtype()), a.boolean(4))); }},
    {"to(Tensor input, ScalarType dtype, bool non_blocking=False, bool copy=False, *, MemoryFormat? "
     "memory_format=None)",
     method, [](Args& a) { return in_format(a, 4, to(a.tensor(0), *a.dtype(1), a.boolean(3))); }},
    {"to(Tensor input, Tensor other, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)",
     method, [](Args& a) { return in_format(a, 4, to(a.tensor(0), a.tensor(1).dtype(), a.boolean(3))); }},
    {"type_as(Tensor input, Tensor other)", method, [](Args& a) { return a.tensor(0).type_as(a.tensor(1)); }},
    {"float(Tensor input, *, MemoryFormat? memory_format=None)", method,
     [](Args& a) { return to(a.tensor(0), kFloat32); }},
    {"double(Tensor input, *, MemoryFormat? memory_format=None)", method,
     [](Args& a) { return to(a.tensor(0), kFloat64); }},
    {"long(Tensor input, *, MemoryFormat? memory_format=None)", method,
     [](Args& a) { return to(a.tensor(0), kInt64); }},
    {"int(Tensor input, *, MemoryFormat? memory_format=None)", method, [](Args& a) { return to(a.tensor(0), kInt32); }},
    {"byte(Tensor input, *, MemoryFormat? memory_format=None)", method,
     [](Args& a) { return to(a.tensor(0), kUInt8); }},
    {"bool(Tensor input, *, MemoryFormat? memory_format=None)", method, [](Args& a) { return to(a.tensor(0), kBool); }},
    {"cpu(Tensor input, *, MemoryFormat? memory_format=None)", method, [](Args& a) { return a.tensor(0); }},
    {"copy_(Tensor input, Tensor other, bool non_blocking=False)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.copy_(a.tensor(1));
     }},
    {"fill(Tensor input, Scalar value, *, Tensor out=None)", in_torch,
     [](Args& a) { return clone(a.tensor(0)).fill_(a.scalar(1)); }},
    {"fill(Tensor input, Tensor value, *, Tensor out=None)", in_torch,
     [](Args& a) { return clone(a.tensor(0)).fill_(a.tensor(1)); }},
    {"fill_(Tensor input, Tensor value)", both,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.fill_(a.tensor(1));
     }},
    {"fill_(Tensor input, Scalar value)", both,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.fill_(a.scalar(1));
     }},
    {"zero_(Tensor input)", both,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.zero_();
     }},
    {"detach(Tensor input)", both, [](Args& a) { return a.tensor(0).detach(); }},
    {"detach_(Tensor input)", both,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.detach_();
     }},
};
#undef SPLIT

}  // namespace

void bind_view() { add_rows(rows); }

}  // namespace convgrad::python
