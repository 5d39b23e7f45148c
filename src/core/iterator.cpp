#include "core/iterator.h"

#include <algorithm>

#include "core/check.h"
#include "core/dispatch.h"
#include "core/shape.h"
#include "core/threads.h"
#include "core/walk.h"
#include "kernels/elementwise/convert.h"

namespace convgrad {
namespace {

using detail::TensorImpl;
constexpr int64_t kBufferBytes = 4096;        // what is converted or gathered at a time stays in cache
constexpr int64_t kChunk = kBufferBytes / 8;  // elements of the widest type
constexpr int64_t kLongRow = 128;             // from here on rows are walked singly

struct Number {
  alignas(8) char bytes[8];
};

/// A number, or a tensor that is one.
bool is_single(const Operand& x, ScalarType type) {
  return x.is_number() || (x.tensor->numel == 1 && x.tensor->dtype == type);
}

/// The arrays are dense and of the right type, others are single numbers: the loop can run through.
bool is_plain(const ElementWise& work, const TensorImpl& out, ArrayRef<Operand> in) {
  if (!out.contiguous || out.dtype != work.result) return false;
  for (const Operand& x : in)
    if (!is_single(x, work.type) &&
        !(x.tensor->contiguous && x.tensor->dtype == work.type && x.tensor->sizes == out.sizes))
      return false;
  return true;
}

/// The loop over [begin, end) of dense arrays; numbers are spread over a buffer, which bounds the steps.
void run_plain_range(const ElementWise& work, char* out, ArrayRef<Operand> in, int64_t begin, int64_t end) {
  const int64_t width = element_size(work.type), out_width = element_size(work.result);
  alignas(64) char buffers[kernels::kMaxInputs][kBufferBytes];
  const char* from[kernels::kMaxInputs] = {};
  bool single[kernels::kMaxInputs] = {};
  int64_t step = end - begin;
  for (size_t k = 0; k < in.size(); ++k) {
    single[k] = is_single(in[k], work.type);
    if (single[k]) step = std::min(step, kBufferBytes / width);
  }
  for (size_t k = 0; k < in.size(); ++k) {
    from[k] = single[k] ? buffers[k] : static_cast<const char*>(in[k].tensor->data()) + begin * width;
    if (!single[k]) continue;
    Number number;
    if (in[k].is_number()) store_number(in[k].number, work.type, number.bytes);
    const void* value = in[k].is_number() ? number.bytes : in[k].tensor->data();
    kernels::find_move(work.type, work.type)(buffers[k], width, value, 0, step);
  }
  for (int64_t i = begin; i < end; i += step) {
    const void* part[kernels::kMaxInputs];
    for (size_t k = 0; k < in.size(); ++k) part[k] = from[k] + (single[k] ? 0 : (i - begin) * width);
    work.loop(out + i * out_width, part, std::min(step, end - i));
  }
}

void run_plain(const ElementWise& work, const TensorImpl& out, ArrayRef<Operand> in) {
  char* to = static_cast<char*>(out.data());
  if (out.numel <= work.grain) return run_plain_range(work, to, in, 0, out.numel);
  parallel_for(0, out.numel, work.grain,
               [&](int64_t begin, int64_t end) { run_plain_range(work, to, in, begin, end); });
}

/// A walk, and how each of its arrays reaches the loop: where it lies, or through a buffer.
struct Plan {
  Walk walk;
  bool by_rows = false;                  // a chunk never crosses a row, else chunks run on through all dimensions
  bool direct[Walk::kMaxArrays] = {};    // where it lies
  bool repeated[Walk::kMaxArrays] = {};  // its buffer is filled once, with whole periods
  kernels::Move move[Walk::kMaxArrays] = {};
  int64_t period = 1;  // chunks begin at multiples of it
  bool buffered = false;
  bool long_rows = false;  // all arrays lie where they are, or are constant along rows: a chunk is a row
};

Plan make_plan(const ElementWise& work, const TensorImpl& out, ArrayRef<Operand> in, Number* numbers) {
  Plan plan{.walk = Walk(out.sizes)};
  Walk& walk = plan.walk;
  walk.add(out);
  for (size_t k = 0; k < in.size(); ++k)
    if (in[k].is_number()) {
      store_number(in[k].number, work.type, numbers[k].bytes);
      walk.add_number(numbers[k].bytes, work.type);
    } else {
      walk.add(*in[k].tensor);
    }
  walk.arrange();

  plan.by_rows = walk.shape().size() > 1 && walk.shape()[0] >= kLongRow;
  for (int k = 0; k < walk.count(); ++k) {
    const ScalarType wanted = k == 0 ? work.result : work.type;
    const Walk::Array& a = walk[k];
    plan.direct[k] = a.dtype == wanted && (plan.by_rows ? a.strides[0] == a.element() : walk.is_dense(k));
    plan.move[k] = k == 0 ? kernels::find_move(a.dtype, wanted) : kernels::find_move(wanted, a.dtype);
    plan.buffered = plan.buffered || !plan.direct[k];
    const int64_t period = walk.period(k);
    plan.repeated[k] = k > 0 && !plan.direct[k] &&
                       (period == 1 || (!plan.by_rows && period <= kChunk / 2 && period % plan.period == 0));
    if (plan.repeated[k]) plan.period = std::max(plan.period, period);
  }
  plan.long_rows = plan.by_rows;
  for (int k = 0; k < walk.count(); ++k)
    plan.long_rows = plan.long_rows && (plan.direct[k] || (k > 0 && walk[k].strides[0] == 0));
  return plan;
}

/// Elements of the chunk that begins at `index`.
int64_t chunk_size(const Plan& plan, int64_t index, int64_t end, const DimVector& at) {
  int64_t n = end - index;
  if (plan.buffered && !plan.long_rows) {
    const int64_t into = index % plan.period;
    n = std::min(n, into ? plan.period - into : kChunk / plan.period * plan.period);
  }
  return plan.by_rows ? std::min(n, plan.walk.shape()[0] - at[0]) : n;
}

/// The rows that make up [begin, end): what is constant along a row is spread over a buffer once for it.
void run_rows(const ElementWise& work, const Plan& plan, int64_t begin, int64_t end) {
  alignas(64) char buffers[Walk::kMaxArrays][kBufferBytes];
  const Walk& walk = plan.walk;
  const int64_t width = element_size(work.type), out_width = element_size(work.result);
  const void* in[kernels::kMaxInputs] = {};
  for (int64_t index = begin, n = 0; index < end; index += n) {
    const DimVector at = walk.locate(index);
    n = chunk_size(plan, index, end, at);
    for (int k = 1; k < walk.count(); ++k) {
      in[k - 1] = plan.direct[k] ? walk.address(k, at) : buffers[k];
      if (plan.direct[k] || (plan.repeated[k] && index > begin)) continue;  // repeated: the same number for all rows
      const int64_t wanted = plan.repeated[k] ? kChunk : std::min(kChunk, n);
      plan.move[k](buffers[k], width, walk.address(k, at), 0, wanted);
    }
    char* out = walk.address(0, at);
    for (int64_t done = 0, some = 0; done < n; done += some) {
      some = std::min(kChunk, n - done);
      work.loop(out + done * out_width, in, some);
      for (int k = 1; k < walk.count(); ++k)
        if (plan.direct[k]) in[k - 1] = static_cast<const char*>(in[k - 1]) + some * width;
    }
  }
}

void run_range(const ElementWise& work, const Plan& plan, int64_t begin, int64_t end) {
  if (plan.long_rows) return run_rows(work, plan, begin, end);
  alignas(64) char buffers[Walk::kMaxArrays][kBufferBytes];
  const Walk& walk = plan.walk;
  const int64_t width = element_size(work.type), out_width = element_size(work.result);
  const void* in[kernels::kMaxInputs] = {};
  bool filled = false;  // the repeated ones
  for (int64_t index = begin; index < end;) {
    const DimVector at = walk.locate(index);
    const int64_t n = chunk_size(plan, index, end, at);
    for (int k = 1; k < walk.count(); ++k) {
      in[k - 1] = plan.direct[k] ? walk.address(k, at) : buffers[k];
      if (plan.direct[k] || (filled && plan.repeated[k])) continue;
      // a repeated array of one element may be needed longer than this chunk
      const int64_t wanted = plan.repeated[k] && walk.period(k) == 1 ? kChunk : n;
      if (walk.period(k) == 1)
        plan.move[k](buffers[k], width, walk[k].data, 0, wanted);
      else
        walk.each_run(k, at, n, [&](int64_t done, char* p, int64_t run) {
          plan.move[k](buffers[k] + done * width, width, p, walk[k].strides[0], run);
        });
    }
    filled = index % plan.period == 0;
    work.loop(plan.direct[0] ? walk.address(0, at) : buffers[0], in, n);
    if (!plan.direct[0])
      walk.each_run(0, at, n, [&](int64_t done, char* p, int64_t run) {
        plan.move[0](p, walk[0].strides[0], buffers[0] + done * out_width, out_width, run);
      });
    index += n;
  }
}

/// The bytes a tensor spans, from its first to behind its last element.
std::pair<const char*, const char*> extent(const TensorImpl& t) {
  const char* first = static_cast<const char*>(t.data());
  const char* last = first;
  for (size_t d = 0; d < t.sizes.size(); ++d) {
    const int64_t reach = (t.sizes[d] - 1) * t.strides[d] * element_size(t.dtype);
    (reach < 0 ? first : last) += reach;
  }
  return {first, last + element_size(t.dtype)};
}

}  // namespace

void store_number(Scalar number, ScalarType type, void* to) {
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    *static_cast<T*>(to) =
        number.isFloatingPoint() ? kernels::convert<T>(number.toDouble()) : kernels::convert<T>(number.toLong());
  });
}

void check_overlap(const TensorImpl& out, const TensorImpl& in) {
  if (out.storage.get() != in.storage.get() || out.numel == 0 || in.numel == 0) return;
  if (out.offset == in.offset && out.sizes == in.sizes && out.strides == in.strides && out.dtype == in.dtype) return;
  const auto [a, a_end] = extent(out);
  const auto [b, b_end] = extent(in);
  const auto dense = [](const TensorImpl& t, const char* first, const char* last) {
    return last - first == t.numel * element_size(t.dtype);
  };
  // with holes in them nobody can tell cheaply: PyTorch does not either
  if (!dense(out, a, a_end) || !dense(in, b, b_end)) return;
  check(a_end <= b || b_end <= a,
        "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
        "location. Please clone() the tensor before performing the operation.");
}

DimVector broadcast_shape(ArrayRef<Operand> operands) {
  DimVector shape;
  bool first = true;
  for (const Operand& x : operands) {
    if (x.is_number()) continue;
    if (first)
      shape = x.tensor->sizes;
    else if (!(shape == x.tensor->sizes))
      shape = broadcast_shapes(shape, x.tensor->sizes);
    first = false;
  }
  return shape;
}

DimVector result_strides(IntArrayRef shape, ArrayRef<Operand> operands) {
  bool plain = true;
  for (const Operand& x : operands) plain = plain && (x.is_number() || x.tensor->contiguous);
  if (plain || shape.size() < 2) return contiguous_strides(shape);
  DimVector strides[Walk::kMaxArrays];
  size_t count = 0;
  for (const Operand& x : operands)
    if (!x.is_number()) strides[count++] = byte_strides(*x.tensor, shape);
  DimVector result(shape.size());
  int64_t step = 1;
  for (const int64_t d : loop_order(shape, {strides, count})) {
    result[d] = step;
    step *= std::max<int64_t>(shape[d], 1);
  }
  return result;
}

void run(const ElementWise& work, const Tensor& out, ArrayRef<Operand> in) {
  const TensorImpl& to = out.impl();
  for (const Operand& x : in)
    if (!x.is_number()) check_overlap(to, *x.tensor);
  if (to.numel == 0) return;
  if (is_plain(work, to, in)) return run_plain(work, to, in);
  Number numbers[kernels::kMaxInputs];
  const Plan plan = make_plan(work, to, in, numbers);
  parallel_for(0, to.numel, work.grain, [&](int64_t begin, int64_t end) { run_range(work, plan, begin, end); });
}

}  // namespace convgrad
