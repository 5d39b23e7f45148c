#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace convgrad::kernels {

/// One axis of an array that is reduced. Strides in elements.
struct ReduceAxis {
  int64_t size = 1, stride = 0;
  int64_t cell_stride = 0;  // of kept axes: the step in the result
};

/// Which elements go where: one cell for each index of the kept axes, into which all elements of the folded axes go.
struct ReduceProblem {
  std::vector<ReduceAxis> kept, folded;  // outermost first
  bool ordered = false;                  // positions matter (argmax): the folded axes keep their order
};

/// Where results go. Most folds have one.
struct ReduceOutput {
  void* values = nullptr;
  void* indices = nullptr;
};

/// What is done to the elements, on untyped memory; made by the functions in folds.h. An accumulator is the state of
/// one cell; several are consecutive.
struct Fold {
  int64_t element_size = 0, accumulator_size = 0;  // bytes; the latter at most 64
  double parameter = 0;                            // what the functions below take as their last argument
  void (*start)(void* accumulators, int64_t n) = nullptr;
  /// Takes n elements, `stride` apart; the first one's position among the folded elements is `position`.
  void (*row)(const void* x, int64_t n, int64_t stride, int64_t position, void* accumulator,
              double parameter) = nullptr;
  /// Accumulator j takes x[i·stride + j] for i < rows; the rows' positions are position + i.
  void (*columns)(const void* x, int64_t rows, int64_t stride, int64_t columns, int64_t position, void* accumulators,
                  double parameter) = nullptr;
  /// accumulators[i] takes what others[i] holds, which comes later in order.
  void (*combine)(void* accumulators, const void* others, int64_t n) = nullptr;
  /// Writes n cells, from number `cell` in steps of `step`.
  void (*finish)(const void* accumulators, int64_t n, ReduceOutput out, int64_t cell, int64_t step,
                 double parameter) = nullptr;
};

/// Runs the reduction, in parallel where it pays. The order of the operations depends on the problem alone: neither on
/// the number of threads nor, for the folds that say so, on the instruction set. No elements: cells as start leaves
/// them.
void reduce(const ReduceProblem& problem, const Fold& fold, const void* x, ReduceOutput out);

}  // namespace convgrad::kernels
