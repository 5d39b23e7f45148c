#pragma once
#include <convgrad/autograd/function.h>

namespace convgrad {

/// An operation of up to three tensors by its rule: for the many that are not worth a type of their own, each of which
/// costs a kilobyte or two.
struct ByRule : Function<ByRule> {
  struct Params {
    DimVector ints{};
    Scalar number = 0, other = 0;
  };
  /// What a rule's functions are called with: the arguments; in `gradient` those that the rule saves.
  struct Call {
    AutogradContext& ctx;
    const Tensor &a, &b, &c;
    const Params& p;
  };
  struct Rule {
    const char* node;  // what grad_fn prints
    Tensor (*value)(const Call& call);
    Grads<3> (*gradient)(const Call& call, const Tensor& dy);
    unsigned saves = 0;  // bit i: argument i
  };
  struct Kept {
    const Rule* rule;
    Params params;
  };

  static std::string name_of(const autograd::FunctionNode& node) { return std::any_cast<Kept>(&node.kept)->rule->node; }

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, const Tensor& c, const Rule* rule,
                        const Params& p) {
    ctx.keep(Kept{rule, p});
    const auto kept = [&](int i, const Tensor& t) { return rule->saves >> i & 1 ? t : Tensor(); };
    if (rule->saves != 0) ctx.save(kept(0, a), kept(1, b), kept(2, c));
    return rule->value({ctx, a, b, c, p});
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [rule, p] = ctx.kept<Kept>();
    const auto saved = [&, r = rule](size_t i) { return r->saves >> i & 1 ? ctx.saved(i) : Tensor(); };
    const Tensor a = saved(0), b = saved(1), c = saved(2);
    return rule->gradient({ctx, a, b, c, p}, dy);
  }
};

/// Calls a rule; the rule must live forever.
inline Tensor by_rule(const ByRule::Rule& rule, const Tensor& a, const ByRule::Params& p = {}) {
  return ByRule::apply(a, Tensor(), Tensor(), &rule, p);
}
inline Tensor by_rule(const ByRule::Rule& rule, const Tensor& a, const Tensor& b, const ByRule::Params& p = {}) {
  return ByRule::apply(a, b, Tensor(), &rule, p);
}
inline Tensor by_rule(const ByRule::Rule& rule, const Tensor& a, const Tensor& b, const Tensor& c,
                      const ByRule::Params& p = {}) {
  return ByRule::apply(a, b, c, &rule, p);
}

}  // namespace convgrad
