#pragma once
#include <convgrad/autograd/autograd.h>

namespace convgrad::autograd {

/// A function of tensors, as gradcheck calls it.
using TensorFunction = std::function<variable_list(const variable_list&)>;

struct GradcheckOptions {
  double eps = 1e-6;   // step of the central differences
  double atol = 1e-5;  // |analytical − numerical| ≤ atol + rtol · |numerical|
  double rtol = 1e-3;
  uint64_t seed = 0;            // of the random cotangents
  bool raise_exception = true;  // else the result says it
};

/// Compares the gradients of ⟨v, f(inputs)⟩, v random, with central differences, at every element of every input that
/// requires grad. Inputs should be float64 and must not overlap in memory. Throws Error ("GradcheckError: …", naming
/// input, element and both numbers) or returns false where they differ. Like torch.autograd.gradcheck.
CONVGRAD_API bool gradcheck(const TensorFunction& f, const variable_list& inputs, const GradcheckOptions& options = {});

/// gradcheck of the gradients themselves, for second order; for the inputs and for the cotangents.
/// Like torch.autograd.gradgradcheck.
CONVGRAD_API bool gradgradcheck(const TensorFunction& f, const variable_list& inputs,
                                const GradcheckOptions& options = {});

}  // namespace convgrad::autograd
