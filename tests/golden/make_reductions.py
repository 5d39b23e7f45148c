"""Reductions, products, softmax, losses and sorting as PyTorch does them: writes reductions.json, one case a line with
inputs, arguments, results, node names, gradients for random cotangents, and errors. Run with torch 2.13 (CPU)."""
import json
import math
import pathlib
import random
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
random.seed(3)
torch.manual_seed(3)
INF, NAN = math.inf, math.nan
DTYPES = {n: getattr(torch, n) for n in ["float32", "float64", "int64", "int32", "uint8", "bool"]}


def dims(a):
    return {k: tuple(v) if k == "dims" else DTYPES[v] if k == "dtype" else v for k, v in a.items() if k != "p"}


def reduce_like(name):
    def run(x, **a):
        a = dims(a)
        return getattr(torch, name)(x, a.pop("dims"), **a) if "dims" in a else getattr(torch, name)(x, **a)
    return run


def with_dim(name):
    return lambda x, **a: getattr(torch, name)(x, **dims(a))


def spread(name):
    return lambda x, dims=None, **a: getattr(torch, name)(x, dims, **a) if dims is not None else getattr(torch, name)(x, **a)


def loss(function):
    def run(x, target, weight=None, **a):
        return function(x, target, weight=weight, **a)
    return run


def norm(x, p, dims=None, keepdim=False):
    return x.norm(p) if dims is None else x.norm(p, dims, keepdim)


OPS = {
    **{n: reduce_like(n) for n in ["sum", "mean", "amax", "amin", "logsumexp"]},
    **{n: with_dim(n) for n in ["prod", "max", "min", "argmax", "argmin", "any", "all", "cumsum", "cumprod", "sort",
                                "argsort", "topk", "softmax", "log_softmax"]},
    **{n: spread(n) for n in ["var", "std"]},
    "norm": norm,
    **{n: getattr(torch, n) for n in ["mm", "bmm", "mv", "dot", "outer", "matmul", "addmm"]},
    "linear": F.linear,
    "nll_loss": loss(F.nll_loss),
    "cross_entropy": loss(F.cross_entropy),
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
}
CASES = []


def number(v):
    """Ten digits are more than the tests compare."""
    if not isinstance(v, float):
        return v
    return float(f"{v:.10g}") if math.isfinite(v) else str(v)


def flat(t):
    return [number(v) for v in t.detach().flatten().tolist()]


def as_json(t):
    return {"sizes": list(t.shape), "dtype": str(t.dtype)[6:], "values": flat(t)}


def case(op, *tensors, names=None, **args):
    """tensors: what the operation gets; float64 ones get a gradient, unless they are class weights.
    names: keyword names of trailing tensors."""
    inputs, stored = [], []
    for t in tensors:
        j = as_json(t)
        if not t.is_contiguous():
            j["layout"] = sorted(range(t.dim()), key=lambda d: -t.stride(d))
        stored.append(j)
        wants = t.requires_grad or (t.dtype == torch.float64 and not (names and t is tensors[-1]))
        j["requires_grad"] = wants
        inputs.append(t.detach().clone(memory_format=torch.preserve_format).requires_grad_(wants))
    j = {"op": op, "inputs": stored, "args": {k: number(v) for k, v in args.items()}}
    n = len(names or [])
    keywords = dict(zip(names or [], inputs[len(inputs) - n:]))
    if names:
        j["names"] = names
    try:
        out = OPS[op](*inputs[:len(inputs) - n], **keywords, **args)
    except Exception as e:
        j["error"], j["text"] = type(e).__name__, str(e)
        CASES.append(j)
        return
    outs = list(out) if isinstance(out, tuple) else [out]
    j["outputs"] = [as_json(o) for o in outs]
    if outs[0].grad_fn:
        node, names_of = outs[0].grad_fn, []
        while node is not None and "Accumulate" not in node.name():
            names_of.append(node.name())
            node = next((e[0] for e in node.next_functions if e[0]), None)
        if inputs[0].numel():  # else PyTorch leaves the usual path for some
            j["nodes"] = names_of
        wanted = [t for t in inputs if t.requires_grad]
        cotangent = torch.randint(-8, 9, outs[0].shape).to(outs[0].dtype) / 4
        try:
            gradients = torch.autograd.grad(outs[0], wanted, cotangent, allow_unused=True)
            j["cotangent"] = flat(cotangent)
            j["gradients"] = [None if g is None else flat(g) for g in gradients]
        except RuntimeError as e:  # nll_loss of one sample without a batch dimension and a target with one
            assert "size mismatch (got input: [5], target: [1])" in str(e)
    CASES.append(j)


def real(*sizes, dtype=torch.float64):
    return (torch.randn(() if sizes == ((),) else sizes, dtype=torch.float64) * 4).round(decimals=2).to(dtype)


def f64(values):
    return torch.tensor(values, dtype=torch.float64)


def labels(*sizes, classes=5):
    return torch.randint(0, classes, sizes)


# ---- reductions
x3, xt = real(2, 3, 2), real(2, 3, 2).permute(2, 1, 0)
for op in ["sum", "mean", "amax", "amin", "var", "std"]:
    for x in [x3, xt, real(5), real(()), real(3, 1)]:
        case(op, x)
    # PyTorch's gradient of var over an empty list of dimensions is wrong (NaN)
    for d in [[0], [1], [-1], [0, 2], [2, 0], [0, 1, 2]] + [[]] * (op not in ("var", "std")):
        case(op, x3, dims=d)
        case(op, xt, dims=d, keepdim=True)
    for d in [[3], [-4], [0, 0], [1, -2]]:
        case(op, x3, dims=d)
    for x in [torch.zeros(0), torch.zeros(0, 3), torch.zeros(2, 0, 3)]:
        case(op, x)
        case(op, x, dims=[0])
        case(op, x, dims=[-1])
    case(op, torch.zeros(0, 3, dtype=torch.float64), dims=[1])
    case(op, real(7, dtype=torch.float32))
    for t in ["int64", "int32", "uint8", "bool"]:
        case(op, torch.tensor([3, 1, 0, 3]).to(DTYPES[t]))
    case(op, f64([1, NAN, 3, NAN]))
    case(op, f64([INF, 1, -INF]))
for op in ["sum", "mean", "prod"]:
    for t in DTYPES:
        case(op, torch.tensor([1.9, 2.6, 0.4]), dtype=t)
        case(op, torch.tensor([200, 100, 2]), dtype=t)
    case(op, torch.tensor([2**62, 2**62, 5]))
for op in ["var", "std"]:
    case(op, x3, unbiased=False)
    case(op, x3, dims=[0, 2], unbiased=False, keepdim=True)
    case(op, f64([2.5]))
    case(op, f64([2.5]), unbiased=False)
    case(op, f64([2.5, 2.5, 2.5]))
    case(op, f64([1e8, 1e8 + 1, 1e8 + 2]))
for x in [x3, xt, f64([0, 2, 3]), f64([0, 0, 3]), f64([-1, 2, 3]), real(()), torch.zeros(0), f64([NAN, 0, 2])]:
    case("prod", x)
for d in [0, 1, -1, 3]:
    case("prod", x3, dim=d)
    case("prod", xt, dim=d, keepdim=True)
    case("prod", f64([[0, 1, 2, 3], [4, 0, 0, 5], [1, 2, 3, 4]]), dim=d)
    case("cumsum", xt, dim=d)
    case("cumprod", xt, dim=d)
    case("cumprod", f64([[0, 1, 2, 3], [4, 0, 0, 5], [1, 2, 3, 4]]), dim=d)
for op in ["cumsum", "cumprod", "prod"]:
    case(op, real(()), dim=0)
    case(op, torch.zeros(0), dim=0)
    case(op, torch.zeros(2, 0), dim=1)
    for t in DTYPES:
        case(op, torch.tensor([[100, 2], [3, 4]]).to(DTYPES[t]), dim=0)
        case(op, torch.tensor([[1.5, 2], [3, 4]]), dim=1, dtype=t)
for op in ["max", "min"]:
    for x in [x3, xt, f64([1, 3, 3, 1]), f64([1, NAN, 3, NAN]), real(()), torch.zeros(0), torch.tensor([4, 9, 9, 2]),
              torch.tensor([True, False]), torch.tensor([-0.0, 0.0]), f64([-INF, -INF])]:
        case(op, x)
    for d in [0, 1, -1, 3]:
        case(op, x3, dim=d)
        case(op, xt, dim=d, keepdim=True)
for op in ["max", "min", "argmax", "argmin"]:
    for x in [f64([1, 3, 3, 1]), f64([1, NAN, 3, NAN]), real(()), torch.tensor([4, 9, 9, 2], dtype=torch.uint8),
              torch.tensor([True, False]), f64([-INF, -INF]), f64([INF, INF])]:
        case(op, x, dim=0)
    case(op, torch.zeros(0, 3), dim=0)
    case(op, torch.zeros(3, 0), dim=0)
    case(op, torch.zeros(0, 3), dim=1)
    case(op, torch.zeros(0), dim=0)
    case(op, torch.zeros(2, 0), dim=-1)
for op in ["argmax", "argmin"]:
    for x in [x3, xt, f64([1, 3, 3, 1]), f64([1, NAN, 3, NAN]), torch.tensor([True]), torch.zeros(0), real(()),
              torch.tensor([[4, 9], [9, 2], [0, 0]], dtype=torch.int32).t()]:
        case(op, x)
    for d in [0, 1, -1, 5]:
        case(op, xt, dim=d)
        case(op, xt, dim=d, keepdim=True)
for op in ["any", "all"]:
    for x in [f64([0, 0, 1]), f64([NAN, 1]), torch.zeros(0), torch.tensor([0, 3], dtype=torch.uint8),
              torch.tensor([[True, False], [True, True]]), torch.tensor([-0.0])]:
        case(op, x)
        case(op, x, dim=0)
        case(op, x, dim=-1, keepdim=True)
    case(op, x3, dim=3)
for p in [0, 1, 2, 3, 0.5, 1.5, -1, -2, INF, -INF]:
    case("norm", x3, p=p)
    case("norm", xt, p=p, dims=[1])
    case("norm", xt, p=p, dims=[0, 2], keepdim=True)
    case("norm", f64([1, -3, 3, 0]), p=p)
    case("norm", f64([0, 0]), p=p)
    case("norm", f64([NAN, 1, 0]), p=p)
    case("norm", torch.zeros(0), p=p)
    case("norm", torch.zeros(0, 3), p=p, dims=[0])
    case("norm", torch.zeros(0, 3), p=p, dims=[1])
case("norm", torch.tensor([1, 2]), p=2)
case("norm", x3, p=2, dims=[3])
case("norm", x3, p=2, dims=[0, 0])
for x in [x3, xt]:
    for d in [[0], [1, 2], [0, 1, 2]]:
        case("logsumexp", x, dims=d)
        case("logsumexp", x, dims=d, keepdim=True)
for x in [f64([-INF, -INF]), f64([INF, 1]), f64([INF, INF]), f64([NAN, 1]), torch.zeros(0), torch.tensor([3, 1]),
          f64([1000, 1000]), real(())]:
    case("logsumexp", x, dims=[0])
case("logsumexp", torch.zeros(2, 0, dtype=torch.float64), dims=[1])
case("logsumexp", x3, dims=[0, 0])

# ---- sorting
ties = torch.tensor([3, 1, 3, 2, 3, 1.] * 5)
for x in [x3, xt, real(()), f64([1, NAN, 3, -INF, INF]), torch.zeros(0), torch.tensor([3, 1, 2, 1]), ties[:12],
          torch.tensor([True, False, True]), torch.tensor([0.0, -0.0, 0.0])]:
    for down in [False, True]:
        case("sort", x, descending=down)
        case("argsort", x, dim=0, descending=down)
case("sort", x3, dim=3)
for x in [x3, xt, f64([1, NAN, 3, -INF]), ties, torch.tensor([5, 5, 7, 1]), torch.zeros(0), real(()),
          torch.tensor([True]), torch.tensor([1, 1, 1, 2, 2, 1.])]:
    for k in [0, 1, 2, 3, 6, -1]:
        case("topk", x, k=k)
        case("topk", x, k=k, dim=0, largest=False)
case("topk", torch.randint(0, 9, (300,)).float(), k=4)
case("topk", torch.randint(0, 9, (300,)).float(), k=40)
case("topk", torch.randint(0, 9, (300,)).float(), k=40, sorted=False)
case("topk", x3, k=1, dim=4)

# ---- products
def pair(op, a, b, **kw):
    case(op, real(*a), real(*b), **kw)


for a, b in [((2, 3), (3, 4)), ((2, 3), (4, 5)), ((2,), (2, 3)), ((2, 3), (3,)), ((0, 3), (3, 4)), ((2, 0), (0, 4)),
             ((2, 3), (3, 2, 1))]:
    pair("mm", a, b)
case("mm", real(3, 2).t(), real(4, 3).t())
for a, b in [((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (3, 4, 5)), ((2, 3, 4), (2, 5, 5)), ((2, 3), (2, 5, 5)),
             ((2, 3, 4), (5, 5)), ((0, 3, 4), (0, 4, 5)), ((2, 3, 0), (2, 0, 2))]:
    pair("bmm", a, b)
case("bmm", real(4, 3, 2).permute(2, 1, 0), real(2, 5, 4).transpose(1, 2))
for a, b in [((2, 3), (3,)), ((2, 3), (4,)), ((2,), (3,)), ((2, 3), (3, 1)), ((2, 3, 4), (3,)), ((2, 0), (0,))]:
    pair("mv", a, b)
for a, b in [((3,), (3,)), ((2,), (3,)), ((2,), (3, 1)), ((2, 1), (2,)), ((0,), (0,))]:
    pair("dot", a, b)
for a, b in [((3,), (4,)), ((2, 2), (3,)), ((3,), (2, 2)), ((0,), (3,))]:
    pair("outer", a, b)
LEFT = [(), (4,), (3,), (2, 4), (2, 3, 4), (1, 2, 4), (2, 1, 3, 4), (0, 2, 4), (2, 0)]
RIGHT = [(), (4,), (4, 2), (2, 4, 3), (1, 4, 2), (3, 4, 2), (2, 2, 4, 1), (5, 3), (2, 4, 0), (0, 3)]
for a in LEFT:
    for b in RIGHT:
        pair("matmul", a, b)
case("matmul", real(4, 3, 2).permute(2, 1, 0), real(5, 4).t())
case("matmul", real(4, 3, 2).permute(2, 1, 0), real(4))
case("matmul", real(2, 3), real(5, 3, 4, dtype=torch.float32))
case("matmul", real(2, 3), real(3, dtype=torch.float32))
case("matmul", real(2, 3, 4), real(2, 4, 5, dtype=torch.float32))
case("matmul", real(3), real(3, dtype=torch.float32))
for op, a, b in [("mm", (2, 3), (3, 4)), ("bmm", (1, 2, 3), (1, 3, 2)), ("mv", (2, 3), (3,)), ("dot", (3,), (3,)),
                 ("outer", (2,), (3,))]:
    for s, t in [("float32", "float64"), ("float32", "int64"), ("uint8", "int32"), ("bool", "bool"), ("int64", "int64"),
                 ("int32", "int32"), ("uint8", "uint8")]:
        case(op, real(*a).abs().to(DTYPES[s]), real(*b).abs().to(DTYPES[t]))
for s in [(5,), (2, 5), (2, 1), (1, 5), (), (4,), (2, 2, 5), (3, 5)]:
    case("addmm", real(*s), real(2, 3), real(3, 5))
    case("addmm", real(*s), real(3, 2).t(), real(5, 3).t(), beta=0.5, alpha=-2.0)
for a, b in [((2, 3), (4, 5)), ((2, 3, 1), (3, 5)), ((2, 3), (3,))]:
    case("addmm", real(5), real(*a), real(*b))
case("addmm", f64([NAN] * 5), real(2, 3), real(3, 5), beta=0)
for s, t, u in [("float64", "float32", "float32"), ("float32", "float32", "float64"), ("float32", "float64", "float32"),
                ("int64", "int64", "int64"), ("bool", "bool", "bool")]:
    case("addmm", *(real(*z).abs().to(DTYPES[d]) for z, d in [((5,), s), ((2, 3), t), ((3, 5), u)]))
for x in [(2, 3), (3,), (2, 2, 3), (2, 1, 2, 3), (0, 3), (2, 4), (2, 2, 4), (), (4,)]:
    case("linear", real(*x), real(5, 3))
    case("linear", real(*x), real(5, 3), real(5))
    case("linear", real(*x), real(3))
for b in [(), (1,), (1, 5), (2, 5), (4,), (2, 2, 5)]:
    case("linear", real(2, 3), real(5, 3), real(*b))
    case("linear", real(2, 2, 3), real(5, 3), real(*b))
case("linear", real(3, 2).t(), real(3, 5).t(), real(5))
case("linear", real(2, 2, 3).transpose(0, 1), real(5, 3), real(5))
case("linear", real(2, 3), real(2, 5, 3))
case("linear", real(2, 3), real(5, 3, dtype=torch.float32))
case("linear", real(2, 3), real(5, 3), real(5, dtype=torch.float32))

# ---- softmax
for op in ["softmax", "log_softmax"]:
    for x in [x3, xt]:
        for d in [0, 1, 2, -1, 3]:
            case(op, x, dim=d)
    for v in [[-INF, -INF], [INF, 1], [NAN, 1], [-INF, 1], [1000, -1000]]:
        case(op, f64(v), dim=0)
        case(op, f64([[v[0], 1], [v[1], 2]]), dim=0)
    case(op, real(2, 35, dtype=torch.float32), dim=1)
    case(op, real(2, 35, dtype=torch.float32), dim=0)
    for x in [real(()), torch.zeros(0, 3), torch.zeros(3, 0), torch.tensor([1, 2]), torch.tensor([[True], [False]])]:
        case(op, x, dim=0)
    case(op, torch.tensor([1, 2]), dim=0, dtype="float64")

# ---- losses
W = f64([1, 2, 0.5, 0, 3])
for r in ["mean", "sum", "none"]:
    for op in ["nll_loss", "cross_entropy"]:
        for x, t in [((3, 5), (3,)), ((5,), ()), ((5,), (1,)), ((2, 5, 2), (2, 2)), ((1, 5, 2, 3), (1, 2, 3)),
                     ((2, 5, 1, 1, 2), (2, 1, 1, 2)), ((0, 5), (0,)), ((0, 5, 2, 2), (0, 2, 2)), ((2, 5, 0), (2, 0)),
                     ((2, 5, 0, 1), (2, 0, 1))]:
            case(op, real(*x), labels(*t), reduction=r)
            case(op, real(*x), labels(*t), W.float().double(), names=["weight"], reduction=r, ignore_index=1)
        for t in [[1, 0, -100], [-100] * 3, [2, 2, 2]]:
            case(op, real(3, 5), torch.tensor(t), reduction=r)
        case(op, real(3, 5), torch.tensor([300, 1, 4]), reduction=r, ignore_index=300)
        case(op, real(5, 3).t(), labels(3), reduction=r)
        case(op, real(3, 5), labels(3).to(torch.uint8), reduction=r)
    for x in [(3, 5), (5,), (2, 5, 2), (1, 5, 2, 2), (0, 5)]:
        for s in [0.0, 0.1]:
            probabilities = torch.softmax(real(*x), 0 if len(x) == 1 else 1).float().double()
            case("cross_entropy", real(*x), probabilities, reduction=r, label_smoothing=s)
            case("cross_entropy", real(*x), probabilities, W, names=["weight"], reduction=r, label_smoothing=s)
            classes = labels(*(x[:1] + x[2:])) if len(x) > 1 else labels()
            case("cross_entropy", real(*x), classes, reduction=r, label_smoothing=s)
            case("cross_entropy", real(*x), classes, W, names=["weight"], reduction=r, label_smoothing=s, ignore_index=2)
    for op in ["mse_loss", "l1_loss"]:
        for a, b in [((2, 3), (2, 3)), ((2, 3), (3,)), ((3, 1), (3,)), ((), ()), ((0,), (0,)), ((3, 5), (3, 4))]:
            case(op, real(*a), real(*b), reduction=r)
        case(op, real(3, 2).t(), real(2, 3), reduction=r)
        case(op, real(3), real(3, dtype=torch.float32), reduction=r)
        case(op, torch.tensor([1, 2]), torch.tensor([3, 2]), reduction=r)
case("cross_entropy", f64([[INF, 0]]), torch.tensor([0]))
case("cross_entropy", f64([[-INF, -INF]]), torch.tensor([0]))
for op in ["nll_loss", "cross_entropy"]:
    for t in [[1, 0, 5], [1, 0, -1], [1, 0, 10**9], [1, 0], [[1], [0], [2]]]:
        case(op, real(3, 5), torch.tensor(t))
    case(op, real(3, 5), torch.tensor([-1, -4, 1]), ignore_index=-1)
    case(op, real(3, 5), torch.tensor([1, 0, 7], dtype=torch.uint8))
    for t in ["float32", "int32", "bool"]:
        case(op, real(3, 5), torch.tensor([1, 0, 1]).to(DTYPES[t]))
        case(op, real(2, 5, 1, 1), torch.tensor([[[1]], [[0]]]).to(DTYPES[t]))
    for x, t in [((3, 5), ()), ((5,), (2,)), ((2, 3, 4), (2, 5)), ((2, 3, 4), (3, 4)), ((2, 3, 4), (2,)),
                 ((2, 3, 4, 5), (2, 4, 6)), ((2, 3, 4, 5), (2, 4)), ((2, 3, 4, 5), (3, 4, 5)),
                 ((2, 3, 4, 5, 6), (2, 4, 5, 7)), ((2, 3, 4, 5, 6), (2, 4, 5)), ((2, 0), (2,)), ((1, 5), ())]:
        case(op, real(*x), labels(*t, classes=1))
    case(op, real(2, 3, 4, 5), labels(2, 4, 5) + 3)
    case(op, torch.ones(3, 5).long(), labels(3))
    case(op, torch.ones(3, 5, 1, 1).long(), labels(3, 1, 1))
    case(op, real(3, 5), labels(3), real(5).requires_grad_(), names=["weight"])
    case(op, real(3, 5, 1), labels(3, 1), real(5).requires_grad_(), names=["weight"])
    for w in [real(4), real(5, 1), real(5, dtype=torch.float32)]:
        case(op, real(3, 5), labels(3), w, names=["weight"])
        case(op, real(3, 5, 1, 1), labels(3, 1, 1), w, names=["weight"])
    case(op, real(3, 5), labels(3), reduction="avg")
case("cross_entropy", real(3, 5), labels(3, 5))
case("cross_entropy", real(3, 5), real(3, 5), ignore_index=2)
case("cross_entropy", real(3, 5), real(3, 4))
case("cross_entropy", real(3, 5), real(3, 5), real(4), names=["weight"])
for s in [-0.1, 1.1]:
    case("cross_entropy", real(3, 5), labels(3), label_smoothing=s)
    case("cross_entropy", real(3, 5), real(3, 5), label_smoothing=s)
case("mse_loss", real(3), real(3), reduction="x")
case("l1_loss", real(3), real(3), reduction="x")

path = pathlib.Path(__file__).parent / "reductions.json"
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES) + "\n]\n")
print(len(CASES), "cases", path.stat().st_size, "bytes")
