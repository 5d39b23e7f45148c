#include "convgrad/ops/embedding.h"

#include "convgrad/autograd/function.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/convert.h"
#include "core/make.h"
#include "core/shape.h"
#include "ops/index_plan.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// An argument that takes no part in differentiation.
struct Indices {
  Tensor t;
};

struct Table {
  DimVector sizes;
  int64_t padding_idx;  // −1: none
  bool by_frequency;
};

/// What a row's gradient is multiplied by, for each lookup: 0 for the padding, one over the row's count.
Tensor shares(const Tensor& indices, const Table& table, ScalarType dtype) {
  Tensor factors = make_tensor(indices.sizes(), dtype).fill_(1);
  if (table.by_frequency) {
    const Tensor counts = zeros_of({table.sizes[0]}, dtype).index_add_(0, indices.flatten(), factors.flatten());
    factors = counts.index_select(0, indices.flatten()).reciprocal().view(indices.sizes());
  }
  return factors.masked_fill_(indices.eq(table.padding_idx), 0).unsqueeze(-1);
}

/// Rows added where they were looked up. Linear; its gradient looks up again, but not the padding.
struct EmbeddingGradient : Function<EmbeddingGradient> {
  static constexpr auto name = "EmbeddingDenseBackwardBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Indices& indices, const Table& table) {
    ctx.save(indices.t);
    ctx.keep(table);
    const bool plain = table.padding_idx < 0 && !table.by_frequency;
    return sum_picked(plain ? dy : dy.mul(shares(indices.t, table, dy.dtype())), {{indices.t, Tensor()}}, table.sizes);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) {
    const Tensor indices = ctx.saved(0);
    return pick(ddx, {{indices, Tensor()}}).mul(shares(indices, ctx.kept<Table>(), ddx.dtype()));
  }
};

struct Embedding : Function<Embedding> {
  static constexpr auto name = "EmbeddingBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& weight, const Indices& indices, const Table& table) {
    ctx.save(indices.t);
    ctx.keep(table);
    return pick(weight, {{indices.t, Tensor()}});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return EmbeddingGradient::apply(dy, Indices{ctx.saved(0)}, ctx.kept<Table>());
  }
};

/// Shortens the rows that are looked up, unseen by autograd, as PyTorch does.
void renormalise(const Tensor& weight, const Tensor& indices, double max_norm, double p) {
  check(weight.is_floating_point(), "norm(): input dtype should be either floating point or complex. Got {} instead.",
        legacy_name(weight.dtype()));
  NoGradGuard guard;
  const Tensor at = indices.flatten(), rows = weight.detach().index_select(0, at);
  const Tensor norms = rows.norm(p, {1}, true);
  const Tensor factor = norms.add(1e-7).reciprocal().mul(max_norm).masked_fill(norms.le(max_norm), 1);
  weight.detach().index_put_({at}, rows.mul(factor));  // a row looked up twice gets the same value twice
}

int64_t checked_padding(std::optional<int64_t> padding_idx, int64_t rows) {
  if (!padding_idx) return -1;
  check<ValueError>(*padding_idx >= -rows && *padding_idx < std::max<int64_t>(rows, 1),
                    "Padding_idx must be within num_embeddings");
  return *padding_idx < 0 ? *padding_idx + rows : *padding_idx;
}

Tensor checked_indices(const Tensor& indices, const Tensor& weight, bool renormalises) {
  check(indices.dtype() == kInt64 || indices.dtype() == kInt32,
        "Expected tensor for argument #{} 'indices' to have one of the following scalar types: Long, Int; but got {} "
        "instead (while checking arguments for {})",
        renormalises ? 2 : 1, tensor_type(indices.dtype()), renormalises ? "embedding_renorm_" : "embedding");
  const int64_t rows = weight.size(0);
  const Tensor at = indices.to(kInt64).contiguous();
  const int64_t* i = at.const_data_ptr<int64_t>();
  for (int64_t n = 0; n < at.numel(); ++n)
    if (i[n] < 0 || i[n] >= rows) [[unlikely]]
      throw IndexError(ErrorDetails{.op = "embedding",
                                    .argument = "indices",
                                    .what = renormalises
                                                ? fmt::format("select(): index {} out of range for tensor of size {} "
                                                              "at dimension 0",
                                                              i[n], weight.sizes())
                                                : "index out of range in self",
                                    .expected = fmt::format("row numbers from 0 to {}", rows - 1),
                                    .got = fmt::format("{} at position {}", i[n], n)});
  return at;
}

}  // namespace

Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& o) {
  check<NotImplementedError>(!o.sparse,
                             "embedding: sparse gradients are not implemented; sparse=False gives dense ones");
  check<ShapeError>(weight.dim() == 2, "'weight' must be 2-D");
  const int64_t padding = checked_padding(o.padding_idx, weight.size(0));
  const Tensor at = checked_indices(indices, weight, o.max_norm.has_value());
  if (o.max_norm) renormalise(weight, at, *o.max_norm, o.norm_type);
  return Embedding::apply(weight, Indices{at}, Table{weight.sizes(), padding, o.scale_grad_by_freq});
}

Tensor one_hot(const Tensor& indices, int64_t num_classes) {
  check(indices.dtype() == kInt64, "one_hot is only applicable to index tensor of type LongTensor.");
  check<ShapeError>(indices.numel() > 0 || num_classes > 0, "Can not infer total number of classes from empty tensor.");
  if (indices.numel() > 0) {
    check(indices.min().item<int64_t>() >= 0, "Class values must be non-negative.");
    const int64_t largest = indices.max().item<int64_t>();
    if (num_classes == -1) num_classes = checked_add(largest, 1, "one_hot");
    check(num_classes > largest, "Class values must be smaller than num_classes.");
  }
  DimVector sizes = indices.sizes();
  sizes.push_back(num_classes);
  return zeros_of(sizes, kInt64).scatter_(-1, indices.unsqueeze(-1), 1);
}

}  // namespace convgrad
