#include "kernels/elementwise/elementwise.h"

#include <initializer_list>

#include "kernels/elementwise/groups.h"

namespace convgrad::kernels {

Loop find_loop(Op op, ScalarType type) {
  for (const auto find : {find_arithmetic, find_logic, find_math, find_activation, find_gate, find_loss})
    if (const Loop loop = find(op, type)) return loop;
  return nullptr;
}

}  // namespace convgrad::kernels
