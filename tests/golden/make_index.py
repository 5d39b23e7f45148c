"""Random index expressions and what PyTorch makes of them: writes index.json. Run with torch 2.13 (CPU)."""
import json
import pathlib
import random
import warnings

import torch

warnings.simplefilter("ignore")
random.seed(7)
torch.manual_seed(7)


def entry(kind, size, dims):
    """One entry of an index list for a dimension of `size`: (as JSON, as Python)."""
    wrong = random.random() < 0.03
    if kind == "integer":
        i = random.choice([size, -size - 1]) if wrong or size == 0 else random.randrange(-size, size)
        return ["integer", i], i
    if kind == "slice":
        ends = [None, *range(-size - 2, size + 3)]
        start, stop = random.choice(ends), random.choice(ends)
        step = random.choice([None, 1, 1, 2, 3])
        return ["slice", start, stop, step], slice(start, stop, step)
    if kind == "none":
        return ["none"], None
    if kind == "ellipsis":
        return ["ellipsis"], Ellipsis
    if kind == "boolean":
        b = random.random() < 0.7
        return ["boolean", b], b
    if kind == "mask":
        shape = [d + (wrong and i == 0) for i, d in enumerate(dims)]
        t = torch.rand(shape) < 0.5
        return ["tensor", "bool", shape, t.int().flatten().tolist()], t
    shape = random.choice([[], [1], [2], [3], [2], [2, 1], [1, 3], [2, 3], [0]])
    n = max(size, 1)
    t = torch.randint(-n, n, shape) if not wrong else torch.full(shape, n)
    dtype = random.choice(["int64", "int64", "int32"])
    return ["tensor", dtype, shape, t.flatten().tolist()], t.to(getattr(torch, dtype))


def expression():
    sizes = [random.choice([0, 1, 2, 3, 4] if random.random() < 0.15 else [1, 2, 3, 4]) for _ in range(random.randrange(5))]
    left, listed, index, dots = list(sizes), [], [], False
    for _ in range(random.randrange(len(sizes) + 3)):
        kinds = ["none", "boolean"] + ["ellipsis"] * (not dots)
        kinds += (["integer"] * 3 + ["slice"] * 4 + ["positions"] * 6 + ["mask"]) * bool(left or random.random() < 0.03)
        kind = random.choice(kinds)
        rank = random.choice([1, 2]) if kind == "mask" else 1
        dims = left[:rank] if left else [2]
        json_entry, value = entry(kind, dims[0], dims)
        if kind == "ellipsis":
            dots = True
            left = left[random.randrange(len(left) + 1):]
        elif kind in ("integer", "slice", "positions", "mask"):
            left = left[len(dims):]
        listed.append(json_entry)
        index.append(value)
    return sizes, listed, tuple(index)


def error(e):
    return {"error": type(e).__name__, "text": str(e).split("\n")[0]}


def case():
    sizes, listed, index = expression()
    numel = int(torch.tensor(sizes).prod()) if sizes else 1
    x = torch.arange(float(numel), dtype=torch.float64).reshape(sizes).requires_grad_()
    out = {"sizes": sizes, "index": listed}
    # a tuple of one entry is what C++ takes for that entry itself
    index = index[0] if len(index) == 1 else index
    try:
        y = x[index]
    except Exception as e:
        return {**out, **error(e)}
    dy = torch.arange(1.0, y.numel() + 1, dtype=torch.float64).reshape(y.shape)
    (dx,) = torch.autograd.grad(y, x, dy)
    out.update(result=list(y.shape), values=y.flatten().int().tolist(), view=y._is_view(),
               grad_fn=y.grad_fn.name(), gradient=dx.flatten().int().tolist())
    # values to assign: of the whole shape, or of a part of it that broadcasts, sometimes of one that does not
    shape = list(y.shape)[random.randrange(y.dim() + 1):]
    shape = [1 if random.random() < 0.2 else s for s in shape]
    if random.random() < 0.05:
        shape = [7]
    count = int(torch.tensor(shape).prod()) if shape else 1
    v = torch.arange(100.0, 100.0 + count, dtype=torch.float64).reshape(shape).requires_grad_()
    put = {"value": shape}
    try:
        z = x.clone()
        z[index] = v
        w = torch.arange(1.0, numel + 1, dtype=torch.float64).reshape(sizes)
        gx, gv = torch.autograd.grad(z, (x, v), w, allow_unused=True, materialize_grads=True)
        put.update(values=z.flatten().int().tolist(), self_gradient=gx.flatten().int().tolist(),
                   value_gradient=gv.flatten().int().tolist())
        # a place written twice keeps an undefined one of the values: such cases are told apart here
        put["unique"] = bool((torch.bincount(y.flatten().int(), minlength=1) <= 1).all()) if y.numel() else True
    except Exception as e:
        put.update(error(e))
    out["put"] = put
    return out


cases, seen = [], set()
while len(cases) < 400:
    c = case()
    key = json.dumps([c["sizes"], c["index"]])
    if key not in seen:
        seen.add(key)
        cases.append(c)
path = pathlib.Path(__file__).with_name("index.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), sum("error" in c for c in cases), path.stat().st_size)
