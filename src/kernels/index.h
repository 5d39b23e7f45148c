#pragma once
#include <convgrad/array_ref.h>
#include <convgrad/dtype.h>

namespace convgrad::kernels {

// Every function here reads positions that its caller has checked.

/// to[i…] += from[i…] at every position of `sizes`, one after the other in C order: positions of `to` may share memory.
template <class T>
void add_strided(T* to, IntArrayRef to_strides, const T* from, IntArrayRef from_strides, IntArrayRef sizes);

/// The elements outer[b] + picked[n] + inner[a] of an array, in this order. Without `inner` they are consecutive.
struct Blocks {
  const int64_t* outer;
  int64_t outer_count;
  const int64_t* picked;
  int64_t picked_count;
  const int64_t* inner;
  int64_t inner_count;
};
/// out[b, n, a] = x[blocks]; `bytes` an element.
void gather_blocks(void* out, const void* x, const Blocks& blocks, int64_t bytes);
/// x[blocks] = values[b, n, a]; of several values for one place the last stays.
void put_blocks(void* x, const void* values, const Blocks& blocks, int64_t bytes);
/// x[blocks] += values[b, n, a], in this order whatever the number of threads.
void add_blocks(void* x, const void* values, const Blocks& blocks, ScalarType type);

/// A dimension of `self` walked through by positions; strides along all dimensions of index.
struct Lookup {
  IntArrayRef sizes;                                 // of index
  IntArrayRef self_strides, index_strides, strides;  // self's is zero along the dimension looked up
  int64_t step;                                      // self's stride along it
  int64_t dim;
};
/// out[i…] = self[…, index[i…], …]
void gather_elements(void* out, const void* self, const int64_t* index, const Lookup& lookup, int64_t bytes);
/// self[…, index[i…], …] = source[i…]; of several the last in C order stays.
void scatter_elements(void* self, const void* source, const int64_t* index, const Lookup& lookup, int64_t bytes);
/// self[…, index[i…], …] += source[i…], in C order along the dimension whatever the number of threads.
void scatter_add_elements(void* self, const void* source, const int64_t* index, const Lookup& lookup, ScalarType type);

/// out[i…] = condition[i…] ? a[i…] : b[i…]; `bytes` an element.
struct Choice {
  IntArrayRef sizes, out_strides, condition_strides, a_strides, b_strides;
};
void choose(void* out, const bool* condition, const void* a, const void* b, const Choice& choice, int64_t bytes);

/// The C-order numbers of the elements that are not zero, written one behind the other to `out`, which has room for one
/// more, or is null for a first call that only counts. Returns how many there are.
int64_t nonzero(int64_t* out, const void* x, IntArrayRef sizes, IntArrayRef strides, ScalarType type);

}  // namespace convgrad::kernels
