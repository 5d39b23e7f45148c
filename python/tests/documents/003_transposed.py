"""Transposed convolution: by hand, by the layer, and as the transpose of a matrix."""
import torch
from torch import nn

torch.manual_seed(0)


def yes(condition):
    print(str(bool(condition)).lower())


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


def kernel2matrix(K):
    row, W = torch.zeros(5), torch.zeros(4, 9)
    row[:2], row[3:5] = K[0], K[1]
    W[0, :5], W[1, 1:6], W[2, 3:8], W[3, 4:] = row, row, row, row
    return W


x = torch.tensor([[0., 1], [2, 3]])
k = torch.tensor([[0., 1], [2, 3]])
print(trans_conv(x, k))

x4, k4 = x.reshape(1, 1, 2, 2), k.reshape(1, 1, 2, 2)
for stride, padding in (1, 0), (1, 1), (2, 0):
    tconv = nn.ConvTranspose2d(1, 1, 2, stride, padding, bias=False)
    tconv.weight.data = k4
    print(tconv(x4))

wide = torch.rand(1, 10, 16, 16)
conv = nn.Conv2d(10, 20, 5, 3, 2)
tconv = nn.ConvTranspose2d(20, 10, 5, 3, 2)
yes(tconv(conv(wide)).shape == wide.shape)

nine = torch.arange(9.0).reshape(3, 3)
y = corr2d(nine, k)
print(y)
w = kernel2matrix(k)
print(w)
print(y == torch.mv(w, nine.reshape(-1)).reshape(2, 2))
print(trans_conv(x, k) == torch.mv(w.T, x.reshape(-1)).reshape(3, 3))
