#pragma once
#include <convgrad/dtype.h>

#include "kernels/reduce.h"

namespace convgrad::kernels {

// What reduce() can do, for elements of type t. Sums and products run in double (integers and bool: in int64, wrapping)
// and round once at the end; sums of floats and doubles give the same bits on every instruction set.

/// Σ x, times `factor` (floating types only). The result has type t; int64 for integers and bool.
Fold sum_fold(ScalarType t, double factor = 1);
/// Σ x², times `factor`, of a floating type.
Fold square_sum_fold(ScalarType t, double factor = 1);
/// Π x. Results as sum_fold's.
Fold product_fold(ScalarType t);
/// The largest (smallest) element; NaN where there is one.
Fold max_fold(ScalarType t);
Fold min_fold(ScalarType t);
/// The same with the position (int64) of the first such element. Needs at least one element.
Fold max_index_fold(ScalarType t);
Fold min_index_fold(ScalarType t);
/// Whether any (all) elements are not zero; the result is bool.
Fold any_fold(ScalarType t);
Fold all_fold(ScalarType t);
/// Σ (x − mean)² / max(0, n − correction) of a floating type, its square root where `root`.
Fold variance_fold(ScalarType t, double correction, bool root);
/// (Σ |x|ᵖ)^(1/p) of a floating type; p = 0 counts what is not zero, ±∞ take the largest or smallest |x|.
Fold norm_fold(ScalarType t, double p);
/// log Σ exp(x) of a floating type, without overflow.
Fold logsumexp_fold(ScalarType t);

}  // namespace convgrad::kernels
