"""Padding, pooling, joining and rearranging as PyTorch does them: writes shape_ops.json. Run with torch 2.13 (CPU).

Every case: an operation, its arguments in order, the sizes of its inputs; then the values of the outputs and the
gradients for fixed cotangents, or the error. Inputs and cotangents follow from formulas that the test repeats.
"""
import json
import pathlib
import random
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
random.seed(11)


def filled(sizes, salt):
    n = int(torch.tensor(sizes).prod()) if sizes else 1
    i = torch.arange(n, dtype=torch.float64)
    return (((i * 37 + 11 * salt) % 101) / 8 - 6).reshape(sizes)


def cotangent(y):
    i = torch.arange(y.numel(), dtype=torch.float64)
    return (((i * 29 + 5) % 53) / 16 - 1.5).reshape(y.shape)


def max_pool(dims):
    f = getattr(F, f"max_pool{dims}d")
    return lambda x, k, s, p, d, c: f(x, k, s or None, p, d, c, return_indices=True)


def avg_pool(dims):
    f = getattr(F, f"avg_pool{dims}d")
    return lambda x, k, s, p, c, i, o: f(x, k, s or None, p, c, i, *([o] if dims > 1 else []))


OPS = {
    "pad": lambda x, p, m, v: F.pad(x, p, m, v),
    "flip": lambda x, d: x.flip(d),
    "roll": lambda x, s, d: x.roll(s, d),
    "repeat": lambda x, r: x.repeat(r),
    "tile": lambda x, r: x.tile(r),
    "cat": lambda *a: torch.cat(a[:-1], a[-1]),
    "stack": lambda *a: torch.stack(a[:-1], a[-1]),
    "hstack": lambda *a: torch.hstack(a),
    "vstack": lambda *a: torch.vstack(a),
    **{f"max_pool{d}d": max_pool(d) for d in (1, 2, 3)},
    **{f"avg_pool{d}d": avg_pool(d) for d in (1, 2, 3)},
    "max_pool1d_values": torch.max_pool1d,
    "adaptive_avg_pool1d": torch.adaptive_avg_pool1d,
    "adaptive_avg_pool2d": torch._C._nn.adaptive_avg_pool2d,
    "adaptive_avg_pool3d": torch._C._nn.adaptive_avg_pool3d,
    "adaptive_max_pool1d": torch.adaptive_max_pool1d,
    "adaptive_max_pool2d": torch._C._nn.adaptive_max_pool2d,
    "adaptive_max_pool3d": torch._C._nn.adaptive_max_pool3d,
}


def tidy(values):
    return [int(v) if v == int(v) else v for v in values]


def case(op, sizes, *args):
    out = {"op": op, "inputs": sizes, "args": list(args)}
    xs = [filled(s, i).requires_grad_() for i, s in enumerate(sizes)]
    try:
        ys = OPS[op](*xs, *args)
    except Exception as e:
        return {**out, "error": type(e).__name__, "text": str(e)}
    ys = ys if isinstance(ys, tuple) else (ys,)
    out["grad_fn"] = ys[0].grad_fn.name().removeprefix("torch::autograd::")
    out["outputs"] = [{"sizes": list(y.shape), "values": tidy(y.flatten().tolist())} for y in ys]
    try:
        grads = torch.autograd.grad(ys[0], xs, cotangent(ys[0]))
        out["gradients"] = [tidy(g.flatten().tolist()) for g in grads]
    except RuntimeError:  # some empty tensors pass forward alone
        pass
    return out


def some(low, high, n):
    return [random.randrange(low, high) for _ in range(n)]


cases = []


def add(op, sizes, *args):
    cases.append(case(op, sizes, *args))


# ---- padding
for _ in range(30):
    sizes = some(1, 4, random.randrange(1, 6))
    add("pad", [sizes], some(-2, 4, 2 * random.randrange(len(sizes) + 1)), "constant", random.choice([None, 1.5, -3.0]))
add("pad", [[2, 1, 2, 3, 2]], [1, 0, 2, 1, 0, 1, 1, 1, 0, 2], "constant", 2.0)
for mode in ("reflect", "replicate", "circular"):
    for axes in (1, 2, 3):
        for _ in range(7):
            sizes = some(1, 3, random.choice([1, 2])) + some(2, 5, axes)
            low, high = (-2, 3) if random.random() < 0.4 else (0, 3)
            padding = some(low, high, 2 * axes)
            if mode == "circular":  # where PyTorch would read what it has not written
                padding = [max(p, 0) if min(padding) < 0 < max(padding) else p for p in padding]
            add("pad", [sizes], padding, mode, None)
    add("pad", [[1, 1, 5]], [-4, 4] if mode != "circular" else [-2, 3], mode, None)
    for sizes, padding in [([2, 4], [1, 1, 1, 1]), ([4], [1, 1]), ([1, 2, 3, 4], [1, 1]), ([1, 1, 1, 1, 2, 2], [1] * 6),
                           ([1, 3, 4], [4, 1]), ([1, 3, 4], [5, 1]), ([1, 3, 2, 2], [5, 5, 5, 5]), ([0, 3], [1, 1]),
                           ([3, 0], [1, 1]), ([0, 3, 4], [1, 1]), ([1, 3, 0], [0, 0]), ([2, 0, 4, 5], [1, 1, 1, 1]),
                           ([1, 3, 4], [-2, -2]), ([1, 3, 4], [-3, -2]), ([1, 3, 4, 5], [-5, -5, -4, 0]),
                           ([1, 2, 3, 4, 5], [-5, 0, -4, 0, -3, 0]), ([1, 2, 3, 4, 5], [0, 0, 0, 4, 0, 0]),
                           ([1, 2, 3, 4, 5], [0, 0, 0, 0, 4, 0]), ([1, 2, 3, 4, 5], [-1] * 4)]:
        if (mode, sizes, padding) != ("circular", [2, 0, 4, 5], [1, 1, 1, 1]) and \
           not (mode == "replicate" and len(sizes) == 4 and padding[0] == -5):  # its text has a stray blank
            add("pad", [sizes], padding, mode, None)
for sizes, padding in [([1, 3, 4], [1]), ([1, 3, 4], [1, 1, 1]), ([1, 3, 4], [1] * 8), ([1, 3, 4], [-5, 1]), ([], [1, 1]),
                       ([1, 3, 4], [-2, -3]), ([1, 3, 4], [2**63 - 1, 1]), ([], []), ([1, 3, 4], [])]:
    add("pad", [sizes], padding, "constant", None)
add("pad", [[1, 3, 4]], [1, 1], "foo", None)
add("pad", [[1, 3, 4]], [1, 1], "reflect", 1.0)

# ---- joining
for _ in range(12):
    sizes, dim = some(1, 4, random.randrange(1, 4)), 0
    dim = random.randrange(-len(sizes), len(sizes))
    inputs = []
    for _ in range(random.randrange(1, 4)):
        inputs.append(list(sizes))
        inputs[-1][dim] = random.randrange(0, 4)
    add("cat", inputs, dim)
    add("stack", [sizes] * random.randrange(1, 4), random.randrange(-len(sizes) - 1, len(sizes) + 1))
for inputs, dim in [([[2, 3], [4, 3]], 1), ([[2, 3], [2, 3]], 2), ([[2, 3], [2, 3]], -3), ([[2, 3], []], 0), ([[], [2, 3]], 0),
                    ([[2, 3], [0]], 0), ([[0], [2, 3]], 1), ([[0], [0]], 0), ([[0], [0]], 1), ([[2, 3], [3]], 0),
                    ([[2, 3], [4, 3], [4, 2]], 0), ([[2, 3], [0, 4]], 0), ([[2, 0], [2, 3]], 1), ([[2, 0], [2, 3]], 0)]:
    add("cat", inputs, dim)
for inputs, dim in [([[2, 3], [2, 3]], 3), ([[2, 3], [2, 3]], -4), ([[2, 3], [4, 3]], 0), ([[], []], 0)]:
    add("stack", inputs, dim)
for inputs in ([[2, 3], [2, 1]], [[], []], [[2], [3]], [[], [2, 3]], [[2, 1, 3], [2, 4, 3]]):
    add("hstack", inputs)
for inputs in ([[2, 3], [1, 3]], [[], []], [[3], [2, 3]], [[3], [3]], [[2, 3], [2]]):
    add("vstack", inputs)

# ---- rearranging
for _ in range(8):
    sizes = some(1, 5, random.randrange(1, 4))
    add("flip", [sizes], random.sample(range(-len(sizes), 0), random.randrange(len(sizes) + 1)))
    n = random.randrange(1, 4)
    add("roll", [sizes], some(-7, 8, n), [random.randrange(len(sizes)) for _ in range(n)])
    add("roll", [sizes], some(-7, 8, 1), [])
    add("repeat", [sizes], some(0, 4, len(sizes) + random.randrange(2)))
    add("tile", [sizes], some(1, 3, random.randrange(0, len(sizes) + 2)))
for op, sizes, *args in [("flip", [2, 3], [0, 0]), ("flip", [2, 3], [2]), ("flip", [], [0]), ("flip", [], []), ("roll", [2, 3], [1, 2], [0]),
                         ("roll", [2, 3], [1, 2], []), ("roll", [2, 3], [], []), ("roll", [2, 3], [1], [3]), ("roll", [], [1], []),
                         ("roll", [], [1], [0]), ("roll", [2, 3], [10**15], [1]), ("roll", [0], [1], []), ("repeat", [2, 3], [2]),
                         ("repeat", [2, 3], [2**40, 2**40]), ("repeat", [], [3]), ("repeat", [], []), ("repeat", [2, 3], [-1, 2]),
                         ("repeat", [2, 3], [2] * 13 + [5, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67]),
                         ("tile", [2, 3], [-1])]:
    add(op, [sizes], *args)

# ---- pooling
for dims in (1, 2, 3):
    for _ in range(16):
        sizes = some(1, 3, random.choice([1, 2])) + some(3, 8, dims)
        kernel = some(1, 4, dims) if random.random() < 0.6 else [random.randrange(1, 4)]
        stride = random.choice([[], some(1, 4, dims), [random.randrange(1, 4)]])
        padding = [random.randrange(k // 2 + 1) for k in kernel]
        ceil = random.random() < 0.5
        add(f"max_pool{dims}d", [sizes], kernel, stride, padding, random.choice([[1], some(1, 3, dims)]), ceil)
        args = [kernel, stride, padding, ceil, random.random() < 0.5]
        add(f"avg_pool{dims}d", [sizes], *args, random.choice([None, None, 3, -2]))
        output = [random.randrange(1, n + 3) for n in sizes[-dims:]]
        add(f"adaptive_avg_pool{dims}d", [sizes], output)
        add(f"adaptive_max_pool{dims}d", [sizes], output)
    line, size = f"max_pool{dims}d", [1, 2] + [6] * dims
    for kernel, stride, padding, dilation in [(0, [], 0, 1), (-1, [], 0, 1), (3, [0], 0, 1), (3, [-1], 0, 1), (3, [], 0, 0), (3, [], -1, 1),
                                              (3, [], 2, 1), (2, [], 2, 1), (3, [], 2, 2), (9, [], 0, 1), (5, [], 0, 2), (2**31, [], 0, 1)]:
        if not (dims == 1 and kernel > 2**30):
            add(line, [size], [kernel], stride, [padding], [dilation], False)
            if dims == 1:
                add("max_pool1d_values", [size], [kernel], stride, [padding], [dilation], False)
        add(f"avg_pool{dims}d", [size], [kernel], stride, [padding], False, True, None)
    for args in [([2] * (dims + 1), [], [0], [1]), ([2], [1] * (dims + 1), [0], [1]), ([2], [], [0] * (dims + 1), [1]), ([2], [], [0], [1] * (dims + 1))]:
        add(line, [size], *args, False)
        if dims == 1:
            add("max_pool1d_values", [size], *args, False)
        if args[3] == [1]:
            add(f"avg_pool{dims}d", [size], *args[:3], False, True, None)
    for sizes in ([8] * dims, [8] * (dims + 3), [0, 2] + [4] * dims, [2, 0] + [4] * dims, [2, 2] + [0] + [4] * (dims - 1)):
        add(line, [sizes], [2], [], [0], [1], False)
        if dims == 1:
            add("max_pool1d_values", [sizes], [2], [], [0], [1], False)
        if (dims, len(sizes)) != (2, 2):
            add(f"avg_pool{dims}d", [sizes], [2], [], [0], False, True, None)
        add(f"adaptive_avg_pool{dims}d", [sizes], [2] * dims)
        add(f"adaptive_max_pool{dims}d", [sizes], [2] * dims)
    for output in ([-1] + [2] * (dims - 1), [0] + [2] * (dims - 1), [2] * (dims + 1), [], [1] * dims):
        add(f"adaptive_avg_pool{dims}d", [size], output)
        add(f"adaptive_max_pool{dims}d", [size], output)
    if dims > 1:
        add(f"avg_pool{dims}d", [size], [3], [], [0], False, True, 0)
add("avg_pool2d", [[1, 2, 8, 8]], [3], [3, 4], [0], True, False, None)
add("avg_pool2d", [[1, 2, 8, 8]], [1, 2], [2], [0, 1], True, True, None)
add("avg_pool2d", [[1, 1, 7, 7]], [2], [3], [0], True, True, None)

path = pathlib.Path(__file__).with_name("shape_ops.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), sum("error" in c for c in cases), path.stat().st_size)
