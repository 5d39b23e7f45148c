"""PyTorch's side of bench/small_calls.cpp, as its users call it: from Python. Each line names a call, and is answered with seconds."""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
a, b, line, rows, square = torch.randn(4), torch.randn(4), torch.randn(1000), torch.randn(8, 16), torch.randn(16, 16)
picture, window, plane = torch.randn(1, 1, 5, 5), torch.randn(1, 1, 3, 3), torch.randn(1, 4, 8, 8)
weight, bias, labels = torch.randn(1, 1, 3, 3, requires_grad=True), torch.randn(16), torch.randint(0, 16, (8,))
leaf = torch.randn(4, requires_grad=True)
net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(100, 10))
trainer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
pictures, digits = torch.randn(4, 1, 12, 12), torch.randint(0, 10, (4,))


def training_step():
    loss = F.cross_entropy(net(pictures), digits)
    trainer.zero_grad()
    loss.backward()
    trainer.step()


CALLS = {
    "add": lambda: a + b,
    "add_number": lambda: a + 1,
    "relu": lambda: torch.relu(line),
    "sum": lambda: line.sum(),
    "select": lambda: rows[3],
    "cat": lambda: torch.cat((a, b)),
    "matmul": lambda: rows.matmul(square),
    "linear": lambda: F.linear(rows, square, bias),
    "softmax": lambda: rows.softmax(1),
    "cross_entropy": lambda: F.cross_entropy(rows, labels),
    "max_pool2d": lambda: F.max_pool2d(plane, 2),
    "conv2d": lambda: torch.conv2d(picture, window),
    "mul_with_backward": lambda: (leaf * b).sum().backward(),
    "conv2d_with_backward": lambda: torch.conv2d(picture, weight).sum().backward(),
    "training_step": training_step,
}


def seconds(call):
    times = 8
    while True:
        start = time.perf_counter()
        for _ in range(times):
            call()
        if (took := time.perf_counter() - start) > 0.01:
            return took / times
        times *= 4


for name in sys.stdin:
    print(f"{seconds(CALLS[name.strip()]):.9f}", flush=True)
