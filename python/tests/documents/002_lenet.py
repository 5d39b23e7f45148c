"""Padding, stride and output sizes, and the net LeNet-5."""
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)

normal = torch.distributions.Normal(torch.tensor([0.0]), torch.tensor([0.1]))
x = normal.sample((1, 1, 3, 3))
padded = F.pad(x, mode="constant", pad=(0, 0, 1, 1, 1, 1, 0, 0, 0, 0), value=0)
conv = nn.Conv2d(1, 1, 2)
print(x.squeeze())
print(padded.squeeze())
print(conv(x.view(1, 1, 3, 3)))
print(conv(padded.view(1, 1, 5, 5)))

uniform = torch.distributions.Uniform(torch.tensor([0.0]), torch.tensor([1.0]))
u = uniform.sample((8, 8)).view(1, 1, 8, 8)
for kernel, stride, padding in (3, 1, 0), (3, 1, 1), ((5, 3), 1, (2, 1)), (3, 2, 1), ((3, 5), (3, 4), (0, 1)):
    print(list(nn.Conv2d(1, 1, kernel, stride, padding)(u).shape[2:]))

torch.manual_seed(0)
print(nn.Sequential(nn.Conv2d(1, 6, 5),
                    nn.Tanh(),
                    nn.Conv2d(6, 16, 5),
                    nn.Tanh(),
                    nn.Conv2d(16, 120, 5),
                    nn.Tanh(),
                    nn.Flatten(),
                    nn.Linear(48000, 84),
                    nn.Tanh(),
                    nn.Linear(84, 10)))
