#pragma once
#include "kernels/lines.h"

namespace convgrad::kernels {

/// Sorts each line, equals in their order; NaN counts as the largest. `values` and `indices` (positions in the line)
/// are laid out as x. T is any element type.
template <class T>
void sort(const Lines& lines, bool descending, const T* x, T* values, int64_t* indices);

/// The k largest (smallest) elements of each line, best first where `sorted`, into dense arrays [outer, k, inner].
/// Which of equals are taken, and their order, is PyTorch's.
template <class T>
void top_k(const Lines& lines, int64_t k, bool largest, bool sorted, const T* x, T* values, int64_t* indices);

/// The median of each line, the lower one of two, and where it is, into dense arrays [outer, inner]. A NaN is a line's
/// median, the first one's place its place, unless `ignore_nan`. Of equals the one that a stable sort would put in the
/// middle.
template <class T>
void median(const Lines& lines, bool ignore_nan, const T* x, T* values, int64_t* indices);

}  // namespace convgrad::kernels
