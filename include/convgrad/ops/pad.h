#pragma once
#include <convgrad/tensor.h>

#include <string>

namespace convgrad {

/// x with elements added before and after its last dimensions: padding = {low, high} of the last one, then {low, high}
/// of the one before it, and so on. A negative number takes elements away.
///
///   constant  [a b c] → [v v a b c v]     any number of dimensions; v = `value` (0 where it is left out)
///   reflect   [a b c] → [c b a b c b]     each number below the size
///   replicate [a b c] → [a a a b c c]
///   circular  [a b c] → [b c a b c a]     each number at most the size
///
/// The last three pad the last 1, 2 or 3 dimensions of a tensor with one or two more (channels, batch). Errors: lists
/// of odd length or for more dimensions than there are, sizes below zero, a value for a mode that has none. Like
/// torch.nn.functional.pad.
CONVGRAD_API Tensor pad(const Tensor& x, IntArrayRef padding, const std::string& mode = "constant",
                        std::optional<double> value = {});

}  // namespace convgrad
