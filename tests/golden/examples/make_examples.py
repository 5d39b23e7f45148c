#!/usr/bin/env python3
"""What the programs of examples/000 … 004 must print: the documents' sections run by PyTorch 2.13 at the same seed.

    make_examples.py FOLDER      writes 000-conv1d.txt … 004-autograd.txt (002 without the training's losses, which
                                 tests/golden/lenet5.json holds)
"""
import contextlib, io, os, sys
import torch
import torch.nn.functional as F
from torch import nn

yes = lambda b: print(str(bool(b)).lower())


def conv1d():
    x = torch.tensor([5., 4, 8, 7, 9, 3, 6]).reshape(1, 1, 7)
    weight = torch.tensor([1., 2, 3]).reshape(1, 1, 3)
    print(list(F.conv1d(x, weight).shape))
    y = F.conv1d(x, weight, padding=1)
    print(list(y.shape)), print(y)
    bias = torch.tensor([5.])
    y_bias = F.conv1d(x, weight, bias, padding=1)
    print(y_bias), yes(torch.allclose(y + bias, y_bias))
    conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)
    print(conv(x)), print(conv.weight)
    with torch.no_grad():
        conv.weight[:] = weight
    print(conv(x))
    matrix = torch.tensor([[2., 3, 0, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0, 0], [0, 1, 2, 3, 0, 0, 0], [0, 0, 1, 2, 3, 0, 0],
                           [0, 0, 0, 1, 2, 3, 0], [0, 0, 0, 0, 1, 2, 3], [0, 0, 0, 0, 0, 1, 2]])
    print(matrix), print(F.linear(x, matrix))
    signal = torch.rand(1, 4, 7)
    wide = nn.Conv1d(4, 5, 3, padding=1, bias=False)
    z = wide(signal)
    print(signal), print(z), print(list(wide.weight.shape))
    yes(torch.allclose(z[0, 0, 1], (wide.weight[0] * signal[0, :, 0:3]).sum()))
    strided = F.conv1d(x, weight, stride=2)
    print(strided), yes(torch.allclose(strided, F.conv1d(x, weight)[..., ::2]))
    dilated = F.conv1d(x, weight, dilation=2)
    print(dilated), yes(torch.allclose(dilated, F.conv1d(x, torch.tensor([1., 0, 2, 0, 3]).reshape(1, 1, 5))))


def conv2d():
    conv = nn.Conv2d(1, 1, 3)
    print(conv)
    conv.state_dict()['weight'][0][0] = torch.tensor([[1., 0, -1], [2, 0, -2], [1, 0, -1]])
    conv.state_dict()['bias'][0] = 0.
    for name, value in conv.state_dict().items():
        print(name, value)
    image = torch.zeros(1, 1, 5, 5)
    image[0, 0, :, 2] = 1
    print(image), print(conv(image))
    picture = torch.ones(1, 1, 4, 4)
    for stride, padding in (1, 0), (2, 0), (3, 0), (3, 1):
        layer = nn.Conv2d(1, 1, 2, stride, padding)
        with torch.no_grad():
            layer.weight.fill_(1), layer.bias.zero_()
        z = layer(picture)
        print(layer), print(z), print(list(z.shape[2:4]))
    random = torch.randn(1, 1, 4, 4)
    print(random)
    zeros = nn.Conv2d(1, 1, 3)
    with torch.no_grad():
        zeros.weight.zero_(), zeros.bias.zero_()
    print(zeros(random))


def lenet():
    x = torch.distributions.Normal(torch.tensor([0.0]), torch.tensor([0.1])).sample((1, 1, 3, 3))
    padded = F.pad(x, mode='constant', pad=(0, 0, 1, 1, 1, 1, 0, 0, 0, 0), value=0)
    conv = nn.Conv2d(1, 1, 2)
    print(x.squeeze()), print(padded.squeeze())
    print(conv(x.view(1, 1, 3, 3))), print(conv(padded.view(1, 1, 5, 5)))
    u = torch.distributions.Uniform(torch.tensor([0.0]), torch.tensor([1.0])).sample((8, 8)).view(1, 1, 8, 8)
    for kernel, stride, padding in (3, 1, 0), (3, 1, 1), ((5, 3), 1, (2, 1)), (3, 2, 1), ((3, 5), (3, 4), (0, 1)):
        print(list(nn.Conv2d(1, 1, kernel, stride, padding)(u).shape[2:]))
    torch.manual_seed(0)
    print(nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.Conv2d(16, 120, 5), nn.Tanh(),
                        nn.Flatten(), nn.Linear(48000, 84), nn.Tanh(), nn.Linear(84, 10)))


def transposed():
    def corr2d(X, K):
        h, w = K.shape
        return torch.stack([torch.stack([(X[i:i + h, j:j + w] * K).sum() for j in range(X.shape[1] - w + 1)])
                            for i in range(X.shape[0] - h + 1)])

    def trans_conv(X, K):
        h, w = K.shape
        Y = torch.zeros((X.shape[0] + h - 1, X.shape[1] + w - 1))
        for i in range(X.shape[0]):
            for j in range(X.shape[1]):
                Y[i: i + h, j: j + w] += X[i, j] * K
        return Y
    x, k = torch.tensor([[0., 1], [2, 3]]), torch.tensor([[0., 1], [2, 3]])
    print(trans_conv(x, k))
    x4, k4 = x.reshape(1, 1, 2, 2), k.reshape(1, 1, 2, 2)
    for stride, padding in (1, 0), (1, 1), (2, 0):
        tconv = nn.ConvTranspose2d(1, 1, 2, stride, padding, bias=False)
        tconv.weight.data = k4
        print(tconv(x4))
    wide = torch.rand(1, 10, 16, 16)
    conv, tconv = nn.Conv2d(10, 20, 5, 3, 2), nn.ConvTranspose2d(20, 10, 5, 3, 2)
    yes(tconv(conv(wide)).shape == wide.shape)
    nine = torch.arange(9.0).reshape(3, 3)
    y = corr2d(nine, k)
    row, w = torch.zeros(5), torch.zeros(4, 9)
    row[:2], row[3:5] = k[0], k[1]
    w[0, :5], w[1, 1:6], w[2, 3:8], w[3, 4:] = row, row, row, row
    print(y), print(w)
    print(y == torch.mv(w, nine.reshape(-1)).reshape(2, 2))
    print(trans_conv(x, k) == torch.mv(w.T, x.reshape(-1)).reshape(3, 3))


def autograd():
    stereo, signal = nn.Conv1d(2, 16, 3), torch.rand(1, 2, 64)
    print(list(stereo.weight.shape), list(stereo.bias.shape), list(stereo(signal).shape))
    print(list(nn.Conv1d(2, 16, 5)(signal).shape))
    print(nn.Conv1d(4, 6, 3, padding=1, groups=2, padding_mode='circular'))
    picture = torch.rand(1, 20, 64, 128)
    print(list(nn.Conv2d(20, 16, (3, 5))(picture).shape))
    print(list(nn.Conv2d(20, 16, (3, 5), 1, (1, 2))(picture).shape))
    x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
    y = x - 2
    print(y.grad_fn.name()), print(y), print(y.grad_fn.next_functions[0][0].variable)
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
    x, w = torch.arange(1., 4., requires_grad=True), torch.ones(3, requires_grad=True)
    (w @ x).backward()
    print(x.grad), print(w.grad)
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
    x1, x2 = torch.randn(3, requires_grad=True), torch.randn(3, requires_grad=True)
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
    print(m), print(v.grad)


if __name__ == '__main__':
    for name, run in (('000-conv1d', conv1d), ('001-conv2d', conv2d), ('002-lenet', lenet), ('003-transposed', transposed),
                      ('004-autograd', autograd)):
        torch.manual_seed(0)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run()
        with open(os.path.join(sys.argv[1], name + '.txt'), 'w') as f:
            f.write(said.getvalue())
