#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/distance.h>

namespace convgrad::nn {

struct CosineSimilarityOptions {
  int64_t dim = 1;
  double eps = 1e-8;
};
/// cosine_similarity of (a, b). Like torch.nn.CosineSimilarity.
class CONVGRAD_API CosineSimilarityImpl : public Module {
 public:
  using Options = CosineSimilarityOptions;
  explicit CosineSimilarityImpl(CosineSimilarityOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& a, const Tensor& b) { return cosine_similarity(a, b, options.dim, options.eps); }
  std::string name() const override { return "CosineSimilarity"; }

  CosineSimilarityOptions options;
};
using CosineSimilarity = ModuleHolder<CosineSimilarityImpl>;

struct PairwiseDistanceOptions {
  double p = 2;
  double eps = 1e-6;
  bool keepdim = false;
};
/// pairwise_distance of (a, b). Like torch.nn.PairwiseDistance.
class CONVGRAD_API PairwiseDistanceImpl : public Module {
 public:
  using Options = PairwiseDistanceOptions;
  explicit PairwiseDistanceImpl(PairwiseDistanceOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& a, const Tensor& b) {
    return pairwise_distance(a, b, options.p, options.eps, options.keepdim);
  }
  std::string name() const override { return "PairwiseDistance"; }

  PairwiseDistanceOptions options;
};
using PairwiseDistance = ModuleHolder<PairwiseDistanceImpl>;

}  // namespace convgrad::nn
