#include "convgrad/nn/sequential.h"

#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/shape.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

struct Doubling : Module {
  Tensor forward(Tensor x) { return x + x; }  // by value, as LibTorch's users write it
};
using DoublingNet = ModuleHolder<Doubling>;

TEST(Sequential, RunsModulesOfAnyKindInTurn) {
  Sequential net{Doubling(), DoublingNet(), std::make_shared<Doubling>(), Sequential{Doubling(), Identity()}};
  EXPECT_EQ(net(ones({1})).item<float>(), 16);
}

TEST(Sequential, EmptyGivesItsInputBack) {
  const Tensor x = ones({2});
  EXPECT_TRUE(Sequential()(x).is_same(x));
}

TEST(Sequential, TakesNames) {
  Sequential net{{"double", Doubling()}, {"flat", Flatten()}};
  EXPECT_EQ(net->str(), "Sequential(\n  (double): Doubling()\n  (flat): Flatten(start_dim=1, end_dim=-1)\n)");
  EXPECT_EQ(net->name_of(1), "flat");
  EXPECT_THROW(net->push_back("flat", Tanh()), KeyError);
  net->push_back(Tanh());
  EXPECT_EQ(net->name_of(2), "2");
}

TEST(Sequential, GivesItsModules) {
  Sequential net{Linear(2, 3), Tanh()};
  EXPECT_EQ(net->size(), 2u);
  EXPECT_EQ(net[-1]->name(), "Tanh");
  EXPECT_EQ(net->at<Linear>(0).weight.sizes(), IntArrayRef({3, 2}));
  EXPECT_EQ(net[0]->as<Linear>()->options.out_features, 3);
  EXPECT_EQ(net[0]->as<Tanh>(), nullptr);
  EXPECT_THROW(net->at<Linear>(1), TypeError);
  EXPECT_EQ(error_text<IndexError>([&] { net[2]; }), "index 2 is out of range");
  EXPECT_EQ(error_text<IndexError>([&] { net[-3]; }), "index -3 is out of range");
}

TEST(Sequential, CopiesAreTheSameNet) {
  Sequential net(Linear(2, 3));
  Sequential copy = net, braced{net}, parens(net);
  copy->push_back(Tanh());
  EXPECT_EQ(net->size(), 2u);
  EXPECT_EQ(braced.ptr(), net.ptr());
  EXPECT_EQ(parens.ptr(), net.ptr());
}

TEST(Sequential, DrawsInitialValuesFromLeftToRight) {
  manual_seed(0);
  Sequential net{Linear(2, 3), Sequential{Linear(3, 3), Tanh()}, Linear(3, 1)};
  manual_seed(0);
  Linear first(2, 3), second(3, 3), third(3, 1);
  EXPECT_TRUE(net->at<Linear>(0).bias.equal(first->bias));
  EXPECT_TRUE(net->at<Sequential>(1).at<Linear>(0).bias.equal(second->bias));
  EXPECT_TRUE(net->at<Linear>(2).bias.equal(third->bias));
}

TEST(ModuleHolder, SaysThatItIsEmpty) {
  Linear net{nullptr};
  EXPECT_TRUE(net.is_empty());
  EXPECT_EQ(error_text([&] { net->reset_parameters(); }), "Accessing empty ModuleHolder");
  EXPECT_THROW((Sequential{net, Tanh()}), Error);
}

}  // namespace
}  // namespace convgrad::nn
