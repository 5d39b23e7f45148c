"""Convolution of a picture: a filter set through state_dict, sizes by stride and padding."""
import torch
from torch import nn

torch.manual_seed(0)

conv = nn.Conv2d(1, 1, 3)
print(conv)
conv.state_dict()["weight"][0][0] = torch.tensor([[1., 0, -1], [2, 0, -2], [1, 0, -1]])
conv.state_dict()["bias"][0] = 0.
for name, value in conv.state_dict().items():
    print(name, value)

image = torch.zeros(1, 1, 5, 5)
image[0, 0, :, 2] = 1
print(image)
print(conv(image))

picture = torch.ones(1, 1, 4, 4)
for stride, padding in (1, 0), (2, 0), (3, 0), (3, 1):
    layer = nn.Conv2d(1, 1, 2, stride, padding)
    with torch.no_grad():
        layer.weight.fill_(1)
        layer.bias.zero_()
    z = layer(picture)
    print(layer)
    print(z)
    print(list(z.shape[2:4]))

random = torch.randn(1, 1, 4, 4)
print(random)
zeros = nn.Conv2d(1, 1, 3)
with torch.no_grad():
    zeros.weight.zero_()
    zeros.bias.zero_()
print(zeros(random))
