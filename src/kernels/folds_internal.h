#pragma once
#include "kernels/folds.h"

namespace convgrad::kernels {

// The integer and bool halves of sum_fold, max_fold … of folds.h.
Fold integer_sum_fold(ScalarType t);
Fold integer_product_fold(ScalarType t);
Fold integer_max_fold(ScalarType t, bool with_index);
Fold integer_min_fold(ScalarType t, bool with_index);

/// norm_fold for p other than 1 and 2.
Fold rare_norm_fold(ScalarType t, double p);

}  // namespace convgrad::kernels
