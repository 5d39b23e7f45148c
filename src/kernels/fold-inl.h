// From a struct of typed functions to a Fold. Included once for each instruction set, in its namespace.
#if defined(CONVGRAD_FOLD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_FOLD_INL_H
#undef CONVGRAD_FOLD_INL_H
#else
#define CONVGRAD_FOLD_INL_H
#endif

#include "hwy/highway.h"
#include "kernels/fold_ends.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// x[0], x[stride], … side by side.
template <class T>
HWY_NOINLINE void gather(const T* x, int64_t n, int64_t stride, T* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = x[i * stride];
}

/// Op names its Ends (fold_ends.h) and the Element, and has
///   void step(State&, Element, position, parameter)
/// and, where it can do better than step by step,
///   void row(x, n, position, State&, parameter) for elements side by side,
///   void cells(x, rows, stride, columns, position, State*) for cells side by side.
template <class Op>
struct FoldOf {
  using Element = typename Op::Element;
  using State = typename Op::Ends::State;
  static constexpr int64_t kGathered = 1024;  // elements brought together where they do not lie side by side

  static void row(const void* data, int64_t n, int64_t stride, int64_t position, void* state, double parameter) {
    const Element* x = static_cast<const Element*>(data);
    State& s = *static_cast<State*>(state);
    if constexpr (requires { Op::row(x, n, position, s, parameter); }) {
      if (stride == 1) return Op::row(x, n, position, s, parameter);
      Element gathered[kGathered];
      for (int64_t first = 0; first < n; first += kGathered) {
        const int64_t count = HWY_MIN(kGathered, n - first);
        gather(x + first * stride, count, stride, gathered);
        Op::row(gathered, count, position + first, s, parameter);
      }
    } else {
      State local = s;
      for (int64_t i = 0; i < n; ++i) Op::step(local, x[i * stride], position + i, parameter);
      s = local;
    }
  }
  static void columns(const void* data, int64_t rows, int64_t stride, int64_t columns, int64_t position, void* states,
                      double parameter) {
    const Element* x = static_cast<const Element*>(data);
    State* HWY_RESTRICT s = static_cast<State*>(states);
    if constexpr (requires { Op::cells(x, rows, stride, columns, position, s); })
      return Op::cells(x, rows, stride, columns, position, s);
    for (int64_t i = 0; i < rows; ++i, x += stride)
      for (int64_t j = 0; j < columns; ++j) Op::step(s[j], x[j], position + i, parameter);
  }

  static Fold make(double parameter) {
    using Ends = FoldEnds<typename Op::Ends>;
    return {sizeof(Element), sizeof(State), parameter, Ends::start, row, columns, Ends::combine, Ends::finish};
  }
};

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // toggle
