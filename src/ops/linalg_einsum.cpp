// Einstein's summation, operand after operand, each pair as a batch of matrix products.
#include <array>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/linalg.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/shape.h"

namespace convgrad {
namespace {

constexpr int kLetters = 52, kMostLabels = kLetters + 64;

int label_of(char c) { return c >= 'a' ? c - 'a' + 26 : c - 'A'; }
char letter_of(int label) { return static_cast<char>(label >= 26 ? 'a' + label - 26 : 'A' + label); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Letters as labels; −1 for the ellipsis.
using Labels = std::vector<int>;

/// The equation taken apart; blanks are gone.
struct Equation {
  std::vector<Labels> inputs{};
  bool has_output = false;
  Labels output{};

  explicit Equation(const std::string& text) {
    inputs.emplace_back();
    Labels* current = &inputs.back();
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == ' ') continue;
      if (c == ',' && !has_output) {
        inputs.emplace_back();
        current = &inputs.back();
      } else if (c == '-' && i + 1 < text.size() && text[i + 1] == '>' && !has_output) {
        has_output = true, current = &output, ++i;
      } else if (c == '.') {
        const std::string where = has_output ? "the output" : fmt::format("operand {}", inputs.size() - 1);
        check(text.compare(i, 3, "...") == 0, "einsum(): found '.' for {} that is not part of any ellipsis", where);
        check(std::find(current->begin(), current->end(), -1) == current->end(),
              "einsum(): found '.' for {} for which an ellipsis was already found", where);
        current->push_back(-1), i += 2;
      } else {
        check(is_letter(c),
              "einsum(): invalid subscript given at index {} in the equation string, subscripts must be in [a-zA-Z]",
              i);
        current->push_back(label_of(c));
      }
    }
  }
};

/// Which dimension of the result each label is, those that are summed last.
struct Plan {
  int64_t ellipsis = 0;  // dimensions that the longest ellipsis stands for
  int64_t out_dims = 0, dims = 0;
  std::array<int, kMostLabels> place{};  // −1: none
  std::array<int, kMostLabels> uses{};
};

/// The labels of an operand's dimensions, the ellipsis written out.
Labels written_out(const Labels& given, int64_t dims, int64_t ellipsis) {
  Labels out;
  const int64_t covered = dims - static_cast<int64_t>(given.size()) + 1;
  for (const int label : given) {
    if (label >= 0) out.push_back(label);
    for (int64_t d = 0; label < 0 && d < covered; ++d)
      out.push_back(static_cast<int>(kLetters + ellipsis - covered + d));
  }
  return out;
}

Plan plan_of(const Equation& e, TensorList tensors) {
  check(tensors.size() >= e.inputs.size(), "einsum(): fewer operands were provided than specified in the equation");
  check(tensors.size() <= e.inputs.size(), "einsum(): more operands were provided than specified in the equation");
  Plan p;
  p.place.fill(-1);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Labels& labels = e.inputs[i];
    const auto count = static_cast<int64_t>(labels.size());
    const bool open = std::find(labels.begin(), labels.end(), -1) != labels.end();
    check<ShapeError>(open ? count - 1 <= tensors[i].dim() : count == tensors[i].dim(),
                      "einsum(): the number of subscripts in the equation ({}) {} the number of dimensions ({}) for "
                      "operand {}{}",
                      open ? count - 1 : count, open ? "is more than" : "does not match", tensors[i].dim(), i,
                      open ? "" : " and no ellipsis was given");
    if (open) p.ellipsis = std::max(p.ellipsis, tensors[i].dim() - count + 1);
    for (const int label : labels)
      if (label >= 0) ++p.uses[static_cast<size_t>(label)];
  }
  const auto add = [&](int label) { p.place[static_cast<size_t>(label)] = static_cast<int>(p.dims++); };
  const auto add_ellipsis = [&] {
    for (int64_t d = 0; d < p.ellipsis; ++d) add(static_cast<int>(kLetters + d));
  };
  if (!e.has_output) {  // what stands once, in alphabetical order
    add_ellipsis();
    for (int label = 0; label < kLetters; ++label)
      if (p.uses[static_cast<size_t>(label)] == 1) add(label);
  }
  for (const int label : e.output) {
    if (label < 0) {
      add_ellipsis();
      continue;
    }
    check(p.place[static_cast<size_t>(label)] < 0, "einsum(): output subscript {} appears more than once in the output",
          letter_of(label));
    check(p.uses[static_cast<size_t>(label)] > 0,
          "einsum(): output subscript {} does not appear in the equation for any input operand", letter_of(label));
    add(label);
  }
  p.out_dims = p.dims;
  if (p.ellipsis > 0 && p.place[kLetters] < 0) add_ellipsis();
  for (int label = 0; label < kLetters; ++label)
    if (p.uses[static_cast<size_t>(label)] > 0 && p.place[static_cast<size_t>(label)] < 0) add(label);
  return p;
}

/// The operand with a dimension for each place, of size one where it has none; a repeated label takes the diagonal.
Tensor arranged(const Tensor& given, const Labels& labels, const Plan& p, size_t operand) {
  Tensor x = given;
  std::vector<int64_t> at(static_cast<size_t>(p.dims), -1);
  int64_t next = 0;
  for (const int label : labels) {
    int64_t& dim = at[static_cast<size_t>(p.place[static_cast<size_t>(label)])];
    if (dim < 0) {
      dim = next++;
      continue;
    }
    check<ShapeError>(x.size(dim) == x.size(next),
                      "einsum(): subscript {} is repeated for operand {} but the sizes don't match, {} != {}",
                      letter_of(label), operand, x.size(next), x.size(dim));
    x = x.diagonal(0, dim, next).movedim(-1, dim);
  }
  DimVector order;
  for (int64_t& dim : at) {
    if (dim < 0) x = x.unsqueeze(dim = next++);
    order.push_back(dim);
  }
  return x.permute(order);
}

void check_sizes(const std::vector<Tensor>& operands, const std::vector<Labels>& labels, const Plan& p) {
  std::vector<int64_t> seen(static_cast<size_t>(p.dims), 1);
  for (size_t i = 0; i < operands.size(); ++i)
    for (const int label : labels[i]) {
      const auto place = static_cast<size_t>(p.place[static_cast<size_t>(label)]);
      const int64_t size = operands[i].sizes()[place];
      check<ShapeError>(size == 1 || seen[place] == 1 || size == seen[place],
                        "einsum(): subscript {} has size {} for operand {} which does not broadcast with previously "
                        "seen size {}",
                        label < kLetters ? std::string(1, letter_of(label)) : "...", size, i, seen[place]);
      if (size != 1) seen[place] = size;
    }
}

/// Σ a · b over some dimensions, which stay with size one.
Tensor sum_of_products(Tensor a, Tensor b, const std::vector<bool>& summed) {
  DimVector both, left, right, sums;
  int64_t batch = 1, rows = 1, columns = 1, inner = 1;
  for (int64_t d = 0; d < a.dim(); ++d) {
    const bool in_a = a.size(d) != 1, in_b = b.size(d) != 1;
    if (summed[static_cast<size_t>(d)]) {
      if (in_a && !in_b) a = a.sum({d}, true);
      if (in_b && !in_a) b = b.sum({d}, true);
      sums.push_back(d), inner *= in_a && in_b ? a.size(d) : 1;
    } else if (in_a && in_b) {
      both.push_back(d), batch *= a.size(d);
    } else if (in_a || !in_b) {
      left.push_back(d), rows *= a.size(d);
    } else {
      right.push_back(d), columns *= b.size(d);
    }
  }
  DimVector sizes, of_a, of_b, order(static_cast<size_t>(a.dim()));
  for (const DimVector* dims : {&both, &left, &sums, &right})
    for (const int64_t d : *dims) {
      order[d] = static_cast<int64_t>(sizes.size());
      sizes.push_back(dims == &sums ? 1 : dims == &right ? b.size(d) : a.size(d));
    }
  for (const DimVector* dims : {&both, &left, &sums, &right})
    for (const int64_t d : *dims) of_a.push_back(d);
  for (const DimVector* dims : {&both, &sums, &right, &left})
    for (const int64_t d : *dims) of_b.push_back(d);
  return a.permute(of_a)
      .reshape({batch, rows, inner})
      .bmm(b.permute(of_b).reshape({batch, inner, columns}))
      .view(sizes)
      .permute(order);
}

}  // namespace

Tensor einsum(const std::string& text, TensorList tensors) {
  check(!tensors.empty(), "einsum(): must provide at least one operand");
  const Equation equation(text);
  const Plan p = plan_of(equation, tensors);
  std::vector<Tensor> operands;
  std::vector<Labels> labels;
  std::vector<size_t> last(static_cast<size_t>(p.dims));  // the last operand that has the dimension
  for (size_t i = 0; i < tensors.size(); ++i) {
    labels.push_back(written_out(equation.inputs[i], tensors[i].dim(), p.ellipsis));
    operands.push_back(arranged(tensors[i], labels[i], p, i));
    for (const int label : labels[i]) last[static_cast<size_t>(p.place[static_cast<size_t>(label)])] = i;
  }
  check_sizes(operands, labels, p);
  Tensor y = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    std::vector<bool> summed(static_cast<size_t>(p.dims));
    bool any = false;
    for (int64_t d = p.out_dims; d < p.dims; ++d) {
      const auto at = static_cast<size_t>(d);
      if (last[at] != i && (i > 1 || last[at] != 0)) continue;
      any = summed[at] = true;
    }
    y = any ? sum_of_products(y, operands[i], summed) : y.mul(operands[i]);
  }
  if (p.dims == p.out_dims) return y;
  const auto kept = static_cast<size_t>(p.out_dims);
  if (operands.size() > 1) return y.view(y.sizes().slice(0, kept));
  DimVector rest;
  for (int64_t d = p.out_dims; d < p.dims; ++d) rest.push_back(d);
  return y.sum(rest);
}

Tensor tensordot(const Tensor& given_a, const Tensor& given_b, IntArrayRef dims_a, IntArrayRef dims_b) {
  Tensor a = given_a, b = given_b;
  check(dims_a.size() == dims_b.size(), "both dimension lists should have same length");
  check(a.dtype() == b.dtype(), "both inputs should have same dtype");
  DimVector in_a(a.sizes().size()), in_b(b.sizes().size());
  DimVector order_a, order_b, contracted_a, contracted_b, sizes;
  int64_t inner = 1, rows = 1, columns = 1;
  for (size_t i = 0; i < dims_a.size(); ++i) {
    const int64_t d = normalize_dim(dims_a[i], a.dim()), e = normalize_dim(dims_b[i], b.dim());
    if (a.size(d) == 1) b = b.sum(e, true);  // what stands once is multiplied with each of the others
    if (b.size(e) == 1) a = a.sum(d, true);
    check<ShapeError>(a.size(d) == b.size(e),
                      "contracted dimensions need to match, but first has size {} in dim {} and second has size {} in "
                      "dim {}",
                      a.size(d), dims_a[i], b.size(e), dims_b[i]);
    in_a[d] = in_b[e] = 1, inner *= a.size(d);
    contracted_a.push_back(d), contracted_b.push_back(e);
  }
  for (int64_t d = 0; d < a.dim(); ++d)
    if (!in_a[d]) order_a.push_back(d), sizes.push_back(a.size(d)), rows *= a.size(d);
  order_b = contracted_b;
  for (const int64_t d : contracted_a) order_a.push_back(d);
  for (int64_t d = 0; d < b.dim(); ++d)
    if (!in_b[d]) order_b.push_back(d), sizes.push_back(b.size(d)), columns *= b.size(d);
  return a.permute(order_a).reshape({rows, inner}).mm(b.permute(order_b).reshape({inner, columns})).reshape(sizes);
}
Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims) {
  check(dims >= 0, "tensordot expects dims >= 0, but got dims={}", dims);
  check(dims <= std::min(a.dim(), b.dim()), "tensordot expects dims < ndim_a or ndim_b, but got dims={}", dims);
  DimVector last, first;
  for (int64_t d = 0; d < dims; ++d) last.push_back(d - dims), first.push_back(d);
  return tensordot(a, b, last, first);
}

}  // namespace convgrad
