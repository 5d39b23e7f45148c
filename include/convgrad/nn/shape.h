#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/required.h>

namespace convgrad::nn {

/// Hands its input on. Like torch.nn.Identity.
class CONVGRAD_API IdentityImpl : public Module {
 public:
  Tensor forward(const Tensor& x) { return x; }
  std::string name() const override { return "Identity"; }
};
using Identity = ModuleHolder<IdentityImpl>;

struct FlattenOptions {
  int64_t start_dim = 1;
  int64_t end_dim = -1;
};
/// The dimensions from start_dim to end_dim as one; by default all but the batch. Like torch.nn.Flatten.
class CONVGRAD_API FlattenImpl : public Module {
 public:
  using Options = FlattenOptions;
  explicit FlattenImpl(FlattenOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x) { return x.flatten(options.start_dim, options.end_dim); }
  std::string name() const override { return "Flatten"; }
  std::string extra_repr() const override;

  FlattenOptions options;
};
using Flatten = ModuleHolder<FlattenImpl>;

struct UnflattenOptions {
  Required<int64_t, struct dim> dim;
  Required<std::vector<int64_t>, struct unflattened_size> unflattened_size;  // one may be −1
};
/// One dimension as several. Like torch.nn.Unflatten.
class CONVGRAD_API UnflattenImpl : public Module {
 public:
  using Options = UnflattenOptions;
  explicit UnflattenImpl(UnflattenOptions options) : options(std::move(options)) {}
  Tensor forward(const Tensor& x) { return x.unflatten(options.dim, options.unflattened_size); }
  std::string name() const override { return "Unflatten"; }
  std::string extra_repr() const override;

  UnflattenOptions options;
};
using Unflatten = ModuleHolder<UnflattenImpl>;

}  // namespace convgrad::nn
