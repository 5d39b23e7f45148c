// ops/sets.h
#include <convgrad/ops/sets.h>

#include "core/check.h"
#include "rows.h"

namespace convgrad::python {

namespace {

/// `right`, or `side`, which says the same in another word.
SearchOptions search(Args& a, size_t right, bool from_right, const Tensor& sorter = {}) {
  return {.out_int32 = a.boolean(right - 1), .right = from_right, .sorter = sorter};
}

bool from_right(Args& a) {
  const bool right = a.boolean(3);
  if (!a.given(4)) return right;
  const std::string side = a.string(4);
  check(side == "left" || side == "right", "torch.searchsorted(): side can only be 'left' or 'right' but got {}", side);
  check(!right || side == "right",
        "torch.searchsorted(): side and right can't be set to opposites, got side of {} while right was True", side);
  return side == "right";
}

constexpr auto searchsorted_tensor = [](Args& a) {
  return searchsorted(a.tensor(0), a.tensor(1), search(a, 3, from_right(a), a.tensor(5)));
};
constexpr auto searchsorted_number = [](Args& a) {
  return searchsorted(a.tensor(0), a.scalar(1), search(a, 3, from_right(a), a.tensor(5)));
};

const Row rows[] = {
    {"unique(Tensor input, bool sorted, bool return_inverse, bool return_counts, int64_t? dim)", in_torch,
     [](Args& a) {
       return unique(a.tensor(0),
                     {.return_inverse = a.boolean(2), .return_counts = a.boolean(3), .dim = a.maybe_integer(4)});
     }},
    {"unique_consecutive(Tensor input, bool return_inverse=False, bool return_counts=False, int64_t? dim=None)",
     in_torch,
     [](Args& a) {
       return unique_consecutive(
           a.tensor(0), {.return_inverse = a.boolean(1), .return_counts = a.boolean(2), .dim = a.maybe_integer(3)});
     }},
    {"isin(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
     in_torch, [](Args& a) { return isin(a.tensor(0), a.tensor(1), a.boolean(3)); }},
    {"isin(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
     in_torch, [](Args& a) { return isin(a.tensor(0), Tensor::of(a.scalar(1)), a.boolean(3)); }},
    {"isin(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
     in_torch, [](Args& a) { return isin(Tensor::of(a.scalar(0)), a.tensor(1), a.boolean(3)); }},
    {"bincount(Tensor input, Tensor? weights=None, SymInt minlength=0)", both,
     [](Args& a) { return bincount(a.tensor(0), a.tensor(1), a.integer(2)); }},
    {"histc(Tensor input, int64_t bins=100, Scalar min=0, Scalar max=0, *, Tensor out=None)", both,
     [](Args& a) { return histc(a.tensor(0), a.given(1) ? a.integer(1) : 100, a.real(2), a.real(3)); }},
    {"searchsorted(Tensor sorted_sequence, Tensor input, *, bool out_int32=False, bool right=False, c10::string_view? "
     "side=None, "
     "Tensor? sorter=None, Tensor out=None)",
     in_torch, searchsorted_tensor},
    {"searchsorted(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, c10::string_view? "
     "side=None, "
     "Tensor? sorter=None, Tensor out=None)",
     in_torch, searchsorted_number},
    {"bucketize(Tensor input, Tensor boundaries, *, bool out_int32=False, bool right=False, Tensor out=None)", in_torch,
     [](Args& a) { return bucketize(a.tensor(0), a.tensor(1), search(a, 3, a.boolean(3))); }},
    {"bucketize(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False, Tensor out=None)", in_torch,
     [](Args& a) { return bucketize(Tensor::of(a.scalar(0)), a.tensor(1), search(a, 3, a.boolean(3))); }},
};

}  // namespace

void bind_sets() { add_rows(rows); }

}  // namespace convgrad::python
