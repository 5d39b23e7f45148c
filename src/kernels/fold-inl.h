// From a struct of typed functions to a Fold. Included once for each instruction set, in its namespace.
#if defined(CONVGRAD_FOLD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_FOLD_INL_H
#undef CONVGRAD_FOLD_INL_H
#else
#define CONVGRAD_FOLD_INL_H
#endif

#include <cstring>

#include "hwy/highway.h"
#include "kernels/reduce.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// Op has the types Element, State and Result and the functions
///   State start();  void step(State&, Element, position, parameter);  void combine(State&, const State& later);
///   Result finish(const State&, parameter);
/// and, where it can do better than step by step, void row(x, n, position, State&, parameter) for consecutive elements
/// and void columns(x, rows, stride, columns, position, State*) for neighbouring cells; and int64_t index(const State&)
/// where positions are a result too.
template <class Op>
struct FoldOf {
  using Element = typename Op::Element;
  using State = typename Op::State;
  static constexpr int64_t kGathered = 1024;  // elements brought together where they do not lie side by side

  static void start(void* states, int64_t n) {
    for (int64_t i = 0; i < n; ++i) static_cast<State*>(states)[i] = Op::start();
  }
  static void row(const void* data, int64_t n, int64_t stride, int64_t position, void* state, double parameter) {
    const Element* x = static_cast<const Element*>(data);
    State& s = *static_cast<State*>(state);
    if constexpr (requires { Op::row(x, n, position, s, parameter); }) {
      if (stride == 1) return Op::row(x, n, position, s, parameter);
      Element gathered[kGathered];
      for (int64_t first = 0; first < n; first += kGathered) {
        const int64_t count = HWY_MIN(kGathered, n - first);
        for (int64_t i = 0; i < count; ++i) gathered[i] = x[(first + i) * stride];
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
    if constexpr (requires { Op::columns(x, rows, stride, columns, position, s); })
      return Op::columns(x, rows, stride, columns, position, s);
    for (int64_t i = 0; i < rows; ++i, x += stride)
      for (int64_t j = 0; j < columns; ++j) Op::step(s[j], x[j], position + i, parameter);
  }
  static void combine(void* states, const void* others, int64_t n) {
    for (int64_t i = 0; i < n; ++i) Op::combine(static_cast<State*>(states)[i], static_cast<const State*>(others)[i]);
  }
  static void finish(const void* states, int64_t n, ReduceOutput out, int64_t cell, int64_t step, double parameter) {
    using Result = typename Op::Result;
    for (int64_t i = 0; i < n; ++i) {
      const State& s = static_cast<const State*>(states)[i];
      static_cast<Result*>(out.values)[cell + i * step] = Op::finish(s, parameter);
      if constexpr (requires { Op::index(s); }) static_cast<int64_t*>(out.indices)[cell + i * step] = Op::index(s);
    }
  }

  static Fold make(double parameter) {
    return {sizeof(Element), sizeof(State), parameter, start, row, columns, combine, finish};
  }
};

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // toggle
