"""Writes sgd.json: parameters and momentum after each of four steps of torch.optim.SGD, as checksums. Run with torch
2.13 on a CPU with AVX2 (its updates are fused multiply-adds there)."""

import json
import zlib
from pathlib import Path

import torch
from torch import optim

SIZES = [1, 3, 7, 8, 15, 16, 33, 1003]
OPTIONS = [
    {"lr": 0.1},
    {"lr": 0.1, "weight_decay": 1e-6},
    {"lr": 0.1, "weight_decay": 0.3},
    {"lr": 0.01, "momentum": 0.9},
    {"lr": 0.01, "momentum": 0.9, "dampening": 0.25},
    {"lr": 0.01, "momentum": 0.9, "weight_decay": 5e-4},
    {"lr": 0.01, "momentum": 0.9, "nesterov": True},
    {"lr": 0.01, "momentum": 0.9, "weight_decay": 5e-4, "nesterov": True, "maximize": True},
    {"lr": 0.1, "maximize": True},
]


def bits(t):
    """As tests/ops/golden_bits.h: the bytes in hexadecimal, the checksum of many."""
    raw = t.detach().contiguous().numpy().tobytes()
    return raw.hex() if len(raw) <= 16 else f"{zlib.crc32(raw):08x}"


def run(options, size, dtype):
    torch.manual_seed(size)
    p = torch.rand(size, dtype=dtype).sub_(0.5).requires_grad_()
    optimizer = optim.SGD([p], **options)
    steps = []
    for _ in range(4):
        p.grad = torch.rand(size, dtype=dtype).sub_(0.5)
        optimizer.step()
        buffer = optimizer.state[p].get("momentum_buffer")
        steps.append([bits(p), "" if buffer is None else bits(buffer)])
    return steps


def main():
    cases = [
        {"options": options, "size": size, "dtype": str(dtype)[6:], "steps": run(options, size, dtype)}
        for options in OPTIONS
        for size in SIZES
        for dtype in (torch.float32, torch.float64)
    ]
    path = Path(__file__).with_name("sgd.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


main()
