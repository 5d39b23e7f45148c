"""Nets of the field, written for PyTorch: `python nets.py` runs them on it, `python -m convgrad nets.py` on convgrad.

Each line "NET train" or "NET infer" is answered with {"seconds": …, "value": …, "peak_mb": …}: the median of some training steps, or of
some forward calls with one sample, the loss or the sum of what came out, and the most memory that the process has had. "NET check":
the loss of the second of two steps from the start.
"""
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.shortcut = nn.Sequential()
        if stride != 1 or inside != outside:
            self.shortcut = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


def resnet18(stem, classes):
    layers, inside = [*stem, nn.BatchNorm2d(64), nn.ReLU()], 64
    if stem[0].stride[0] == 2:
        layers.append(nn.MaxPool2d(3, 2, 1))
    for outside, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [BasicBlock(inside, outside, stride), BasicBlock(outside, outside, 1)]
        inside = outside
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes))


class InvertedResidual(nn.Module):
    def __init__(self, inside, outside, stride, expand):
        super().__init__()
        wide = inside * expand
        first = [nn.Conv2d(inside, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()] if expand > 1 else []
        self.body = nn.Sequential(*first, nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.ReLU6(),
                                  nn.Conv2d(wide, outside, 1, bias=False), nn.BatchNorm2d(outside))
        self.adds = stride == 1 and inside == outside

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def mobilenet_v2():
    layers, inside = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6()], 32
    for expand, outside, times, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for i in range(times):
            layers.append(InvertedResidual(inside, outside, stride if i == 0 else 1, expand))
            inside = outside
    return nn.Sequential(*layers, nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(1280, 1000))


class UNet(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        pair = lambda a, b: nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.Conv2d(b, b, 3, padding=1), nn.ReLU())
        self.down1, self.down2, self.middle = pair(1, width), pair(width, 2 * width), pair(2 * width, 4 * width)
        self.up2, self.up1 = nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), nn.ConvTranspose2d(2 * width, width, 2, 2)
        self.join2, self.join1, self.out = pair(4 * width, 2 * width), pair(2 * width, width), nn.Conv2d(width, 2, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        y = self.up2(self.middle(F.max_pool2d(b, 2)))
        y = self.up1(self.join2(torch.cat([b, y], 1)))
        return self.out(self.join1(torch.cat([a, y], 1)))


def dcgan_generator(width=64):
    layers, inside = [], 100
    for outside, stride, pad in ((8 * width, 1, 0), (4 * width, 2, 1), (2 * width, 2, 1), (width, 2, 1)):
        layers += [nn.ConvTranspose2d(inside, outside, 4, stride, pad, bias=False), nn.BatchNorm2d(outside), nn.ReLU()]
        inside = outside
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh())


class TemporalBlock(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.pad = (2 * dilation, 0)
        self.conv1, self.conv2 = nn.Conv1d(channels, channels, 3, dilation=dilation), nn.Conv1d(channels, channels, 3, dilation=dilation)

    def forward(self, x):
        y = F.relu(self.conv1(F.pad(x, self.pad)))
        return F.relu(x + F.relu(self.conv2(F.pad(y, self.pad))))


class ConvNeXtBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(width, width, 7, padding=3, groups=width), nn.LayerNorm(width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.scale = nn.Parameter(1e-6 * torch.ones(width))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.narrow(F.gelu(self.wide(y)))).permute(0, 3, 1, 2)


# Net, batch, shape of a sample, classes (0: the mean square is the loss).
NETS = {
    "resnet18_32": (lambda: resnet18([nn.Conv2d(3, 64, 3, 1, 1, bias=False)], 10), 128, (3, 32, 32), 10),
    "resnet18_224": (lambda: resnet18([nn.Conv2d(3, 64, 7, 2, 3, bias=False)], 1000), 8, (3, 224, 224), 1000),
    "mobilenet_v2": (mobilenet_v2, 8, (3, 224, 224), 1000),
    "unet": (UNet, 8, (1, 128, 128), 0),
    "dcgan_generator": (dcgan_generator, 32, (100, 1, 1), 0),
    "temporal": (lambda: nn.Sequential(nn.Conv1d(1, 64, 1), *[TemporalBlock(64, 2 ** i) for i in range(6)], nn.Conv1d(64, 1, 1)), 16, (1, 1024), 0),
    "convnext_block": (lambda: ConvNeXtBlock(96), 16, (96, 56, 56), 0),
}
made = {}


def make(name):
    if name not in made:
        made.clear()
        torch.manual_seed(0)
        build, batch, shape, classes = NETS[name]
        net = build()
        made[name] = (net, torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9), torch.randn(batch, *shape),
                      torch.randint(0, classes, (batch,)) if classes else None)
    return made[name]


def step(net, trainer, x, labels):
    y = net(x)
    loss = F.cross_entropy(y, labels) if labels is not None else (y * y).mean()
    trainer.zero_grad()
    loss.backward()
    trainer.step()
    return loss.item()


def infer(net, trainer, x, labels):
    with torch.no_grad():
        return net(x[:1]).sum().item()


def answer(name, what):
    if what == "check":
        made.clear()
        step(*make(name))
        return {"value": step(*make(name))}
    parts = make(name)
    parts[0].train(what == "train")
    run, times, value = step if what == "train" else infer, [], 0.0
    begin = time.perf_counter()
    while not times or (time.perf_counter() - begin < 0.5 and len(times) < 50):
        start = time.perf_counter()
        value = run(*parts)
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times), "value": value, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


for line in sys.stdin:
    print(json.dumps(answer(*line.split())), flush=True)
