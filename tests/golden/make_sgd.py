"""Writes sgd.txt: three steps of torch.optim.SGD on 37 numbers. Run: python make_sgd.py (torch 2.13.0)."""

import pathlib

import torch

torch.manual_seed(0)
configurations = [
    dict(lr=0.1),
    dict(lr=0.1, weight_decay=1e-3),
    dict(lr=0.05, momentum=0.9),
    dict(lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.01),
    dict(lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True),
    dict(lr=0.3, momentum=0.5, weight_decay=0.01, maximize=True),
]
lines = []


def numbers(t):
    return " ".join(v.hex() for v in t.tolist())


for dtype in (torch.float32, torch.float64):
    p0, grads = torch.randn(37, dtype=dtype), torch.randn(3, 37, dtype=dtype)
    lines.append(numbers(p0))
    lines += [numbers(g) for g in grads]
    for options in configurations:
        p = p0.clone().requires_grad_()
        optimizer = torch.optim.SGD([p], **options)
        for g in grads:
            p.grad = g.clone()
            optimizer.step()
        lines.append(numbers(p.detach()))
pathlib.Path(__file__).with_name("sgd.txt").write_text("\n".join(lines) + "\n")
