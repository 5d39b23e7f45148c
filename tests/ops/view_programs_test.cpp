// Random programs of views and changes in place against PyTorch's autograd (tests/golden/make_view_programs.py).
#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/grad_mode.h>
#include <convgrad/autograd/node.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/view.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "ops/sample.h"
#include "places.h"

namespace convgrad {
namespace {

using nlohmann::json;
using Sizes = std::vector<int64_t>;
using Tensors = std::vector<Tensor>;

Tensor formula(IntArrayRef sizes, int64_t factor, int64_t shift, int64_t modulus, double divisor, double minus) {
  Tensor t = make_tensor(sizes, kFloat64);
  for (int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<double>()[i] = static_cast<double>((i * factor + shift) % modulus) / divisor - minus;
  return t;
}
Tensor filled(IntArrayRef sizes, int64_t salt) { return formula(sizes, 37, 11 * salt, 101, 8, 6); }
Tensor cotangent(IntArrayRef sizes, int64_t salt) { return formula(sizes, 29, 5 + salt, 53, 16, 1.5); }

Tensor take_view(const Tensor& t, const std::string& name, const json& a) {
  const auto number = [&](size_t i) { return a[i].get<int64_t>(); };
  const auto list = [&](size_t i) { return a[i].get<Sizes>(); };
  if (name == "unsqueeze") return t.unsqueeze(number(0));
  if (name == "squeeze") return t.squeeze();
  if (name == "expand") return t.expand(list(0));
  if (name == "slice") return t.slice(number(0), number(1), number(2), number(3));
  if (name == "select") return t.select(number(0), number(1));
  if (name == "narrow") return t.narrow(number(0), number(1), number(2));
  if (name == "unfold") return t.unfold(number(0), number(1), number(2));
  if (name == "split") return t.split(number(0), number(1))[a[2]];
  if (name == "chunk") return t.chunk(number(0), number(1))[a[2]];
  if (name == "unbind") return t.unbind(number(0))[a[1]];
  if (name == "transpose") return t.transpose(number(0), number(1));
  if (name == "movedim") return t.movedim(number(0), number(1));
  if (name == "permute") return t.permute(list(0));
  if (name == "diagonal") return t.diagonal(number(0), number(1), number(2));
  if (name == "view") return t.view(list(0));
  return t.as_strided(list(0), list(1));
}

void change(Tensor t, const std::string& name, const Tensor& w) {
  const auto part = [&] { return w.view({-1}).narrow(0, 0, t.numel()).view(t.sizes()); };
  if (name == "mul")
    t.mul_(part());
  else if (name == "add")
    t.add_(part());
  else if (name == "copy")
    t.copy_(part());
  else if (name == "mul_number")
    t.mul_(1.5);
  else if (name == "zero")
    t.zero_();
  else if (name == "sin")
    t.sin_();
  else if (name == "masked_fill")
    t.masked_fill_(t.gt(0), 0.25);
  else if (t.dim() > 0)
    t.index_put_({vector_of<int64_t>({-1})}, w.sum());
}

void run(const json& program, Tensors& tensors, Tensors& terms, const Tensor& w) {
  for (const json& step : program["steps"]) {
    const Tensor t = tensors[step[1]];
    if (step[0] == "view") {
      const AutoGradMode mode(!step[4].get<bool>());
      tensors.push_back(take_view(t, step[2], step[3]));
    } else if (step[0] == "change") {
      change(t, step[2], w);
    } else {
      terms.push_back(t.mul(t).sum());
    }
  }
}

void expect_near(const Tensor& t, const std::vector<double>& values) {
  const auto got = t.defined() ? t.to_vector<double>() : std::vector<double>(values.size(), 0.0);
  for (size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], values[i], 1e-9 * (1 + std::abs(values[i]))) << "at " << i;
}

void check_program(const json& program) {
  const Tensor x = filled({2, 3, 4}, 0).requires_grad_(), w = filled({2, 3, 4}, 1).requires_grad_();
  Tensors tensors{program["leaf"] ? x : x.clone()}, terms;
  std::vector<Tensor> gradients;
  const auto all = [&] {
    run(program, tensors, terms, w);
    for (size_t k = 0; k < tensors.size(); ++k)
      terms.push_back(tensors[k].mul(cotangent(tensors[k].sizes(), static_cast<int64_t>(k))).sum());
    std::vector<std::string> names;
    for (const Tensor& t : tensors) names.push_back(t.grad_fn() ? t.grad_fn()->name() : "");
    if (program.contains("grad_fns")) {
      EXPECT_EQ(names, program["grad_fns"].get<std::vector<std::string>>());
    }
    Tensor loss = terms[0];
    for (size_t k = 1; k < terms.size(); ++k) loss = loss.add(terms[k]);
    gradients = autograd::grad({loss}, {x, w}, {}, {}, false, true);
    terms = {loss};
  };
  if (program.contains("error")) {
    EXPECT_EQ(error_text(all), program["text"]);
    return;
  }
  all();
  for (size_t k = 0; k < tensors.size(); ++k) {
    EXPECT_EQ(tensors[k].sizes().vec(), program["sizes"][k].get<Sizes>());
    EXPECT_EQ(tensors[k]._version(), program["versions"][k]);
  }
  EXPECT_NEAR(terms[0].item<double>(), program["loss"], 1e-9 * (1 + std::abs(program["loss"].get<double>())));
  expect_near(gradients[0], program["x"]);
  expect_near(gradients[1], program["w"]);
}

TEST(ViewPrograms, GradientsAsPyTorch) {
  const auto programs = json::parse(std::ifstream(test::golden("view_programs.json")));
  ASSERT_GE(programs.size(), 300u);
  for (const json& program : programs) {
    SCOPED_TRACE(json({program["leaf"], program["steps"]}).dump());
    try {
      check_program(program);
    } catch (const std::exception& e) {
      ADD_FAILURE() << e.what();
    }
  }
}

}  // namespace
}  // namespace convgrad
