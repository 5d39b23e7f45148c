// A tensor that holds nothing, in every place where one is wanted: an error, never a crash.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

namespace convgrad {
namespace {

using Use = std::function<void(const Tensor&)>;

const std::pair<const char*, Use> kUses[] = {
    {"sizes", [](const Tensor& u) { u.sizes(); }},
    {"size", [](const Tensor& u) { u.size(0); }},
    {"numel", [](const Tensor& u) { u.numel(); }},
    {"dtype", [](const Tensor& u) { u.dtype(); }},
    {"data_ptr", [](const Tensor& u) { u.data_ptr<float>(); }},
    {"item", [](const Tensor& u) { u.item(); }},
    {"item<float>", [](const Tensor& u) { u.item<float>(); }},
    {"add", [](const Tensor& u) { (void)(u + u); }},
    {"add a number", [](const Tensor& u) { (void)(u + 1); }},
    {"number less", [](const Tensor& u) { (void)(1 - u); }},
    {"add to defined", [](const Tensor& u) { (void)(ones(2) + u); }},
    {"add_", [](const Tensor& u) { ones(2).add_(u); }},
    {"add_ to undefined", [](Tensor u) { u += 1; }},
    {"compare", [](const Tensor& u) { (void)(u > 0); }},
    {"exp", [](const Tensor& u) { u.exp(); }},
    {"tanh_", [](Tensor u) { u.tanh_(); }},
    {"clamp", [](const Tensor& u) { u.clamp(0, 1); }},
    {"where", [](const Tensor& u) { where(u, ones(2), ones(2)); }},
    {"where other", [](const Tensor& u) { where(ones(2) > 0, ones(2), u); }},
    {"view", [](const Tensor& u) { u.view({1}); }},
    {"reshape", [](const Tensor& u) { u.reshape({1}); }},
    {"permute", [](const Tensor& u) { u.permute({0}); }},
    {"transpose", [](const Tensor& u) { u.transpose(0, 1); }},
    {"select", [](const Tensor& u) { u[0]; }},
    {"slice", [](const Tensor& u) { u.slice(0, 0, 1); }},
    {"expand", [](const Tensor& u) { u.expand({2}); }},
    {"flatten", [](const Tensor& u) { u.flatten(); }},
    {"unsqueeze", [](const Tensor& u) { u.unsqueeze(0); }},
    {"chunk", [](const Tensor& u) { u.chunk(2); }},
    {"index", [](const Tensor& u) { u.index({0}); }},
    {"index by it", [](const Tensor& u) { ones(2).index({u}); }},
    {"index_select", [](const Tensor& u) { ones(2).index_select(0, u); }},
    {"gather", [](const Tensor& u) { ones(2).gather(0, u); }},
    {"scatter_add", [](const Tensor& u) { ones(2).scatter_add(0, zeros(2, kInt64), u); }},
    {"masked_fill", [](const Tensor& u) { ones(2).masked_fill(u, 1); }},
    {"cat",
     [](const Tensor& u) {
       cat({ones(2), u});
     }},
    {"stack",
     [](const Tensor& u) {
       stack({u, ones(2)});
     }},
    {"flip", [](const Tensor& u) { u.flip(0); }},
    {"roll", [](const Tensor& u) { u.roll(1); }},
    {"repeat", [](const Tensor& u) { u.repeat(2); }},
    {"sum", [](const Tensor& u) { u.sum(); }},
    {"mean", [](const Tensor& u) { u.mean({0}); }},
    {"std", [](const Tensor& u) { u.std(); }},
    {"max", [](const Tensor& u) { u.max(0); }},
    {"argmax", [](const Tensor& u) { u.argmax(); }},
    {"median", [](const Tensor& u) { u.median(); }},
    {"norm", [](const Tensor& u) { u.norm(); }},
    {"sort", [](const Tensor& u) { u.sort(); }},
    {"topk", [](const Tensor& u) { u.topk(1); }},
    {"cumsum", [](const Tensor& u) { u.cumsum(0); }},
    {"softmax", [](const Tensor& u) { u.softmax(0); }},
    {"mm",
     [](const Tensor& u) {
       mm(ones({2, 2}), u);
     }},
    {"matmul", [](const Tensor& u) { u.matmul(u); }},
    {"bmm",
     [](const Tensor& u) {
       bmm(u, ones({1, 2, 2}));
     }},
    {"mv",
     [](const Tensor& u) {
       mv(ones({2, 2}), u);
     }},
    {"dot", [](const Tensor& u) { dot(u, ones(2)); }},
    {"linear input",
     [](const Tensor& u) {
       linear(u, ones({2, 2}));
     }},
    {"linear weight", [](const Tensor& u) { linear(ones({2, 2}), u); }},
    {"conv2d input", [](const Tensor& u) { conv2d(u, ones({1, 1, 1, 1})); }},
    {"conv2d weight", [](const Tensor& u) { conv2d(ones({1, 1, 1, 1}), u); }},
    {"conv_transpose2d", [](const Tensor& u) { conv_transpose2d(u, ones({1, 1, 1, 1})); }},
    {"conv_matrix", [](const Tensor& u) { conv_matrix(u, {3, 3}); }},
    {"unfold", [](const Tensor& u) { unfold(u, 2); }},
    {"fold", [](const Tensor& u) { fold(u, 4, 2); }},
    {"max_pool2d", [](const Tensor& u) { max_pool2d(u, 2); }},
    {"avg_pool2d", [](const Tensor& u) { avg_pool2d(u, 2); }},
    {"adaptive_avg_pool2d", [](const Tensor& u) { adaptive_avg_pool2d(u, 1); }},
    {"pad", [](const Tensor& u) { pad(u, {1, 1}); }},
    {"interpolate", [](const Tensor& u) { interpolate(u, {.size = 2}); }},
    {"pixel_shuffle", [](const Tensor& u) { pixel_shuffle(u, 2); }},
    {"channel_shuffle", [](const Tensor& u) { channel_shuffle(u, 2); }},
    {"max_unpool2d", [](const Tensor& u) { max_unpool2d(u, zeros({1, 1, 1}, kInt64), 2); }},
    {"max_unpool2d indices", [](const Tensor& u) { max_unpool2d(ones({1, 1, 1}), u, 2); }},
    {"lp_pool2d", [](const Tensor& u) { lp_pool2d(u, 2, 2); }},
    {"embedding", [](const Tensor& u) { embedding(u, ones({2, 2})); }},
    {"embedding weight", [](const Tensor& u) { embedding(zeros(1, kInt64), u); }},
    {"one_hot", [](const Tensor& u) { one_hot(u); }},
    {"cosine_similarity", [](const Tensor& u) { cosine_similarity(ones({2, 2}), u); }},
    {"bilinear weight", [](const Tensor& u) { bilinear(ones({2, 2}), ones({2, 2}), u); }},
    {"multi_margin_loss", [](const Tensor& u) { multi_margin_loss(ones({2, 2}), u); }},
    {"multilabel_margin_loss", [](const Tensor& u) { multilabel_margin_loss(u, zeros({2, 2}, kInt64)); }},
    {"einsum", [](const Tensor& u) { einsum("ij,jk->ik", {ones({2, 2}), u}); }},
    {"tensordot", [](const Tensor& u) { tensordot(ones({2, 2}), u, 1); }},
    {"baddbmm", [](const Tensor& u) { baddbmm(u, ones({1, 2, 2}), ones({1, 2, 2})); }},
    {"hypot", [](const Tensor& u) { hypot(ones(2), u); }},
    {"shift", [](const Tensor& u) { bitwise_left_shift(zeros(2, kInt64), u); }},
    {"clamp_min", [](const Tensor& u) { clamp_min(ones(2), u); }},
    {"nan_to_num", [](const Tensor& u) { nan_to_num(u); }},
    {"unique", [](const Tensor& u) { unique(u); }},
    {"isin", [](const Tensor& u) { isin(ones(2), u); }},
    {"bincount", [](const Tensor& u) { bincount(u); }},
    {"searchsorted", [](const Tensor& u) { searchsorted(ones(2), u); }},
    {"diff", [](const Tensor& u) { diff(u); }},
    {"quantile", [](const Tensor& u) { quantile(ones(2), u); }},
    {"kthvalue", [](const Tensor& u) { kthvalue(u, 1); }},
    {"repeat_interleave", [](const Tensor& u) { repeat_interleave(ones(2), u); }},
    {"meshgrid", [](const Tensor& u) { meshgrid({ones(2), u}); }},
    {"index_fill", [](const Tensor& u) { index_fill(ones(2), 0, u, 1); }},
    {"index_copy", [](const Tensor& u) { index_copy(ones(2), 0, zeros(2, kInt64), u); }},
    {"masked_scatter", [](const Tensor& u) { masked_scatter(ones(2), ones(2) > 0, u); }},
    {"relu", [](const Tensor& u) { relu(u); }},
    {"gelu", [](const Tensor& u) { gelu(u); }},
    {"cross_entropy", [](const Tensor& u) { cross_entropy(u, zeros(2, kInt64)); }},
    {"cross_entropy target", [](const Tensor& u) { cross_entropy(ones({2, 2}), u); }},
    {"nll_loss", [](const Tensor& u) { nll_loss(ones({2, 2}), u); }},
    {"mse_loss", [](const Tensor& u) { mse_loss(u, ones(2)); }},
    {"to", [](const Tensor& u) { u.to(kFloat64); }},
    {"clone", [](const Tensor& u) { u.clone(); }},
    {"contiguous", [](const Tensor& u) { u.contiguous(); }},
    {"copy_", [](const Tensor& u) { ones(2).copy_(u); }},
    {"fill_", [](Tensor u) { u.fill_(1); }},
    {"zeros_like", [](const Tensor& u) { zeros_like(u); }},
    {"equal", [](const Tensor& u) { (void)equal(u, ones(2)); }},
    {"allclose", [](const Tensor& u) { (void)allclose(ones(2), u); }},
    {"bernoulli", [](const Tensor& u) { bernoulli(u); }},
    {"backward", [](const Tensor& u) { u.backward(); }},
    {"grad", [](const Tensor& u) { autograd::grad({u}, {ones(2)}); }},
    {"grad by it", [](const Tensor& u) { autograd::grad({ones(2).requires_grad_().sum()}, {u}); }},
    {"requires_grad_", [](Tensor u) { u.requires_grad_(); }},
    {"detach", [](const Tensor& u) { u.detach(); }},
    {"register_hook", [](const Tensor& u) { u.register_hook([](const Tensor& g) { return g; }); }},
    {"retain_grad", [](const Tensor& u) { u.retain_grad(); }},
    {"_version", [](const Tensor& u) { u._version(); }},
    {"is_view", [](const Tensor& u) { u.is_view(); }},
    {"Linear", [](const Tensor& u) { nn::Linear(2, 2)(u); }},
    {"Conv2d", [](const Tensor& u) { nn::Conv2d({.in_channels = 1, .out_channels = 1, .kernel_size = 1})(u); }},
    {"Sequential", [](const Tensor& u) { nn::Sequential{nn::Tanh(), nn::Flatten()}(u); }},
    {"write_png", [](const Tensor& u) { io::write_png(u, "/dev/null"); }},
    {"save_safetensors", [](const Tensor& u) { io::save_safetensors("/dev/null", {{"u", u}}); }},
};

TEST(Undefined, IsAnErrorWhereverATensorIsWanted) {
  for (const auto& [what, use] : kUses) {
    SCOPED_TRACE(what);
    try {
      use(Tensor());
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& e) {
      EXPECT_STRNE(e.what(), "");
    }
  }
}

TEST(Undefined, CanBeAskedWhetherItIs) {
  const Tensor u;
  EXPECT_FALSE(u.defined());
  EXPECT_FALSE(ones(2).grad().defined());
  std::ostringstream text;
  EXPECT_NO_THROW(text << u);
  EXPECT_EQ(ones(2).is_same(u), false);
}

}  // namespace
}  // namespace convgrad
