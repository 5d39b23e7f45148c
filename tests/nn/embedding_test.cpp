#include "convgrad/nn/embedding.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(Embedding, RefusesWhatItCannotDo) {
  const EmbeddingOptions four_rows{.num_embeddings = 4, .embedding_dim = 3};
  EmbeddingOptions outside = four_rows, sparse = four_rows;
  outside.padding_idx = 4, sparse.sparse = true;
  EXPECT_EQ(error_text<ValueError>([&] { Embedding{outside}; }), "Padding_idx must be within num_embeddings");
  EXPECT_EQ(error_text<NotImplementedError>([&] { Embedding{sparse}; }),
            "Embedding: sparse gradients are not implemented; sparse=False gives dense ones");
  EXPECT_EQ(error_text<ValueError>([] { Embedding::from_pretrained(ones(3)); }),
            "Embeddings parameter is expected to be 2-dimensional");
  EXPECT_THROW(embedding(tensor({1}), ones({2, 3}), {.padding_idx = 2}), ValueError);
  EXPECT_THROW(embedding(tensor({1}), ones({2, 3}), {.sparse = true}), NotImplementedError);
}

TEST(Embedding, SharesATableThatIsGiven) {
  const Tensor table = eye(3);
  const Embedding frozen = Embedding::from_pretrained(table);
  EXPECT_FALSE(frozen->weight.requires_grad());
  EXPECT_TRUE(frozen->weight.is_alias_of(table));
  EXPECT_TRUE(frozen(tensor({2, 0})).equal(table.index_select(0, tensor({2, 0}))));
}

TEST(Embedding, KeepsItsPaddingRowAtZero) {
  const Embedding layer({.num_embeddings = 4, .embedding_dim = 2, .padding_idx = 1});
  EXPECT_TRUE(layer->weight[1].equal(zeros(2)));
  layer(tensor({1, 1, 2})).sum().backward();
  EXPECT_TRUE(layer->weight.grad().equal(tensor({{0., 0.}, {0., 0.}, {1., 1.}, {0., 0.}}, kFloat32)));
  layer->reset_parameters();
  EXPECT_TRUE(layer->weight[1].equal(zeros(2)));
}

}  // namespace
}  // namespace convgrad::nn
