"""Sizes of convolutions, automatic differentiation, and functions with gradients of their own."""
import torch
from torch import nn

torch.manual_seed(0)

stereo = nn.Conv1d(2, 16, 3)
signal = torch.rand(1, 2, 64)
print(list(stereo.weight.shape), list(stereo.bias.shape), list(stereo(signal).shape))
print(list(nn.Conv1d(2, 16, 5)(signal).shape))
print(nn.Conv1d(4, 6, 3, padding=1, groups=2, padding_mode="circular"))
picture = torch.rand(1, 20, 64, 128)
print(list(nn.Conv2d(20, 16, (3, 5))(picture).shape))
print(list(nn.Conv2d(20, 16, (3, 5), 1, (1, 2))(picture).shape))

x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
y = x - 2
print(y.grad_fn.name())
print(y)
print(y.grad_fn.next_functions[0][0].variable)
a = (3 * y**2).mean()
print(a)
a.backward()
print(x.grad)

x = torch.randn(3, requires_grad=True)
y = x * 2
while y.data.norm() < 1000:
    y = y * 2
y.backward(torch.tensor([0.1, 1.0, 0.0001]))
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
w = torch.ones(3, requires_grad=True)
(w @ x).backward()
print(x.grad)
print(w.grad)
with torch.no_grad():
    z = w @ x
try:
    z.backward()
except RuntimeError as e:
    print(e)


class MyAdd(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x1, x2):
        return x1 + x2

    @staticmethod
    def backward(ctx, g):
        return g, g


x1 = torch.randn(3, requires_grad=True)
x2 = torch.randn(3, requires_grad=True)
s = MyAdd.apply(x1, x2)
print(s.grad_fn.name())
s.backward(torch.ones(3))
print(x1.grad, x2.grad)

x = torch.randn(4, requires_grad=True)
(2 * x.clone() + 3 * x.clone()).sum().backward()
print(x.grad)


class MyMax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        value, index = x.max(0)
        ctx.save_for_backward(x, index)
        return value

    @staticmethod
    def backward(ctx, g):
        x, index = ctx.saved_tensors
        d = torch.zeros_like(x)
        d[index] = g
        return d


v = torch.tensor([1., 7., 3.], requires_grad=True)
m = MyMax.apply(v)
m.backward()
print(m)
print(v.grad)
