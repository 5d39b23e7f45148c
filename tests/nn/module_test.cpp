#include "convgrad/nn/module.h"

#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

// weight (parameter), mean (buffer), steps (buffer that is not saved)
struct Scale : Module {
  explicit Scale(int64_t n = 2) : weight(register_parameter("weight", ones({n}))) {
    register_buffer("mean", zeros({n}));
    register_buffer("steps", tensor(0), false);
  }
  Tensor& weight;
  Tensor forward(const Tensor& x) { return x * weight; }
};

struct Scaled : Module {
  std::shared_ptr<Scale> first = register_module("first", std::make_shared<Scale>());
  Tensor& bias = register_parameter("bias", zeros({2}));
  Sequential rest = register_module("rest", Sequential{Scale(2), Tanh()});
  Tensor forward(Tensor x) { return rest((*first).forward(x) + bias); }
};

std::string names(const StateDict& dict) {
  std::string out;
  for (const auto& [name, tensor] : dict) out += (out.empty() ? "" : " ") + name;
  return out;
}

TEST(Module, ListsItsOwnParametersBeforeThoseOfItsChildren) {
  Scaled net;
  EXPECT_EQ(names(net.named_parameters()), "bias first.weight rest.0.weight");
  EXPECT_EQ(names(net.named_parameters(false)), "bias");
  EXPECT_EQ(names(net.named_buffers()), "first.mean first.steps rest.0.mean rest.0.steps");
  EXPECT_EQ(net.parameters().size(), 3u);
}

TEST(Module, ListsItselfAndAllBelow) {
  Scaled net;
  std::string all;
  for (const auto& [name, module] : net.named_modules()) all += name + ':' + module->name() + ' ';
  EXPECT_EQ(all, ":Scaled first:Scale rest:Sequential rest.0:Scale rest.1:Tanh ");
  EXPECT_EQ(net.modules(false).size(), 4u);
  EXPECT_EQ(net.children().size(), 2u);
  EXPECT_EQ(net.named_children()[1].key(), "rest");
}

TEST(Module, ListsWhatIsSharedOnce) {
  auto shared = std::make_shared<Scale>();
  Sequential net{shared, Tanh(), shared};
  EXPECT_EQ(names(net->named_parameters()), "0.weight");
  EXPECT_EQ(net->modules().size(), 3u);
  EXPECT_EQ(names(net->state_dict()), "0.weight 0.mean 2.weight 2.mean");
}

TEST(Module, RefusesNamesAsPyTorchDoes) {
  Scale m;
  EXPECT_EQ(error_text<KeyError>([&] { m.register_parameter("", ones({1})); }),
            "parameter name can't be empty string \"\"");
  EXPECT_EQ(error_text<KeyError>([&] { m.register_parameter("a.b", ones({1})); }),
            "parameter name can't contain \".\"");
  EXPECT_EQ(error_text<KeyError>([&] { m.register_buffer("weight", ones({1})); }), "attribute 'weight' already exists");
  EXPECT_EQ(error_text<KeyError>([&] { m.register_module("a.b", Tanh()); }),
            "module name can't contain \".\", got: a.b");
  EXPECT_EQ(
      error_text<ValueError>([&] { m.register_parameter("twice", m.weight * 2); }),
      "Cannot assign non-leaf Tensor to parameter 'twice'. Model parameters must be created explicitly. To express "
      "'twice' as a function of another Tensor, compute the value in the forward() method.");
}

TEST(Module, RefusesToContainItself) {
  Sequential outer, inner;
  outer->push_back(inner);
  EXPECT_THROW(inner->push_back(outer), ValueError);
  EXPECT_THROW(inner->push_back(inner), ValueError);
}

TEST(Module, AppliesToTheInsideFirst) {
  Scaled net;
  std::string order;
  net.apply([&](Module& m) { order += m.name() + ' '; });
  EXPECT_EQ(order, "Scale Scale Tanh Sequential Scaled ");
}

TEST(Module, TrainsAndEvaluatesWithAllBelow) {
  Scaled net;
  net.eval();
  for (const auto& m : net.modules()) EXPECT_FALSE(m->is_training());
  net.train();
  for (const auto& m : net.modules()) EXPECT_TRUE(m->is_training());
}

TEST(Module, ConvertsFloatingTensorsAndKeepsTheirIdentity) {
  Scaled net;
  const Tensor before = net.parameters()[0];
  net.parameters()[0].mutable_grad() = ones({2});
  net.to(kFloat64);
  EXPECT_TRUE(before.is_same(net.parameters()[0]));
  EXPECT_EQ(before.dtype(), kFloat64);
  EXPECT_EQ(before.grad().dtype(), kFloat64);
  EXPECT_TRUE(before.requires_grad());
  EXPECT_EQ(net.named_buffers()["first.steps"].dtype(), kInt64);
  EXPECT_EQ(error_text<TypeError>([&] { net.to(kInt64); }),
            "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64");
}

TEST(Module, ForgetsGradients) {
  Scaled net;
  net.forward(ones({2})).sum().backward();
  net.zero_grad(false);
  for (const Tensor& p : net.parameters()) EXPECT_TRUE(p.grad().equal(zeros({2})));
  net.zero_grad();
  for (const Tensor& p : net.parameters()) EXPECT_FALSE(p.grad().defined());
}

TEST(Module, CanBeMovedIntoASequential) {
  Scaled net;
  const Tensor bias = net.bias;
  Sequential chain{std::move(net), Tanh()};
  EXPECT_TRUE(chain->at<Scaled>(0).bias.is_same(bias));
  EXPECT_TRUE(chain->parameters()[0].is_same(bias));
  EXPECT_EQ(chain(ones({2})).sizes(), IntArrayRef({2}));
}

TEST(Module, PrintsAsPyTorchWithItsOwnWords) {
  struct Wide : Module {
    std::string extra_repr() const override { return "a=1\nb=2"; }
  };
  struct Outer : Module {
    Outer() : Module("Shown") { register_module("inside", std::make_shared<Wide>()); }
    std::string extra_repr() const override { return "x=3"; }
  };
  EXPECT_EQ(Wide().str(), "Wide(\n  a=1\n  b=2\n)");
  EXPECT_EQ(Outer().str(), "Shown(\n  x=3\n  (inside): Wide(\n    a=1\n    b=2\n  )\n)");
}

TEST(Module, RunsForwardHooksWhenCalled) {
  auto net = Sequential{Tanh(), Tanh()};
  int calls = 0;
  const unsigned number = net[0]->register_forward_hook([&](Module& m, TensorList inputs, const Tensor&) {
    ++calls;
    EXPECT_EQ(m.name(), "Tanh");
    EXPECT_EQ(inputs.size(), 1u);
    return zeros({2});
  });
  EXPECT_TRUE(net(ones({2})).equal(zeros({2})));
  net[0]->remove_forward_hook(number);
  EXPECT_FALSE(net(ones({2})).equal(zeros({2})));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace convgrad::nn
