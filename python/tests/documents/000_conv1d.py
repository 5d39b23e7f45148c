"""Convolution of a signal: padding, bias, the layer, the same as a matrix, channels, stride, dilation."""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)


def yes(condition):
    print(str(bool(condition)).lower())


x = torch.tensor([5., 4, 8, 7, 9, 3, 6]).reshape(1, 1, 7)
weight = torch.tensor([1., 2, 3]).reshape(1, 1, 3)
print(list(F.conv1d(x, weight).shape))
y = F.conv1d(x, weight, padding=1)
print(list(y.shape))
print(y)

bias = torch.tensor([5.])
y_bias = F.conv1d(x, weight, bias, padding=1)
print(y_bias)
yes(torch.allclose(y + bias, y_bias))

conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)
print(conv(x))
print(conv.weight)
with torch.no_grad():
    conv.weight[:] = weight
print(conv(x))

matrix = torch.tensor([[2., 3, 0, 0, 0, 0, 0],
                       [1, 2, 3, 0, 0, 0, 0],
                       [0, 1, 2, 3, 0, 0, 0],
                       [0, 0, 1, 2, 3, 0, 0],
                       [0, 0, 0, 1, 2, 3, 0],
                       [0, 0, 0, 0, 1, 2, 3],
                       [0, 0, 0, 0, 0, 1, 2]])
print(matrix)
print(F.linear(x, matrix))

signal = torch.rand(1, 4, 7)
wide = nn.Conv1d(4, 5, 3, padding=1, bias=False)
z = wide(signal)
print(signal)
print(z)
print(list(wide.weight.shape))
yes(torch.allclose(z[0, 0, 1], (wide.weight[0] * signal[0, :, 0:3]).sum()))

strided = F.conv1d(x, weight, stride=2)
print(strided)
yes(torch.allclose(strided, F.conv1d(x, weight)[..., ::2]))

dilated = F.conv1d(x, weight, dilation=2)
print(dilated)
yes(torch.allclose(dilated, F.conv1d(x, torch.tensor([1., 0, 2, 0, 3]).reshape(1, 1, 5))))
