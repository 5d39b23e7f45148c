"""Writes conv.json: what PyTorch makes of convolutions, right and wrong ones. Needs torch 2.13.

One line a case: the call, and what came of it: sizes and checksums of the result and its gradients, or the error text.
Tensors hold small fractions by a rule that the test repeats (see `fill`), so that every sum is exact in float32.
"""
import json
import pathlib
import random
import warnings

import torch
import torch.nn.functional as F

rng = random.Random(2013)
OPS = {1: ("conv1d", "conv_transpose1d"), 2: ("conv2d", "conv_transpose2d"), 3: ("conv3d", "conv_transpose3d")}


def fill(sizes, salt, dtype):
    n = torch.Size(sizes).numel()
    return (((torch.arange(n) * 7919 + salt * 104729) % 17 - 8).to(torch.float64) / 4).to(dtype).reshape(sizes)


def checksum(t):
    flat = t.detach().to(torch.float64).flatten()
    return float((flat * (torch.arange(flat.numel()) % 31 + 1)).sum())


def valid():
    rank = rng.choice([1, 2, 2, 3])
    transposed = rng.random() < 0.4
    each = lambda low, high: [rng.randint(low, high) for _ in range(rank)]
    groups = rng.choice([1, 1, 1, 2, 3])
    first, second = groups * rng.randint(1, 3), rng.randint(1, 3)
    kernel, stride, dilation, padding = each(1, 4), each(1, 3), each(1, 2), each(0, 2)
    size = [max(rng.randint(1, 8), d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding)]
    case = {"op": OPS[rank][transposed], "w": [first, second, *kernel], "stride": stride, "padding": padding,
            "dilation": dilation, "groups": groups, "dtype": rng.choice(["float32", "float64"])}
    if transposed:
        size = each(1, 5)
        result = [s * (i - 1) - 2 * p + d * (k - 1) + 1
                  for i, k, s, d, p in zip(size, kernel, stride, dilation, padding)]
        if min(result) < 1:
            return valid()
        case["output_padding"] = [rng.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation)]
    elif rng.random() < 0.15:
        case.update(stride=1, padding=rng.choice(["same", "valid"]))
        size = [max(i, d * (k - 1) + 1) for i, k, d in zip(size, kernel, dilation)]
    for name in ("stride", "padding", "dilation", "output_padding"):
        if name in case and isinstance(case[name], list) and len(set(case[name])) == 1 and rng.random() < 0.5:
            case[name] = case[name][0]
    channels = first if transposed else second * groups
    batch = [] if rng.random() < 0.15 else [rng.choice([0, 1, 2, 3])]
    case["x"] = [*batch, channels, *size]
    if rng.random() < 0.5:
        case["b"] = [second * groups if transposed else first]
    return case


def broken(case):
    """One thing wrong; sometimes two, so that the order of the checks shows."""
    for _ in range(rng.choice([1, 1, 1, 2])):
        rank = int(case["op"][-2])
        what = rng.choice(["stride", "stride0", "padding", "dilation", "dilation0", "counts", "groups", "groups_many",
                           "channels", "bias", "bias_dim", "x_dims", "w_dims", "kernel", "bias_type", "weight_type",
                           "padding_huge", "output_padding", "output_padding_large", "x_empty", "no_filters", "name"])
        lists = ["stride", "padding", "dilation"] + (["output_padding"] if "output_padding" in case else [])
        if what == "stride":
            case["stride"] = rng.choice([-1, [1] * (rank - 1) + [-2]])
        elif what == "stride0":
            case["stride"] = 0
        elif what == "padding":
            case["padding"] = rng.choice([-1, [1] * (rank - 1) + [-2]])
        elif what == "dilation":
            case["dilation"] = rng.choice([-1, [1] * (rank - 1) + [-2]])
        elif what == "dilation0":
            case["dilation"] = rng.choice([0, [1] * (rank - 1) + [0]])
        elif what == "counts" and not isinstance(case["padding"], str):
            case[rng.choice(lists)] = [1] * rng.choice([0, rank + 1, rank + 2])
        elif what == "groups":
            case["groups"] = rng.choice([0, -1])
        elif what == "groups_many":
            case["groups"] = rng.choice([case["groups"] + 1, 7, 2**40])
        elif what == "channels" and len(case["x"]) > rank:
            case["x"][-rank - 1] += rng.choice([1, 2])
        elif what == "bias":
            case["b"] = [(case.get("b") or [4])[0] + 1]
        elif what == "bias_dim":
            case["b"] = rng.choice([[], [1, 1], [3, 1]])
        elif what == "x_dims":
            case["x"] = rng.choice([case["x"][-rank:], [1, 1] + case["x"], [], [3]])
        elif what == "w_dims":
            case["w"] = rng.choice([case["w"][:-1], case["w"] + [1], case["w"][:2], []])
        elif what == "kernel" and "transpose" not in case["op"]:
            case["w"] = case["w"][:2] + [k + 14 for k in case["w"][2:]]
        elif what == "bias_type" and "transpose" not in case["op"]:
            case["b"], case["b_type"] = [4], rng.choice(["int64", "uint8", "int32", "bool"])
        elif what == "weight_type":
            case["w_type"] = rng.choice(["int64", "uint8", "int32", "bool"])
        elif what == "padding_huge" and not isinstance(case["padding"], str):
            case["padding"] = rng.choice([2**62, 2**63 - 5, [0] * (rank - 1) + [2**62]])
        elif what == "output_padding" and "output_padding" in case:
            case["output_padding"] = -1
        elif what == "output_padding_large" and "output_padding" in case:
            case["output_padding"] = [0] * (rank - 1) + [4]
        elif what == "x_empty" and case["x"]:
            case["x"] = case["x"][:-1] + [0]
        elif what == "no_filters" and case["w"]:
            case["w"] = [0] + case["w"][1:]
        elif what == "name" and "transpose" not in case["op"]:
            case["padding"] = rng.choice(["full", ""])
    return case


def run(case):
    dtype = getattr(torch, case["dtype"])
    x, w = fill(case["x"], 1, dtype), fill(case["w"], 2, getattr(torch, case.get("w_type", case["dtype"])))
    b = fill(case["b"], 3, getattr(torch, case.get("b_type", case["dtype"]))) if "b" in case else None
    options = {k: case[k] for k in ("stride", "padding", "dilation", "groups", "output_padding") if k in case}
    return x, w, b, lambda: getattr(F, case["op"])(x, w, b, **options)


def result(case):
    x, w, b, call = run(case)
    wanted = [t for t in (x, w, b) if t is not None and t.is_floating_point()]
    for t in wanted:
        t.requires_grad_()
    y = call()
    gradients = torch.autograd.grad(y, wanted, fill(list(y.shape), 4, y.dtype))
    return {"y": list(y.shape), "sums": [checksum(t) for t in (y, *gradients)]}


# Texts of one backend out of several, or accidents of one; ours follow the plain implementation.
ACCIDENTS = ("primitive", "MKLDNN", "Output size is too small", "non-empty", "memory descriptor", "reshape tensor",
             "kernel size should", "cannot broadcast", "-dimensional weight[", "torch.", "can't be cast",
             "not implemented", "could not", "output with shape", "out of range", "select()",
             "dimensions are invalid", "invalid shape", "non-positive dilation")


def main():
    lines = []
    while len(lines) < 300:
        case = valid()
        try:
            lines.append({**case, **result(case)})
        except (RuntimeError, IndexError) as error:  # zero batches of transposed convolutions, mostly
            assert any(a in str(error) for a in ACCIDENTS), (case, error)
    seen = {}
    for _ in range(6000):
        case = broken(valid())
        try:
            run(case)[3]()
            continue
        except (RuntimeError, TypeError, IndexError) as error:
            text = str(error)
        if any(a in text for a in ACCIDENTS) or isinstance(case["padding"], str) and (case["padding"] == "same" or "b_type" in case):
            continue
        kind = text.translate(str.maketrans("", "", "0123456789, -[]"))
        if seen.setdefault((kind, case["op"]), 0) < 2 and len(text) < 400:
            seen[kind, case["op"]] += 1
            lines.append({**case, "error": text})
    path = pathlib.Path(__file__).with_name("conv.json")
    path.write_text("[\n" + ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines) + "\n]\n")
    print(len(lines), path.stat().st_size)


torch.set_num_threads(1)
warnings.simplefilter("ignore")  # about copies that torch makes
main()
