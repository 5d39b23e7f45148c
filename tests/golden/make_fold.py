"""Writes fold.json: what PyTorch makes of unfold and fold, right and wrong calls. Needs torch 2.13.

Tensors hold small fractions by the rule of make_conv.py; results and gradients are kept as checksums.
"""
import json
import pathlib
import random

import torch
import torch.nn.functional as F

rng = random.Random(2013)


def fill(sizes, salt):
    n = torch.Size(sizes).numel()
    return (((torch.arange(n) * 7919 + salt * 104729) % 17 - 8).to(torch.float64) / 4).reshape(sizes)


def checksum(t):
    flat = t.detach().flatten()
    return float((flat * (torch.arange(flat.numel()) % 31 + 1)).sum())


def valid():
    op = rng.choice(["unfold", "fold"])
    pair = lambda low, high: rng.choice([rng.randint(low, high), [rng.randint(low, high), rng.randint(low, high)]])
    case = {"op": op, "kernel_size": pair(1, 3), "dilation": pair(1, 2), "padding": pair(0, 2), "stride": pair(1, 3)}
    both = {k: v if isinstance(v, list) else [v, v] for k, v in case.items() if k != "op"}
    image = [rng.randint(1, 7), rng.randint(1, 7)]
    span = [d * (k - 1) + 1 for d, k in zip(both["dilation"], both["kernel_size"])]
    image = [max(i, s - 2 * p) for i, s, p in zip(image, span, both["padding"])]
    batch = [] if rng.random() < 0.2 else [rng.choice([0, 1, 2])]
    channels = rng.randint(1, 3)
    if op == "unfold":
        case["x"] = [*batch, channels, *image]
    else:
        blocks = [(i + 2 * p - s) // t + 1 for i, p, s, t in zip(image, both["padding"], span, both["stride"])]
        case["x"] = [*batch, channels * both["kernel_size"][0] * both["kernel_size"][1], blocks[0] * blocks[1]]
        case["output_size"] = image
    return case


def broken(case):
    for _ in range(rng.choice([1, 1, 2])):
        what = rng.choice(["zero", "negative", "count", "x", "rows", "columns", "large", "output"])
        name = rng.choice(["kernel_size", "dilation", "padding", "stride"])
        if what == "zero":
            case[name] = [1, 0]
        elif what == "negative":
            case[name] = rng.choice([-1, [1, -2]])
        elif what == "count":
            case[name] = [1] * rng.choice([0, 3, 4])
        elif what == "x":
            case["x"] = rng.choice([[4], [2] + case["x"] + [1], case["x"][:-1] + [0]])
        elif what == "rows" and case["op"] == "fold" and len(case["x"]) > 1:
            case["x"] = case["x"][:-2] + [case["x"][-2] + 1, case["x"][-1]]
        elif what == "columns" and case["op"] == "fold":
            case["x"] = case["x"][:-1] + [case["x"][-1] + rng.choice([1, 5])]
        elif what == "large":
            case["kernel_size"] = rng.choice([12, [1, 15], [20, 1]])
        elif what == "output" and case["op"] == "fold":
            case["output_size"] = rng.choice([[0, 5], [5, -1], [3, 3, 3], [], [7, 8]])
    return case


def run(case):
    x = fill(case["x"], 1)
    options = {k: v for k, v in case.items() if k not in ("op", "x")}
    return x, lambda: getattr(F, case["op"])(x, **options)


def main():
    lines = []
    for _ in range(120):
        case = valid()
        x, call = run(case)
        x.requires_grad_()
        y = call()
        (dx,) = torch.autograd.grad(y, x, fill(list(y.shape), 4))
        lines.append({**case, "y": list(y.shape), "sums": [checksum(y), checksum(dx)]})
    seen = {}
    for _ in range(4000):
        case = broken(valid())
        try:
            run(case)[1]()
        except RuntimeError as error:
            kind = str(error).translate(str.maketrans("", "", "0123456789, -[]"))
            if seen.setdefault((kind, case["op"]), 0) < 4:
                seen[kind, case["op"]] += 1
                lines.append({**case, "error": str(error)})
        except IndexError:  # an accident of looking at a dimension too soon
            pass
    path = pathlib.Path(__file__).with_name("fold.json")
    path.write_text("[\n" + ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines) + "\n]\n")
    print(len(lines), path.stat().st_size)


main()
