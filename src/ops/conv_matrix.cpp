#include <convgrad/ops/conv_matrix.h>
#include <convgrad/ops/creation.h>

#include <algorithm>

#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "ops/conv_check.h"
#include "ops/conv_padding.h"

namespace convgrad {
namespace {

using kernels::ConvAxis;
using ops::ConvCall;

/// One element of the matrix: where it stands, and which weight stands there.
struct Entry {
  int64_t column, weight;
};

/// The convolution of one sample without values: which weights meet which inputs.
struct Pattern {
  kernels::ConvProblem problem;  // of the padded sample
  ConvAxis h, w;
  std::vector<int64_t> cells;  // of the padded sample: the input cell that each shows, −1 for none
  int64_t rows, columns;
  bool repeats;  // a mode shows a cell more than once

  Pattern(const Tensor& weight, const AxisValues& input_size, const ConvOptions& options) {
    check<ShapeError>(weight.defined() && (weight.dim() == 3 || weight.dim() == 4),
                      "conv_matrix: expected a weight of 3 or 4 dimensions (one or two axes)");
    const size_t rank = static_cast<size_t>(weight.dim() - 2);
    check<ShapeError>(input_size.size() == rank || input_size.size() == 1,
                      "conv_matrix: expected {} spatial sizes, but got {}", rank, to_string(input_size));
    const ConvCall call("conv_matrix", rank, options);
    DimVector sizes{1, checked_mul(weight.size(1), std::max<int64_t>(call.groups, 0), "conv_matrix")};
    for (size_t i = 0; i < rank; ++i) sizes.push_back(input_size[input_size.size() == 1 ? 0 : i]);
    columns = checked_numel(sizes, 8);
    const Tensor stand_in = make_tensor({1}, weight.dtype()).expand(sizes);
    const ops::ConvAxes axes = ops::check(call, stand_in, weight, {});
    problem = ops::make_problem(ops::without_padding(axes), call.groups, stand_in, weight);
    h = problem.axes[1];
    w = problem.axes[2];
    cells = ops::pad_edges(arange(columns).view(sizes), axes, options.padding_mode, -1).to_vector<int64_t>();
    rows = checked_mul(problem.out_channels, checked_mul(h.output, w.output, "conv_matrix"), "conv_matrix");
    repeats = options.padding_mode != PaddingMode::zeros;
  }

  /// The entries of a row, by ascending column.
  void row(int64_t r, std::vector<Entry>& entries) const {
    entries.clear();
    const int64_t x = r % w.output, y = r / w.output % h.output, k = r / w.output / h.output;
    const int64_t in_group = problem.in_channels / problem.groups;
    const int64_t first = k / (problem.out_channels / problem.groups) * in_group;
    for (int64_t c = 0; c < in_group; ++c)
      for (int64_t th = 0; th < h.kernel; ++th)
        for (int64_t tw = 0; tw < w.kernel; ++tw) {
          const int64_t i = y * h.stride + th * h.dilation, j = x * w.stride + tw * w.dilation;
          const int64_t column = cells[static_cast<size_t>(((first + c) * h.input + i) * w.input + j)];
          if (column >= 0) entries.push_back({column, ((k * in_group + c) * h.kernel + th) * w.kernel + tw});
        }
    if (repeats) std::stable_sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.column < b.column; });
  }
};

Tensor index_tensor(const std::vector<int64_t>& values) {
  Tensor t = make_tensor({static_cast<int64_t>(values.size())}, kInt64);
  std::copy(values.begin(), values.end(), t.data_ptr<int64_t>());
  return t;
}

/// result[slots[i]] += weight[taps[i]] in a vector of zeros; differentiable, since its parts are.
Tensor placed(const Tensor& weight, int64_t count, const std::vector<int64_t>& slots,
              const std::vector<int64_t>& taps) {
  const Tensor values = weight.reshape({-1}).index_select(0, index_tensor(taps));
  return make_tensor({count}, weight.dtype()).zero_().scatter_add(0, index_tensor(slots), values);
}

}  // namespace

Tensor conv_matrix(const Tensor& weight, const AxisValues& input_size, const ConvOptions& options) {
  const Pattern p(weight, input_size, options);
  const int64_t count = checked_numel({p.rows, p.columns}, weight.element_size());
  std::vector<int64_t> slots, taps;
  std::vector<Entry> entries;
  for (int64_t r = 0; r < p.rows; ++r) {
    p.row(r, entries);
    for (const Entry& e : entries) {
      slots.push_back(r * p.columns + e.column);
      taps.push_back(e.weight);
    }
  }
  return placed(weight, count, slots, taps).view({p.rows, p.columns});
}

CsrMatrix conv_matrix_csr(const Tensor& weight, const AxisValues& input_size, const ConvOptions& options) {
  const Pattern p(weight, input_size, options);
  std::vector<int64_t> starts{0}, columns, slots, taps;
  std::vector<Entry> entries;
  for (int64_t r = 0; r < p.rows; ++r) {
    p.row(r, entries);
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i == 0 || entries[i].column != entries[i - 1].column) columns.push_back(entries[i].column);
      slots.push_back(static_cast<int64_t>(columns.size()) - 1);
      taps.push_back(entries[i].weight);
    }
    starts.push_back(static_cast<int64_t>(columns.size()));
  }
  return {.crow_indices = index_tensor(starts),
          .col_indices = index_tensor(columns),
          .values = placed(weight, static_cast<int64_t>(columns.size()), slots, taps),
          .rows = p.rows,
          .columns = p.columns};
}

}  // namespace convgrad
