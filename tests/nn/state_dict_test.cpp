#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

Sequential small() { return Sequential{Linear(2, 3), Tanh(), Linear(3, 1)}; }

TEST(StateDict, SharesTheModulesMemory) {
  Sequential net = small();
  StateDict state = net->state_dict();
  EXPECT_EQ(state.keys(), (std::vector<std::string>{"0.weight", "0.bias", "2.weight", "2.bias"}));
  EXPECT_FALSE(state["0.weight"].requires_grad());
  state["0.bias"].fill_(7);
  EXPECT_TRUE(net->at<Linear>(0).bias.detach().equal(full({3}, 7.0)));
}

TEST(StateDict, CopiesIntoAnotherModelOfTheSameShape) {
  Sequential from = small(), to = small();
  const Tensor kept = to->at<Linear>(0).weight;
  const IncompatibleKeys keys = to->load_state_dict(from->state_dict());
  EXPECT_TRUE(keys.missing_keys.empty() && keys.unexpected_keys.empty());
  EXPECT_TRUE(kept.detach().equal(from->at<Linear>(0).weight.detach()));
  EXPECT_TRUE(kept.requires_grad() && kept.is_leaf());
}

TEST(StateDict, ListsAllThatIsWrongAndChangesNothing) {
  Sequential net = small();
  const Tensor before = net->at<Linear>(0).weight.detach().clone();
  StateDict state{{"0.weight", zeros({3, 2})},
                  {"0.other", zeros({1})},
                  {"3.weight", zeros({1})},
                  {"2.weight", zeros({1, 4})},
                  {"2.bias", zeros({1})}};
  EXPECT_EQ(error_text([&] { net->load_state_dict(state); }),
            "Error(s) in loading state_dict for Sequential:\n"
            "\tMissing key(s) in state_dict: \"0.bias\". \n"
            "\tUnexpected key(s) in state_dict: \"3.weight\", \"0.other\". \n"
            "\tsize mismatch for 2.weight: copying a param with shape torch.Size([1, 4]) from checkpoint, the shape in "
            "current model is torch.Size([1, 3]).");
  EXPECT_TRUE(before.equal(net->at<Linear>(0).weight.detach()));
}

TEST(StateDict, LoadsWhatFitsWhereNotStrict) {
  Sequential net = small();
  const IncompatibleKeys keys = net->load_state_dict({{"0.bias", ones({3})}, {"7", ones({1})}}, false);
  EXPECT_EQ(keys.missing_keys, (std::vector<std::string>{"0.weight", "2.weight", "2.bias"}));
  EXPECT_EQ(keys.unexpected_keys, (std::vector<std::string>{"7"}));
  EXPECT_TRUE(net->at<Linear>(0).bias.detach().equal(ones({3})));
}

TEST(StateDict, ConvertsTypes) {
  Linear net(1, 1);
  net->load_state_dict({{"weight", full({1, 1}, 0.1, {.dtype = kFloat64})}, {"bias", full({1}, 3)}});
  EXPECT_EQ(net->weight.dtype(), kFloat32);
  EXPECT_EQ(net->weight.item<float>(), 0.1f);
  EXPECT_EQ(net->bias.item<float>(), 3.0f);
}

}  // namespace
}  // namespace convgrad::nn
