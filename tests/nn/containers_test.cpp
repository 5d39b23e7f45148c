#include "convgrad/nn/containers.h"

#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(ModuleList, PrintsRepeatsOnceAsPyTorch) {
  ModuleList list({ReLU(), ReLU(), Tanh(), Sequential{ReLU()}, Sequential{ReLU()}});
  EXPECT_EQ(list->str(),
            "ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n  (3-4): 2 x Sequential(\n    (0): ReLU()\n  )\n)");
  EXPECT_EQ(ModuleList()->str(), "ModuleList()");
}

TEST(ModuleList, OwnsItsModulesByNumber) {
  ModuleList list({Linear(2, 3), Linear(3, 1)});
  list->push_back(Tanh());
  EXPECT_EQ(list->size(), 3u);
  EXPECT_EQ(list->named_parameters().keys(), (std::vector<std::string>{"0.weight", "0.bias", "1.weight", "1.bias"}));
  EXPECT_EQ(list->at<Linear>(1)->weight.sizes(), IntArrayRef({1, 3}));
  EXPECT_EQ(list[-1]->name(), "Tanh");
  EXPECT_THROW(list->at<Tanh>(0), TypeError);
  EXPECT_EQ(error_text<IndexError>([&] { (void)list[3]; }), "index 3 is out of range");
  EXPECT_EQ(error_text<IndexError>([&] { (void)list[-4]; }), "index -4 is out of range");
  EXPECT_THROW(list->push_back(nullptr), TypeError);
}

TEST(ModuleDict, OwnsItsModulesByName) {
  ModuleDict dict({{"a", Linear(2, 3)}, {"b", Tanh()}});
  EXPECT_EQ(dict->str(), "ModuleDict(\n  (a): Linear(in_features=2, out_features=3, bias=True)\n  (b): Tanh()\n)");
  EXPECT_EQ(ModuleDict()->str(), "ModuleDict()");
  EXPECT_EQ(dict->keys(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(dict->at<Linear>("a")(ones({4, 2})).sizes(), IntArrayRef({4, 3}));
  EXPECT_EQ(error_text<KeyError>([&] { (void)dict["c"]; }), "'c'");
  EXPECT_EQ(error_text<KeyError>([&] { dict->insert("a.b", Tanh()); }), "module name can't contain \".\", got: a.b");
  EXPECT_EQ(dict->pop("a")->name(), "Linear");
  EXPECT_TRUE(dict->parameters().empty());
  EXPECT_FALSE(dict->contains("a"));
  dict->insert("a", Tanh());
  EXPECT_EQ(dict->size(), 2u);
}

TEST(ParameterList, OwnsParametersByNumber) {
  ParameterList list({zeros({2}), zeros({2, 3})});
  EXPECT_EQ(list->str(),
            "ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2]\n    (1): Parameter containing: "
            "[torch.float32 of size 2x3]\n)");
  EXPECT_EQ(ParameterList({zeros({})})->str(), "ParameterList(  (0): Parameter containing: [torch.float32 of size ])");
  EXPECT_EQ(list->state_dict().keys(), (std::vector<std::string>{"0", "1"}));
  EXPECT_TRUE(list[-1].requires_grad());
  EXPECT_EQ(error_text<IndexError>([&] { (void)list[2]; }), "index 2 is out of range");
}

TEST(ParameterDict, OwnsParametersByName) {
  ParameterDict dict({{"a", zeros({2})}, {"b", zeros({2, 3})}});
  EXPECT_EQ(dict->str(),
            "ParameterDict(\n    (a): Parameter containing: [torch.FloatTensor of size 2]\n    (b): Parameter "
            "containing: [torch.FloatTensor of size 2x3]\n)");
  EXPECT_EQ(ParameterDict()->str(), "ParameterDict()");
  EXPECT_EQ(dict->state_dict().keys(), dict->keys());
  EXPECT_EQ(dict["b"].sizes(), IntArrayRef({2, 3}));
  EXPECT_THROW((void)dict["c"], KeyError);
  EXPECT_THROW(dict->insert("a", ones({1})), KeyError);
}

}  // namespace
}  // namespace convgrad::nn
