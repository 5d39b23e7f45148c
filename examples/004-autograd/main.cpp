// The counterpart of document 004: sizes of convolutions, automatic differentiation, functions with gradients of their
// own.
#include <convgrad/convgrad.h>

#include <iostream>

namespace cg = convgrad;
namespace nn = convgrad::nn;
using cg::AutogradContext;
using cg::Grads;
using cg::Tensor;

struct MyAdd : cg::Function<MyAdd> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x1, const Tensor& x2) {
    ctx.save(x1, x2);
    return x1 + x2;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x1, x2] = ctx.saved<2>();
    return {dy * cg::ones_like(x1), dy * cg::ones_like(x2)};
  }
};

struct MySplit : cg::Function<MySplit> {
  static std::tuple<Tensor, Tensor> forward(AutogradContext&, const Tensor& x) { return {x.clone(), x.clone()}; }
  static Tensor backward(AutogradContext&, const Tensor& d1, const Tensor& d2) { return d1 + d2; }
};

struct MyMax : cg::Function<MyMax> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    const auto [value, index] = x.max(0);
    ctx.save(x, index);
    return value;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, index] = ctx.saved<2>();
    Tensor dx = cg::zeros_like(x);
    dx.index_put_({index}, dy);
    return dx;
  }
};

int main() {
  cg::manual_seed(0);

  // Sizes: 2 channels (a stereo signal), 16 kernels
  nn::Conv1d stereo({.in_channels = 2, .out_channels = 16, .kernel_size = 3});
  const Tensor signal = cg::rand({1, 2, 64});
  std::cout << stereo->weight.sizes() << " " << stereo->bias.sizes() << " " << stereo(signal).sizes() << "\n";
  std::cout << nn::Conv1d({.in_channels = 2, .out_channels = 16, .kernel_size = 5})(signal).sizes() << "\n";
  std::cout << nn::Conv1d({.in_channels = 4,
                           .out_channels = 6,
                           .kernel_size = 3,
                           .padding = 1,
                           .groups = 2,
                           .padding_mode = cg::PaddingMode::circular})
            << "\n";
  const Tensor picture = cg::rand({1, 20, 64, 128});
  std::cout << nn::Conv2d({.in_channels = 20, .out_channels = 16, .kernel_size = {3, 5}})(picture).sizes() << "\n";
  std::cout
      << nn::Conv2d({.in_channels = 20, .out_channels = 16, .kernel_size = {3, 5}, .padding = {1, 2}})(picture).sizes()
      << "\n";

  // a = mean(3 (x − 2)²): da/dx = 3/2 x − 3
  {
    const Tensor x = cg::tensor({{1., 2.}, {3., 4.}}, {.requires_grad = true});
    const Tensor y = x - 2;
    std::cout << y.grad_fn()->name() << "\n" << y << "\n";
    std::cout << *cg::autograd::leaf_of(*y.grad_fn()->next_functions()[0].function) << "\n";
    const Tensor a = (3 * y.pow(2)).mean();
    std::cout << a << "\n";
    a.backward();
    std::cout << x.grad() << "\n";
  }
  {  // doubling until the norm passes 1000
    const Tensor x = cg::randn({3}, {.requires_grad = true});
    Tensor y = x * 2;
    while (y.data().norm().item<double>() < 1000) y = y * 2;
    y.backward(cg::tensor({0.1, 1.0, 0.0001}));
    std::cout << x.grad() << "\n";
  }
  {
    const Tensor x = cg::arange(1., 4., 1., {.requires_grad = true}), w = cg::ones({3}, {.requires_grad = true});
    w.matmul(x).backward();
    std::cout << x.grad() << "\n" << w.grad() << "\n";
    Tensor z;
    {
      cg::NoGradGuard guard;
      z = w.matmul(x);
    }
    try {
      z.backward();
    } catch (const cg::Error& e) {
      std::cout << e.what() << "\n";
    }
  }

  // Functions with gradients of their own
  const Tensor x1 = cg::randn({3}, {.requires_grad = true}), x2 = cg::randn({3}, {.requires_grad = true});
  const Tensor sum = MyAdd::apply(x1, x2);
  std::cout << sum.grad_fn()->name() << "\n";
  sum.backward(cg::ones({3}));
  std::cout << x1.grad() << " " << x2.grad() << "\n";

  const Tensor x = cg::randn({4}, {.requires_grad = true});
  const auto [a, b] = MySplit::apply(x);
  (2 * a + 3 * b).sum().backward();
  std::cout << x.grad() << "\n";

  const Tensor v = cg::tensor({1., 7., 3.}, {.requires_grad = true});
  const Tensor m = MyMax::apply(v);
  m.backward();
  std::cout << m << "\n" << v.grad() << "\n";
}
