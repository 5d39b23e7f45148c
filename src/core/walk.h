#pragma once
#include <convgrad/tensor.h>

#include "kernels/elementwise/elementwise.h"

namespace convgrad {

/// Dimensions sorted by stride, innermost first, as PyTorch's TensorIterator does; where one array is broadcast along
/// one of two dimensions, the next array decides. strides[k][d]: of array k, in bytes, 0 where it is broadcast.
DimVector loop_order(IntArrayRef shape, ArrayRef<DimVector> strides);

/// Strides in bytes that read `t` as if it had `shape`; 0 for dimensions of one.
DimVector byte_strides(const detail::TensorImpl& t, IntArrayRef shape);

/// Several arrays walked together over one shape: dimensions in the order of memory, merged where every array allows.
class Walk {
 public:
  static constexpr int kMaxArrays = 1 + kernels::kMaxInputs;

  struct Array {
    char* data = nullptr;
    ScalarType dtype = kFloat32;
    DimVector strides;  // bytes, innermost dimension first
    int64_t element() const { return element_size(dtype); }
  };

  explicit Walk(IntArrayRef shape) : given_(shape) {}
  /// Adds an array, the output first. A single number: any data, broadcast along all dimensions.
  void add(const detail::TensorImpl& t);
  void add_number(void* data, ScalarType dtype);
  /// Sorts and merges; call it once, after the last add.
  void arrange();

  const DimVector& shape() const { return shape_; }
  int64_t numel() const { return numel_; }
  int count() const { return count_; }
  const Array& operator[](int k) const { return arrays_[k]; }

  /// Whether array k lies in memory as the walk goes, without holes.
  bool is_dense(int k) const;
  /// After how many elements array k repeats itself: 1 for a number, numel() where it never does.
  int64_t period(int k) const;

  /// A position in the walk: coordinates, innermost first.
  DimVector locate(int64_t index) const;
  char* address(int k, const DimVector& at) const;

  /// Calls f(done, pointer, n) for the runs along the innermost dimension that the n elements from `at` on are made of.
  template <class F>
  void each_run(int k, DimVector at, int64_t n, F&& f) const {
    const DimVector& strides = arrays_[k].strides;
    char* p = address(k, at);
    for (int64_t done = 0; done < n;) {
      const int64_t run = n - done < shape_[0] - at[0] ? n - done : shape_[0] - at[0];
      f(done, p, run);
      done += run;
      at[0] += run;
      p += run * strides[0];
      for (size_t d = 0; d + 1 < at.size() && at[d] == shape_[d]; ++d) {
        at[d] = 0, ++at[d + 1];
        p += strides[d + 1] - shape_[d] * strides[d];
      }
    }
  }

 private:
  DimVector given_, shape_;
  int64_t numel_ = 1;
  int count_ = 0;
  Array arrays_[kMaxArrays];
};

}  // namespace convgrad
