#include "kernels/reduce.h"

#include <algorithm>
#include <cstdlib>

#include "core/memory.h"
#include "core/threads.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kPart = 32768;       // elements that are worth a task of their own
constexpr int64_t kTasks = 64;         // as many tasks are enough; more would only cost memory
constexpr int64_t kStateBytes = 8192;  // accumulators one task works on: stays in the first cache
constexpr int64_t kRowsAtOnce = 256;   // rows summed before they join the total: rounding errors stay small
constexpr int64_t kCellsAtOnce = 64;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Axes of one element dropped, neighbours that one step walks through joined; never empty.
void simplify(std::vector<ReduceAxis>& axes, bool sort) {
  std::erase_if(axes, [](const ReduceAxis& a) { return a.size == 1; });
  if (sort)
    std::stable_sort(axes.begin(), axes.end(),
                     [](const ReduceAxis& a, const ReduceAxis& b) { return std::abs(a.stride) > std::abs(b.stride); });
  size_t last = 0;
  for (size_t i = 1; i < axes.size(); ++i) {
    ReduceAxis& outer = axes[last];
    const ReduceAxis& inner = axes[i];
    if (outer.stride == inner.size * inner.stride && outer.cell_stride == inner.size * inner.cell_stride)
      outer = {outer.size * inner.size, inner.stride, inner.cell_stride};
    else
      axes[++last] = inner;
  }
  axes.resize(axes.empty() ? 0 : last + 1);
  if (axes.empty()) axes.emplace_back();
}

int64_t count(const std::vector<ReduceAxis>& axes) {
  int64_t n = 1;
  for (const ReduceAxis& a : axes) n *= a.size;
  return n;
}

struct Place {
  int64_t offset = 0, cell = 0;
};

/// Where the flat index stands that counts all but the innermost axis.
Place outer_place(const std::vector<ReduceAxis>& axes, int64_t flat) {
  Place place;
  for (size_t i = axes.size() - 1; i-- > 0;) {
    const int64_t index = flat % axes[i].size;
    place.offset += index * axes[i].stride;
    place.cell += index * axes[i].cell_stride;
    flat /= axes[i].size;
  }
  return place;
}

/// Calls f(offset, n, position) for the pieces of the innermost axis that make up positions [first, last).
template <class F>
void for_each_run(const std::vector<ReduceAxis>& axes, int64_t first, int64_t last, F f) {
  const ReduceAxis& inner = axes.back();
  while (first < last) {
    const int64_t start = first % inner.size, n = std::min(inner.size - start, last - first);
    f(outer_place(axes, first / inner.size).offset + start * inner.stride, n, first);
    first += n;
  }
}

/// A reduction cut into tasks: each folds one part of the elements for a group of neighbouring cells.
class Reducer {
 public:
  Reducer(const ReduceProblem& problem, const Fold& fold, const void* x, ReduceOutput out)
      : kept_(problem.kept), folded_(problem.folded), fold_(fold), x_(static_cast<const char*>(x)), out_(out) {
    simplify(kept_, true);
    simplify(folded_, !problem.ordered);
    elements_ = count(folded_);
    cells_ = kept_.back().size;
    by_columns_ = kept_.back().stride == 1 && cells_ > 1 && folded_.back().stride != 1;
    // of rows as few as make tasks enough: cutting each row instead would cost more
    group_ = std::min(std::max<int64_t>(1, cells_), by_columns_
                                                        ? kStateBytes / fold.accumulator_size
                                                        : std::clamp<int64_t>(count(kept_) / kTasks, 1, kCellsAtOnce));
    groups_ = ceil_div(cells_, group_);
    blocks_ = count(kept_) / std::max<int64_t>(1, cells_) * groups_;
    const int64_t per_block = elements_ * group_;
    parts_ =
        std::max<int64_t>(1, std::min({per_block / kPart, ceil_div(kTasks, std::max<int64_t>(1, blocks_)), elements_}));
    part_ = ceil_div(elements_, parts_);
  }

  void run() {
    if (cells_ == 0 || blocks_ == 0) return;
    const int64_t grain = 1 + kPart / std::max<int64_t>(1, part_ * group_);
    if (parts_ == 1) {
      parallel_for(0, blocks_, grain, [&](int64_t first, int64_t last) {
        alignas(64) std::byte state[kStateBytes];
        for (int64_t block = first; block < last; ++block) {
          accumulate(block, 0, elements_, state);
          finish(block, state);
        }
      });
      return;
    }
    const int64_t state_bytes = group_ * fold_.accumulator_size;
    const Scratch<std::byte> states(blocks_ * parts_ * state_bytes);
    parallel_for(0, blocks_ * parts_, grain, [&](int64_t first, int64_t last) {
      for (int64_t task = first; task < last; ++task) {
        const int64_t begin = std::min(elements_, task % parts_ * part_);
        accumulate(task / parts_, begin, std::min(elements_, begin + part_), states + task * state_bytes);
      }
    });
    for (int64_t block = 0; block < blocks_; ++block) {
      std::byte* total = states + block * parts_ * state_bytes;
      for (int64_t part = 1; part < parts_; ++part) fold_.combine(total, total + part * state_bytes, cells_in(block));
      finish(block, total);
    }
  }

 private:
  int64_t first_cell(int64_t block) const { return block % groups_ * group_; }
  int64_t cells_in(int64_t block) const { return std::min(group_, cells_ - first_cell(block)); }

  void accumulate(int64_t block, int64_t begin, int64_t end, std::byte* state) const {
    const int64_t n = cells_in(block);
    const int64_t base = outer_place(kept_, block / groups_).offset + first_cell(block) * kept_.back().stride;
    fold_.start(state, n);
    if (by_columns_)
      add_columns(base, n, begin, end, state);
    else
      add_rows(base, n, begin, end, state);
  }

  void add_rows(int64_t base, int64_t n, int64_t begin, int64_t end, std::byte* state) const {
    for_each_run(folded_, begin, end, [&](int64_t offset, int64_t length, int64_t position) {
      for (int64_t i = 0; i < n; ++i)
        fold_.row(at(base + i * kept_.back().stride + offset), length, folded_.back().stride, position,
                  state + i * fold_.accumulator_size, fold_.parameter);
    });
  }

  void add_columns(int64_t base, int64_t n, int64_t begin, int64_t end, std::byte* state) const {
    alignas(64) std::byte partial[kStateBytes];
    const int64_t stride = folded_.back().stride;
    for (int64_t from = begin; from < end; from += kRowsAtOnce) {
      std::byte* target = from == begin ? state : partial;
      if (target == partial) fold_.start(partial, n);
      for_each_run(folded_, from, std::min(end, from + kRowsAtOnce),
                   [&](int64_t offset, int64_t rows, int64_t position) {
                     fold_.columns(at(base + offset), rows, stride, n, position, target, fold_.parameter);
                   });
      if (target == partial) fold_.combine(state, partial, n);
    }
  }

  void finish(int64_t block, const std::byte* state) const {
    const int64_t step = kept_.back().cell_stride;
    const int64_t cell = outer_place(kept_, block / groups_).cell + first_cell(block) * step;
    fold_.finish(state, cells_in(block), out_, cell, step, fold_.parameter);
  }

  const void* at(int64_t offset) const { return x_ + offset * fold_.element_size; }

  std::vector<ReduceAxis> kept_, folded_;
  const Fold& fold_;
  const char* x_;
  ReduceOutput out_;
  bool by_columns_ = false;
  int64_t elements_ = 0, cells_ = 0;             // folded into a cell; cells along the innermost kept axis
  int64_t group_ = 1, groups_ = 1, blocks_ = 0;  // cells worked on together; groups along that axis; in all
  int64_t parts_ = 1, part_ = 0;                 // how the folded elements are cut; elements in a part
};

}  // namespace

void reduce(const ReduceProblem& problem, const Fold& fold, const void* x, ReduceOutput out) {
  Reducer(problem, fold, x, out).run();
}

}  // namespace convgrad::kernels
