#pragma once
#include "convgrad/ops/loss.h"
#include "convgrad/ops/reduce.h"

namespace convgrad {

inline Tensor reduced(const Tensor& losses, Reduction reduction) {
  if (reduction == Reduction::None) return losses;
  return reduction == Reduction::Sum ? losses.sum() : losses.mean();
}

}  // namespace convgrad
