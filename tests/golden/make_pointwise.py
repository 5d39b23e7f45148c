"""Writes pointwise.json: what torch gives for element-wise operations. Run: python make_pointwise.py (torch 2.13.0)."""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

inf, nan = math.inf, math.nan
DTYPES = [torch.bool, torch.uint8, torch.int32, torch.int64, torch.float32, torch.float64]
torch.manual_seed(0)


def name(dtype):
    return str(dtype).removeprefix("torch.")


def array(t):
    """Type, sizes, strides, and the elements as text that strtod reads back."""
    shortest = np.float32 if t.dtype == torch.float32 else np.float64
    values = [str(shortest(v)) if isinstance(v, float) else str(int(v)) for v in t.flatten().tolist()]
    text = " ".join(v.removesuffix(".0") for v in values)
    return {"dtype": name(t.dtype), "sizes": list(t.shape), "strides": list(t.stride()), "values": text}


def result(f, *args):
    try:
        return array(f(*args))
    except Exception as e:  # noqa: BLE001: whatever torch throws is what is wanted
        return {"error": str(e)}


# ---- values: every function on random and on special numbers
special = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.5, 1.5, 3.0, inf, -inf, nan, 1e-40, -1e-40, 1e38, -1e38, 1e-8, 88.5, -90.0]
UNARY = {
    "abs": torch.abs, "sign": torch.sign, "neg": torch.neg, "square": torch.square, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal, "exp": torch.exp, "exp2": torch.exp2, "expm1": torch.expm1, "log": torch.log,
    "log2": torch.log2, "log10": torch.log10, "log1p": torch.log1p, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan,
    "asin": torch.asin, "acos": torch.acos, "atan": torch.atan, "sinh": torch.sinh, "cosh": torch.cosh, "tanh": torch.tanh,
    "sigmoid": torch.sigmoid, "erf": torch.erf, "erfc": torch.erfc, "round": torch.round, "floor": torch.floor,
    "ceil": torch.ceil, "trunc": torch.trunc, "frac": torch.frac, "relu": torch.relu, "leaky_relu": F.leaky_relu,
    "elu": F.elu, "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu,
    "softplus": F.softplus, "hardtanh": F.hardtanh, "relu6": F.relu6, "logical_not": torch.logical_not,
    "bitwise_not": torch.bitwise_not, "isnan": torch.isnan, "isinf": torch.isinf, "isfinite": torch.isfinite,
    "round_1": lambda x: torch.round(x, decimals=1), "round_minus_1": lambda x: torch.round(x, decimals=-1),
    "pow_2": lambda x: x**2, "pow_3": lambda x: x**3, "pow_half": lambda x: x**0.5, "pow_minus_1": lambda x: x**-1,
    "pow_minus_2": lambda x: x**-2, "pow_minus_half": lambda x: x**-0.5, "pow_2.5": lambda x: x**2.5,
    "two_pow": lambda x: 2**x, "clamp": lambda x: torch.clamp(x, -1, 2), "clamp_min": lambda x: torch.clamp(x, min=0.5),
    "clamp_max": lambda x: torch.clamp(x, max=1), "clamp_crossed": lambda x: torch.clamp(x, 2, 1),
    "add_number": lambda x: x + 3, "sub_number": lambda x: x - 2.5, "rsub_number": lambda x: 3 - x, "mul_number": lambda x: x * -2,
    "div_number": lambda x: x / 3, "rdiv_number": lambda x: 2 / x, "remainder_number": lambda x: x % 2,
    "rremainder_number": lambda x: 7 % (x + 1), "fmod_number": lambda x: torch.fmod(x, 2), "floor_divide_number": lambda x: x // 2,
    "to_float32": lambda x: x.float(), "to_float64": lambda x: x.double(), "to_int64": lambda x: x.long(),
    "to_int32": lambda x: x.int(), "to_uint8": lambda x: x.byte(), "to_bool": lambda x: x.bool(),
    "eq_number": lambda x: x == 1, "lt_number": lambda x: x < 0.5,
}  # fmt: skip
BINARY = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "add_2": lambda a, b: torch.add(a, b, alpha=2),
    "sub_3": lambda a, b: torch.sub(a, b, alpha=3), "rsub": torch.rsub,
    "div_trunc": lambda a, b: torch.div(a, b, rounding_mode="trunc"), "div_floor": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "floor_divide": torch.floor_divide, "remainder": torch.remainder, "fmod": torch.fmod, "pow": torch.pow, "atan2": torch.atan2,
    "maximum": torch.maximum, "minimum": torch.minimum, "eq": torch.eq, "ne": torch.ne, "lt": torch.lt, "le": torch.le,
    "gt": torch.gt, "ge": torch.ge, "logical_and": torch.logical_and, "logical_or": torch.logical_or,
    "logical_xor": torch.logical_xor, "bitwise_and": torch.bitwise_and, "bitwise_or": torch.bitwise_or,
    "bitwise_xor": torch.bitwise_xor, "isclose": torch.isclose, "addcmul": lambda a, b: torch.addcmul(a, b, a, value=0.3),
    "addcdiv": lambda a, b: torch.addcdiv(a, a, b, value=0.3), "lerp": lambda a, b: torch.lerp(a, b, 0.3),
    "lerp_far": lambda a, b: torch.lerp(a, b, 0.7),
}  # fmt: skip

floats = torch.tensor(special + torch.randn(44).mul(3).tolist(), dtype=torch.float64)
ints = torch.tensor([0, 1, 2, 3, 5, 7, 100, 200, -1, -2, -3, -7, 2**31 - 1, -(2**31), 2**62, -(2**63)] + torch.randint(-9, 9, (20,)).tolist())
inputs, cases = [], []


def add_cases(table, tuples):
    first = len(inputs)
    inputs.extend([array(a) for a in args] for args in tuples)
    for op, f in table.items():
        cases.append({"op": op, "input": first, "out": [result(f, *args) for args in tuples]})


unary_inputs = [(floats.to(t),) for t in (torch.float32, torch.float64)]
unary_inputs += [(ints,), (ints.clamp(-(2**31), 2**31 - 1).int(),), (ints.remainder(256).byte(),), (torch.tensor([True, False]),)]
unary_inputs += [(torch.arange(-6.0, 6.0).view(3, 4).t(),), (torch.tensor(0.75),), (torch.zeros(2, 0),)]
add_cases(UNARY, unary_inputs)

# the lowest integer divided by −1 kills torch: left out
a, b = torch.meshgrid(torch.tensor(special[:13]), torch.tensor(special[:13]), indexing="ij")
a, b = a.contiguous(), b.contiguous()
small = torch.tensor([7, -7, 3, -3, 1, -1, 2, 0, 100])
divisors = torch.tensor([1, -1, 2, -2, 3, -3, 7, -7])
c, d = (t.contiguous() for t in torch.meshgrid(small, divisors, indexing="ij"))
binary_inputs = [(a, b), (torch.randn(64), torch.randn(64)), (torch.randn(64).double(), torch.randn(64).double())]
binary_inputs += [(c, d), (c.int(), d.int()), (c.remainder(256).byte(), d.remainder(256).byte()), (small, small)]
binary_inputs += [(torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False]))]
binary_inputs += [(torch.randn(3, 4).t(), torch.randn(3)), (torch.randn(2, 1, 3), torch.randn(4, 1)), (c, torch.randn(8)), (torch.randn(()), c)]
binary_inputs += [(torch.randn(2, 3), torch.randn(4)), (torch.ones(0, 3), torch.ones(3))]
add_cases(BINARY, binary_inputs)

# ---- promotion: the result's type, or the error, for all types, as tensors with and without dimensions and as numbers
operands = [(t, dims) for dims in (1, 0) for t in DTYPES] + [True, 2, 2.0]


def operand(o):
    return torch.full((1,) * o[1], 1, dtype=o[0]) if isinstance(o, tuple) else o


def outcome(f, x, y):
    try:
        return name(f(operand(x), operand(y)).dtype)
    except Exception as e:  # noqa: BLE001
        return str(e)


PROMOTING = {k: BINARY[k] for k in ("maximum", "atan2")} | {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b, "remainder": lambda a, b: a % b, "floor_divide": torch.floor_divide, "eq": lambda a, b: a == b,
    "bitwise_and": torch.bitwise_and, "add_": lambda a, b: a.add_(b), "mul_": lambda a, b: a.mul_(b), "div_": lambda a, b: a.div_(b),
}  # fmt: skip
TENSORS_ONLY = {"maximum", "atan2"}
promotion = {
    op: [outcome(f, x, y) for x in operands[:12] for y in (operands[:12] if op in TENSORS_ONLY else operands)]
    for op, f in PROMOTING.items()
}
messages = sorted({m for row in promotion.values() for m in row})
promotion = {op: [messages.index(m) for m in row] for op, row in promotion.items()}

path = pathlib.Path(__file__).with_name("pointwise.json")
text = json.dumps({"torch": torch.__version__, "messages": messages, "promotion": promotion, "inputs": inputs}, separators=(",", ":"))
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
path.write_text(text[:-1] + ',"cases":[\n' + lines + "\n]}\n")
