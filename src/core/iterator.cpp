#include "core/iterator.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "core/threads.h"
#include "kernels/elementwise/convert.h"

namespace convgrad {
namespace {

using detail::TensorImpl;
constexpr int kMaxArrays = 1 + kernels::kMaxInputs;  // the output comes first
constexpr int64_t kChunk = 512;                      // elements that are converted or gathered at a time, in cache
constexpr int64_t kLongRow = 128;                    // from here on rows are walked singly

/// Sorts dimensions by stride, innermost first, as PyTorch's TensorIterator does; where an array is broadcast along one
/// of two dimensions, the next array decides.
DimVector loop_order(IntArrayRef shape, ArrayRef<DimVector> strides) {
  DimVector order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::reverse(order.begin(), order.end());
  const auto goes_behind = [&](int64_t a, int64_t b) {  // 1: a is the outer one, −1: the inner one, 0: no matter
    for (const DimVector& s : strides) {
      if (s[a] == 0 || s[b] == 0) continue;
      if (s[a] != s[b]) return s[a] < s[b] ? -1 : 1;
      if (shape[a] > shape[b]) return 1;
    }
    return 0;
  };
  for (size_t i = 1; i < order.size(); ++i)
    for (size_t at = i, j = i; j-- > 0;) {
      const int c = goes_behind(order[j], order[at]);
      if (c < 0) break;
      if (c > 0) std::swap(order[j], order[at]), at = j;
    }
  return order;
}

/// One array of the walk.
struct Array {
  char* data = nullptr;
  ScalarType dtype = kFloat32;
  int64_t element = 4;           // bytes
  DimVector strides;             // bytes, in loop order
  bool direct = false;           // the loop reads or writes it where it is
  bool constant = false;         // one value for all
  kernels::Move move = nullptr;  // to or from the loop's type
};

/// All arrays over one shape, its dimensions in loop order and merged where every array allows.
struct Walk {
  DimVector shape;
  Array arrays[kMaxArrays];
  int count = 0;
  int64_t numel = 1;
  bool by_rows = false;  // a chunk never crosses a row, else chunks run on through all dimensions
};

DimVector byte_strides(const TensorImpl& t, IntArrayRef shape) {
  DimVector strides = broadcast_strides(t.sizes, t.strides, shape);
  for (size_t d = 0; d < shape.size(); ++d) strides[d] = shape[d] == 1 ? 0 : strides[d] * element_size(t.dtype);
  return strides;
}

void merge_dimensions(Walk& walk, const DimVector& order, IntArrayRef shape, ArrayRef<DimVector> strides) {
  for (const int64_t d : order) {
    const auto continues = [&] {
      for (int k = 0; k < walk.count; ++k)
        if (strides[k][d] != walk.arrays[k].strides.back() * walk.shape.back()) return false;
      return true;
    };
    if (shape[d] == 1) continue;
    if (!walk.shape.empty() && continues()) {
      walk.shape.back() *= shape[d];
      continue;
    }
    walk.shape.push_back(shape[d]);
    for (int k = 0; k < walk.count; ++k) walk.arrays[k].strides.push_back(strides[k][d]);
  }
  if (walk.shape.empty()) {
    walk.shape.push_back(1);
    for (int k = 0; k < walk.count; ++k) walk.arrays[k].strides.push_back(0);
  }
}

/// Whether the array lies in memory as the walk goes.
bool is_dense(const Array& a, IntArrayRef shape) {
  int64_t step = a.element;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] != 1 && a.strides[d] != step) return false;
    step *= shape[d];
  }
  return true;
}

/// A number, converted to the loop's type; lives in the caller's frame.
struct Number {
  alignas(8) char bytes[8];
};

void store_number(Scalar number, ScalarType type, Number& out) {
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    const T value =
        number.isFloatingPoint() ? kernels::convert<T>(number.toDouble()) : kernels::convert<T>(number.toLong());
    *reinterpret_cast<T*>(out.bytes) = value;
  });
}

/// The position of element `index`, as coordinates.
void locate(const DimVector& shape, int64_t index, DimVector& at) {
  for (size_t d = 0; d + 1 < shape.size(); ++d) {
    at[d] = index % shape[d];
    index /= shape[d];
  }
  at[shape.size() - 1] = index;
}

char* address(const Array& a, const DimVector& at) {
  char* p = a.data;
  for (size_t d = 0; d < at.size(); ++d) p += at[d] * a.strides[d];
  return p;
}

/// Calls move(part, pointer, n) for the runs along the innermost dimension that elements [at, at + n) are made of.
template <class F>
void each_run(const Walk& walk, const Array& a, DimVector at, int64_t n, F&& move) {
  for (int64_t done = 0; done < n;) {
    const int64_t run = std::min(n - done, walk.shape[0] - at[0]);
    move(done, address(a, at), run);
    done += run;
    at[0] += run;
    for (size_t d = 0; d + 1 < at.size() && at[d] == walk.shape[d]; ++d) at[d] = 0, ++at[d + 1];
  }
}

void run_range(const Walk& walk, kernels::Loop loop, ScalarType type, ScalarType result, int64_t begin, int64_t end) {
  alignas(64) char buffers[kMaxArrays][kChunk * 8];
  const void* in[kernels::kMaxInputs] = {};
  const int64_t width = element_size(type);
  for (int k = 1; k < walk.count; ++k)
    if (const Array& a = walk.arrays[k]; a.constant) {
      a.move(buffers[k], width, a.data, 0, std::min(kChunk, end - begin));
      in[k - 1] = buffers[k];
    }

  DimVector at(walk.shape.size());
  const Array& out = walk.arrays[0];
  for (int64_t index = begin; index < end;) {
    locate(walk.shape, index, at);
    int64_t n = end - index;
    bool whole = out.direct;  // nothing in this chunk passes a buffer
    for (int k = 1; k < walk.count; ++k) whole = whole && walk.arrays[k].direct;
    if (!whole) n = std::min(n, kChunk);
    if (walk.by_rows) n = std::min(n, walk.shape[0] - at[0]);
    for (int k = 1; k < walk.count; ++k) {
      const Array& a = walk.arrays[k];
      if (a.constant) continue;
      in[k - 1] = a.direct ? address(a, at) : buffers[k];
      if (!a.direct)
        each_run(walk, a, at, n, [&](int64_t done, char* p, int64_t run) {
          a.move(buffers[k] + done * width, width, p, a.strides[0], run);
        });
    }
    loop(out.direct ? address(out, at) : buffers[0], in, n);
    if (!out.direct)
      each_run(walk, out, at, n, [&](int64_t done, char* p, int64_t run) {
        const int64_t size = element_size(result);
        out.move(p, out.strides[0], buffers[0] + done * size, size, run);
      });
    index += n;
  }
}

/// The bytes an array spans, from its first to behind its last element.
std::pair<const char*, const char*> extent(const TensorImpl& t) {
  const char* first = static_cast<const char*>(t.data());
  const char* last = first;
  for (size_t d = 0; d < t.sizes.size(); ++d) {
    const int64_t reach = (t.sizes[d] - 1) * t.strides[d] * element_size(t.dtype);
    (reach < 0 ? first : last) += reach;
  }
  return {first, last + element_size(t.dtype)};
}

void check_overlap(const TensorImpl& out, const TensorImpl& in) {
  if (out.storage.get() != in.storage.get() || out.numel == 0 || in.numel == 0) return;
  if (out.offset == in.offset && out.sizes == in.sizes && out.strides == in.strides && out.dtype == in.dtype) return;
  // As PyTorch: spans are compared where both are dense; with holes in them nobody can tell cheaply.
  const auto [a, a_end] = extent(out);
  const auto [b, b_end] = extent(in);
  const auto dense = [](const TensorImpl& t, const char* first, const char* last) {
    return last - first == t.numel * element_size(t.dtype);
  };
  if (!dense(out, a, a_end) || !dense(in, b, b_end)) return;
  check(a_end <= b || b_end <= a,
        "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
        "location. Please clone() the tensor before performing the operation.");
}

/// Every array is dense and of the right type: the loop can run through.
bool is_plain(const ElementWise& work, const TensorImpl& out, ArrayRef<Operand> in) {
  if (!out.contiguous || out.dtype != work.result) return false;
  for (const Operand& x : in)
    if (x.is_number() || !x.tensor->contiguous || x.tensor->dtype != work.type || !(x.tensor->sizes == out.sizes))
      return false;
  return true;
}

void run_plain(const ElementWise& work, const TensorImpl& out, ArrayRef<Operand> in) {
  const int64_t width = element_size(work.type), out_width = element_size(work.result);
  char* to = static_cast<char*>(out.data());
  const char* from[kernels::kMaxInputs];
  for (size_t k = 0; k < in.size(); ++k) from[k] = static_cast<const char*>(in[k].tensor->data());
  parallel_for(0, out.numel, work.grain, [&](int64_t begin, int64_t end) {
    const void* part[kernels::kMaxInputs];
    for (size_t k = 0; k < in.size(); ++k) part[k] = from[k] + begin * width;
    work.loop(to + begin * out_width, part, end - begin);
  });
}

}  // namespace

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
  std::vector<DimVector> strides;
  for (const Operand& x : operands)
    if (!x.is_number()) strides.push_back(byte_strides(*x.tensor, shape));
  DimVector result(shape.size());
  int64_t step = 1;
  for (const int64_t d : loop_order(shape, strides)) {
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

  Walk walk;
  walk.count = 1 + static_cast<int>(in.size());
  walk.numel = to.numel;
  Number numbers[kernels::kMaxInputs];
  std::vector<DimVector> strides;
  const auto add = [&](Array& a, const TensorImpl& t) {
    a.data = static_cast<char*>(t.data());
    a.dtype = t.dtype;
    a.element = element_size(t.dtype);
    strides.push_back(byte_strides(t, to.sizes));
  };
  add(walk.arrays[0], to);
  for (size_t k = 0; k < in.size(); ++k) {
    Array& a = walk.arrays[k + 1];
    if (!in[k].is_number()) {
      add(a, *in[k].tensor);
      continue;
    }
    store_number(in[k].number, work.type, numbers[k]);
    a.data = numbers[k].bytes;
    a.dtype = work.type;
    a.element = element_size(work.type);
    strides.push_back(DimVector(to.sizes.size()));
  }
  merge_dimensions(walk, loop_order(to.sizes, strides), to.sizes, strides);

  walk.by_rows = walk.shape.size() > 1 && walk.shape[0] >= kLongRow;
  for (int k = 0; k < walk.count; ++k) {
    Array& a = walk.arrays[k];
    const ScalarType wanted = k == 0 ? work.result : work.type;
    a.constant = k > 0 && std::all_of(a.strides.begin(), a.strides.end(), [](int64_t s) { return s == 0; });
    a.direct = a.dtype == wanted && !a.constant && (walk.by_rows ? a.strides[0] == a.element : is_dense(a, walk.shape));
    if (!a.direct) a.move = k == 0 ? kernels::find_move(a.dtype, wanted) : kernels::find_move(wanted, a.dtype);
  }
  parallel_for(0, walk.numel, work.grain,
               [&](int64_t begin, int64_t end) { run_range(walk, work.loop, work.type, work.result, begin, end); });
}

}  // namespace convgrad
