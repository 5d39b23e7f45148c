"""Writes optim.json: 20 steps of PyTorch's adaptive optimizers at random settings, how they print and what they refuse.

PyTorch's wheels take square roots from MKL, which rounds some of them wrongly by an ulp; the bits are those of the same
steps with IEEE square roots, and the script checks that PyTorch's own are near. Run with torch 2.13.
"""

import json
import random
import zlib
from pathlib import Path

import numpy
import torch
from torch import optim

random.seed(4)


def number(low, high):
    return round(random.uniform(low, high), random.choice([1, 2, 4])) or low


def maybe(value):
    return random.choice([0, value])


def betas():
    return [round(random.uniform(0, 0.99), 3), round(random.uniform(0.5, 0.9999), 4)]


def flag():
    return random.random() < 0.4


SETTINGS = {
    "Adam": lambda: dict(lr=number(0.001, 0.1), betas=betas(), eps=random.choice([1e-8, 1e-3]), weight_decay=maybe(0.1),
                         amsgrad=flag(), maximize=flag(), decoupled_weight_decay=flag()),
    "AdamW": lambda: dict(lr=number(0.001, 0.1), betas=betas(), weight_decay=number(0.01, 0.5), amsgrad=flag(),
                          maximize=flag()),
    "NAdam": lambda: dict(lr=number(0.001, 0.1), betas=betas(), weight_decay=maybe(0.1), momentum_decay=number(0, 0.1),
                          decoupled_weight_decay=flag(), maximize=flag()),
    "Adamax": lambda: dict(lr=number(0.001, 0.1), betas=betas(), weight_decay=maybe(0.1), maximize=flag()),
    "RMSprop": lambda: dict(lr=number(0.001, 0.1), alpha=number(0.3, 0.99), weight_decay=maybe(0.1),
                            momentum=maybe(0.9), centered=flag(), maximize=flag()),
    "Adagrad": lambda: dict(lr=number(0.001, 0.1), lr_decay=maybe(0.1), weight_decay=maybe(0.1),
                            initial_accumulator_value=maybe(0.5), maximize=flag()),
    "Adadelta": lambda: dict(lr=number(0.1, 1), rho=number(0.3, 0.99), weight_decay=maybe(0.1), maximize=flag()),
}  # fmt: skip

REFUSED = {
    "Adam": [dict(lr=-1), dict(eps=-1e-8), dict(betas=[1.0, 0.9]), dict(betas=[0.9, -0.5]), dict(weight_decay=-0.1),
             dict(lr=-1, eps=-1.0)],
    "AdamW": [dict(weight_decay=-1)],
    "NAdam": [dict(lr=-0.5), dict(eps=-1.0), dict(betas=[0.9, 1.5]), dict(weight_decay=-1), dict(momentum_decay=-1)],
    "Adamax": [dict(lr=-1), dict(eps=-1e-9), dict(betas=[-0.1, 0.9]), dict(weight_decay=-1)],
    "RMSprop": [dict(lr=-1), dict(eps=-1.0), dict(momentum=-0.9), dict(weight_decay=-1), dict(alpha=-0.1)],
    "Adagrad": [dict(lr=-1), dict(lr_decay=-1), dict(weight_decay=-1), dict(initial_accumulator_value=-0.5),
                dict(eps=-1.0)],
    "Adadelta": [dict(lr=-1), dict(rho=1.5), dict(rho=-0.5), dict(eps=-1.0), dict(weight_decay=-1)],
}  # fmt: skip


def bits(t):
    """As tests/ops/golden_bits.h: the bytes in hexadecimal, the checksum of many."""
    raw = t.detach().contiguous().numpy().tobytes()
    return raw.hex() if len(raw) <= 16 else f"{zlib.crc32(raw):08x}"


def stepped(name, options, dtype, size, steps=20):
    torch.manual_seed(size)
    p = (torch.rand(size, dtype=dtype) - 0.5).requires_grad_()
    optimizer = getattr(optim, name)([p], **options)
    for _ in range(steps):
        p.grad = torch.rand(size, dtype=dtype) - 0.5
        optimizer.step()
    state = {key: bits(value) for key, value in optimizer.state_dict()["state"][0].items()}
    return p, {"optimizer": name, "options": options, "dtype": str(dtype)[6:], "size": size, "param": bits(p), "state": state}


def ieee_sqrt(t):
    return torch.from_numpy(numpy.asarray(numpy.sqrt(t.numpy())))


def with_ieee_sqrt(*arguments):
    own = torch.Tensor.sqrt, torch.Tensor.sqrt_
    torch.Tensor.sqrt, torch.Tensor.sqrt_ = ieee_sqrt, lambda t: t.copy_(ieee_sqrt(t))
    try:
        p, entry = stepped(*arguments)
    finally:
        torch.Tensor.sqrt, torch.Tensor.sqrt_ = own
    near = 1e-5 if p.dtype == torch.float32 else 1e-13  # as far as ulps grow in 20 steps near sqrt(0)
    torch.testing.assert_close(stepped(*arguments)[0], p, rtol=near, atol=near)
    return entry


def refused(name, options):
    try:
        getattr(optim, name)([torch.zeros(1)], **options)
    except ValueError as e:
        return {"optimizer": name, "options": options, "text": str(e)}


def main():
    steps = []
    for name, settings in SETTINGS.items():
        for _ in range(8):
            options = settings()
            for dtype, size in ((torch.float32, 1), (torch.float32, 37), (torch.float64, 21)):
                steps.append(with_ieee_sqrt(name, options, dtype, size))
    document = {
        "steps": steps,
        "printed": {name: repr(getattr(optim, name)([torch.zeros(2)])) for name in SETTINGS},
        "refused": [refused(name, options) for name, cases in REFUSED.items() for options in cases],
    }
    lines = json.dumps(document, indent=None, sort_keys=True).replace('}, {"', '},\n{"')
    Path(__file__).with_name("optim.json").write_text(lines + "\n")


main()
