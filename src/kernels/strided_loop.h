#pragma once
#include <convgrad/detail/dim_vector.h>

#include <array>

namespace convgrad::kernels {

/// A walk in C order over K arrays of the same sizes, each with strides of its own. Dimensions that lie behind each
/// other in all arrays become one, so that lines are long.
template <size_t K>
class StridedLoop {
 public:
  using Offsets = std::array<int64_t, K>;

  StridedLoop(IntArrayRef sizes, const std::array<IntArrayRef, K>& strides) {
    for (size_t d = 0; d < sizes.size(); ++d) {
      count_ *= sizes[d];
      if (sizes[d] == 1) continue;
      bool joins = !sizes_.empty();
      for (size_t k = 0; k < K && joins; ++k) joins = strides_[k].back() == strides[k][d] * sizes[d];
      if (!joins) sizes_.push_back(1);
      sizes_.back() *= sizes[d];
      for (size_t k = 0; k < K; ++k)
        if (joins)
          strides_[k].back() = strides[k][d];
        else
          strides_[k].push_back(strides[k][d]);
    }
    if (sizes_.empty()) {
      sizes_.push_back(1);
      for (DimVector& s : strides_) s.push_back(0);
    }
  }

  int64_t count() const { return count_; }

  /// body(offsets, n, steps) for the lines that make up elements [begin, end): array k's elements of a line are
  /// offsets[k], offsets[k] + steps[k], …
  template <class Body>
  void run(int64_t begin, int64_t end, Body&& body) const {
    if (begin >= end) return;
    const size_t last = sizes_.size() - 1;
    DimVector at(sizes_.size());
    Offsets offsets{}, steps{};
    int64_t rest = begin;
    for (size_t d = sizes_.size(); d-- > 0;) {
      at[d] = rest % sizes_[d];
      rest /= sizes_[d];
      for (size_t k = 0; k < K; ++k) offsets[k] += at[d] * strides_[k][d];
    }
    for (size_t k = 0; k < K; ++k) steps[k] = strides_[k][last];
    for (int64_t left = end - begin; left > 0;) {
      const int64_t n = std::min(sizes_[last] - at[last], left);
      body(static_cast<const Offsets&>(offsets), n, static_cast<const Offsets&>(steps));
      left -= n;
      at[last] += n;
      for (size_t k = 0; k < K; ++k) offsets[k] += n * steps[k];
      for (size_t d = last; d > 0 && at[d] == sizes_[d]; --d) {  // carry
        at[d] = 0, ++at[d - 1];
        for (size_t k = 0; k < K; ++k) offsets[k] += strides_[k][d - 1] - sizes_[d] * strides_[k][d];
      }
    }
  }

 private:
  DimVector sizes_;
  std::array<DimVector, K> strides_;
  int64_t count_ = 1;
};

}  // namespace convgrad::kernels
