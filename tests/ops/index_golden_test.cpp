// Some hundred random index expressions against what PyTorch made of them (tests/golden/make_index.py).
#include <convgrad/autograd/autograd.h>
#include <convgrad/ops/index.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "ops/sample.h"
#include "places.h"

namespace convgrad {
namespace {

using indexing::TensorIndex;
using nlohmann::json;
using Numbers = std::vector<double>;

std::optional<int64_t> number(const json& j) { return j.is_null() ? std::optional<int64_t>() : j.get<int64_t>(); }

Tensor tensor_of(const std::string& type, const std::vector<int64_t>& sizes, const std::vector<int64_t>& values) {
  const ScalarType dtype = type == "bool" ? kBool : type == "int32" ? kInt32 : kInt64;
  return vector_of(values).to(dtype).reshape(sizes);
}

TensorIndex entry_of(const json& e) {
  const std::string kind = e[0];
  if (kind == "none") return indexing::None;
  if (kind == "ellipsis") return indexing::Ellipsis;
  if (kind == "integer") return e[1].get<int64_t>();
  if (kind == "boolean") return e[1].get<bool>();
  if (kind == "slice") return indexing::Slice(number(e[1]), number(e[2]), number(e[3]));
  return tensor_of(e[1], e[2], e[3]);
}

/// 1, 2, 3, … in this shape.
Tensor counted_from(double first, IntArrayRef sizes) {
  Tensor t = counted(sizes);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<double>()[i] += first;
  return t;
}

void check_put(const json& test, const std::vector<TensorIndex>& index) {
  const json& put = test["put"];
  const std::vector<int64_t> sizes = test["sizes"], value_sizes = put["value"];
  const Tensor x = counted(sizes).requires_grad_();
  const Tensor v = counted_from(100, value_sizes).requires_grad_();
  Tensor z = x.clone();
  if (put.contains("error")) {
    EXPECT_EQ(error_text([&] { z.index_put_(index, v); }), put["text"]);
    EXPECT_EQ(z.to_vector<double>(), x.to_vector<double>()) << "changed in spite of the error";
    return;
  }
  z.index_put_(index, v);
  const autograd::variable_list gradients = autograd::grad({z}, {x, v}, {counted_from(1, sizes)}, {}, false, true);
  if (put["unique"]) {
    EXPECT_EQ(z.to_vector<double>(), put["values"].get<Numbers>());
  }
  const auto values = [](const Tensor& g, const json& like) {
    return g.defined() ? g.to_vector<double>() : Numbers(like.size(), 0.0);
  };
  EXPECT_EQ(values(gradients[0], put["self_gradient"]), put["self_gradient"].get<Numbers>());
  EXPECT_EQ(values(gradients[1], put["value_gradient"]), put["value_gradient"].get<Numbers>());
}

void check_case(const json& test) {
  const std::vector<int64_t> sizes = test["sizes"];
  const Tensor x = counted(sizes).requires_grad_();
  std::vector<TensorIndex> index;
  if (test.contains("error")) {
    const bool index_error = test["error"] == "IndexError";
    const auto run = [&] {
      for (const json& e : test["index"]) index.push_back(entry_of(e));
      x.index(index);
    };
    EXPECT_EQ(index_error ? error_text<IndexError>(run) : error_text(run), test["text"]);
    return;
  }
  for (const json& e : test["index"]) index.push_back(entry_of(e));
  const Tensor y = x.index(index);
  ASSERT_EQ(y.sizes().vec(), test["result"].get<std::vector<int64_t>>());
  EXPECT_EQ(y.to_vector<double>(), test["values"].get<Numbers>());
  EXPECT_EQ(y.is_view(), test["view"].get<bool>());
  EXPECT_EQ(y.grad_fn()->name(), test["grad_fn"]);
  const Tensor dx = autograd::grad({y}, {x}, {counted_from(1, y.sizes())})[0];
  EXPECT_EQ(dx.to_vector<double>(), test["gradient"].get<Numbers>());
  check_put(test, index);
}

TEST(IndexGolden, RandomExpressionsAsPyTorch) {
  const auto cases = json::parse(std::ifstream(test::golden("index.json")));
  ASSERT_GE(cases.size(), 400u);
  for (const json& test : cases) {
    SCOPED_TRACE(json({test["sizes"], test["index"]}).dump());
    try {
      check_case(test);
    } catch (const std::exception& e) {
      ADD_FAILURE() << e.what();
    }
  }
}

}  // namespace
}  // namespace convgrad
