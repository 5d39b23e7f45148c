"""Operations besides convolutions, written for PyTorch: `python operations.py` runs them on it, `python -m convgrad operations.py` on
convgrad. "list" is answered with their names; a name with {"seconds": …}, the lower quartile of a fifth of a second's calls.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)

PICTURES = {"large": (32, 64, 56, 56), "small": (1, 64, 28, 28)}


def forward(shape):
    """Functions of pictures of a shape, without gradients."""
    n, c, h, w = shape
    x, y = torch.randn(shape), torch.randn(shape)
    channel, row, mask = torch.randn(c, 1, 1), torch.randn(w), torch.randn(shape) > 0
    last = x.permute(0, 2, 3, 1)
    batch_norm, layer_norm, group_norm = nn.BatchNorm2d(c).eval(), nn.LayerNorm([h, w]), nn.GroupNorm(8, c)
    channels_norm, resting = nn.LayerNorm(c), nn.BatchNorm2d(c)
    rows = x.reshape(n * c, h * w)
    return {
        "add": lambda: x + y, "add_channel": lambda: x + channel, "mul_row": lambda: x * row, "add_permuted": lambda: last + 1.0,
        "add_in_place": lambda: y.add_(x, alpha=1e-9), "relu": lambda: torch.relu(x), "clamp": lambda: x.clamp(0.0, 6.0),
        "gelu": lambda: F.gelu(x), "tanh": lambda: torch.tanh(x), "sigmoid": lambda: torch.sigmoid(x), "exp": lambda: torch.exp(x),
        "sqrt": lambda: torch.sqrt(x), "silu": lambda: F.silu(x), "where": lambda: torch.where(mask, x, y), "greater": lambda: x > y,
        "contiguous": lambda: last.contiguous(), "cat": lambda: torch.cat([x, y], 1), "pad": lambda: F.pad(x, (1, 1, 1, 1)),
        "sum": lambda: x.sum(), "sum_rows": lambda: rows.sum(1), "sum_columns": lambda: rows.sum(0), "mean_planes": lambda: x.mean((2, 3)),
        "sum_channels": lambda: x.sum((0, 2, 3)), "max_rows": lambda: rows.max(1), "argmax": lambda: rows.argmax(1), "var": lambda: x.var((0, 2, 3)),
        "norm": lambda: x.norm(), "cumsum": lambda: rows.cumsum(1), "softmax": lambda: rows.softmax(1), "softmax_channels": lambda: x.softmax(1),
        "log_softmax": lambda: rows.log_softmax(1), "batch_norm": lambda: batch_norm(x), "batch_norm_training": lambda: resting(x),
        "layer_norm": lambda: layer_norm(x), "layer_norm_channels": lambda: channels_norm(last), "group_norm": lambda: group_norm(x),
        "max_pool2d": lambda: F.max_pool2d(x, 2), "max_pool2d_3_2_1": lambda: F.max_pool2d(x, 3, 2, 1), "avg_pool2d": lambda: F.avg_pool2d(x, 2),
        "adaptive_avg_pool2d": lambda: F.adaptive_avg_pool2d(x, 1), "bilinear": lambda: F.interpolate(x, scale_factor=2, mode="bilinear"),
        "nearest": lambda: F.interpolate(x, scale_factor=2), "bicubic": lambda: F.interpolate(x, scale_factor=2, mode="bicubic"),
        "pixel_shuffle": lambda: F.pixel_shuffle(x, 2), "unfold": lambda: F.unfold(x, 3, padding=1), "dropout": lambda: F.dropout(x, 0.5),
        "randn": lambda: torch.randn(shape), "rand": lambda: torch.rand(shape), "sort": lambda: rows.sort(1), "topk": lambda: rows.topk(5, 1)}


def training(shape):
    """A forward and a backward pass each, from a random cotangent."""
    n, c, h, w = shape
    x, target = torch.randn(shape, requires_grad=True), torch.randint(0, c, (n, h, w))
    batch_norm, layer_norm, group_norm = nn.BatchNorm2d(c), nn.LayerNorm([h, w]), nn.GroupNorm(8, c)

    def both(f):
        cotangent = torch.randn_like(f().detach())

        def run():
            x.grad = None
            f().backward(cotangent)
        return run
    return {f"{name} with backward": both(f) for name, f in {
        "relu": lambda: torch.relu(x), "tanh": lambda: torch.tanh(x), "gelu": lambda: F.gelu(x), "mul": lambda: x * x, "sum": lambda: x.sum(),
        "batch_norm": lambda: batch_norm(x), "layer_norm": lambda: layer_norm(x), "group_norm": lambda: group_norm(x),
        "max_pool2d": lambda: F.max_pool2d(x, 2), "avg_pool2d": lambda: F.avg_pool2d(x, 2), "bilinear": lambda: F.interpolate(x, scale_factor=2, mode="bilinear"),
        "softmax": lambda: x.softmax(1), "cross_entropy": lambda: F.cross_entropy(x, target)}.items()}


def products():
    """Linear layers and matrix products, with their gradients."""
    made = {}
    for rows, inside, outside in ((128, 48000, 84), (3136, 96, 384), (3136, 384, 96), (64, 4096, 512), (1, 2048, 1000), (128, 120, 84)):
        x, layer = torch.randn(rows, inside, requires_grad=True), nn.Linear(inside, outside)
        cotangent = torch.randn(rows, outside)

        def run(x=x, layer=layer, cotangent=cotangent):
            x.grad = layer.weight.grad = layer.bias.grad = None
            layer(x).backward(cotangent)
        made[f"linear {rows} {inside} {outside}"] = lambda x=x, layer=layer: layer(x.detach())
        made[f"linear {rows} {inside} {outside} with backward"] = run
    a, b = torch.randn(512, 512), torch.randn(512, 512)
    many, others = torch.randn(64, 64, 64), torch.randn(64, 64, 64)
    made |= {"matmul 512": lambda: a @ b, "matmul 512 transposed": lambda: a.t() @ b, "bmm 64 of 64": lambda: many @ others,
             "matrix times vector": lambda: a @ b[0]}
    return made


def optimisers():
    """A step over two million parameters."""
    made = {}
    for name, make in {"SGD": lambda p: torch.optim.SGD(p, 0.01), "SGD momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, weight_decay=1e-4),
                       "Adam": lambda p: torch.optim.Adam(p), "AdamW": lambda p: torch.optim.AdamW(p), "RMSprop": lambda p: torch.optim.RMSprop(p)}.items():
        parameters = [nn.Parameter(torch.randn(size)) for size in (2048 * 1000, 64 * 64 * 9, 64, 64)]
        for p in parameters:
            p.grad = torch.randn_like(p)
        made[f"step {name}"] = make(parameters).step
    return made


def without_gradients(f):
    def run():
        with torch.no_grad():
            f()
    return run


operations = products() | optimisers()
for size, shape in PICTURES.items():
    operations |= {f"{name} {size}": without_gradients(f) for name, f in forward(shape).items()}
    operations |= {f"{name} {size}": f for name, f in training(shape).items()}


def seconds(run):
    begin = time.perf_counter()
    run()
    once = time.perf_counter() - begin
    repeats, times = max(1, int(1e-3 / max(once, 1e-7))) if once < 1e-3 else 1, []
    while not times or (time.perf_counter() - begin < 0.2 and len(times) < 200):
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        times.append((time.perf_counter() - start) / repeats)
    return sorted(times)[(len(times) - 1) // 4]


for line in sys.stdin:
    name = line.rstrip("\n")
    print(json.dumps({"names": list(operations)} if name == "list" else {"seconds": seconds(operations[name])}), flush=True)
