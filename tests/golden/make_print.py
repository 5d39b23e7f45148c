"""Writes print.json: tensors and the text of their repr in torch 2.13.

A case holds the bytes of its elements in hexadecimal (repeated over the storage as often as needed), sizes and strides.
"""

import contextlib
import json
from math import inf, nan
from pathlib import Path

import torch

SHAPES = [(), (1,), (0,), (0, 3), (2, 0, 3), (7,), (2, 3), (2, 3, 4), (1, 2, 1, 2), (2, 1, 2, 1, 2), (2, 1, 1, 2, 1, 2)]
LARGE = [(1000,), (1001,), (40, 40), (5, 300), (300, 5), (3, 20, 20), (12, 2, 60), (7, 7, 7, 7), (2, 1, 1, 3, 200)]
FLOATS = {
    "integral": [0, 1, -2, 30, 400],
    "decimals": [0.1, -0.25, 3.14159, 100.5, 2.71828],
    "zeros": [0.0],
    "negative zero": [-0.0, 0.0],
    "negative zero between": [-0.0, 1.0, -1.5],
    "nan": [nan],
    "infinite": [inf, -inf],
    "not finite, integral": [nan, 1.0, inf, -inf],
    "not finite, decimals": [nan, 1.5, inf, -inf, -0.0],
    "not finite, scientific": [nan, 1.5e-7, inf, -inf, -0.0],
    "ratio of 1000": [1.0, 1000.0],
    "ratio of 1000, decimals": [0.5, 500.0],
    "ratio over 1000": [1.0, 1001.0],
    "1e8": [1e8, 2e7],
    "over 1e8": [1e8 + 8, 2e7],
    "integral and huge": [1.8e19, 4e18],
    "under 1e-4": [9e-5, 1e-4],
    "1e-4": [1.0001e-4, 2e-4],
    "large decimals": [12345.678, 23456.789, -99999.5],
    "rounding": [0.99995, 0.00005, 0.12345, 2.5, 0.00015],
    "rounding to even": [0.5, 1.5, 2.5, 0.03125],
    "wide": [123456.5, -0.5],
    "subnormal": [1e-45, 3e-42],
    "subnormal and one": [1e-45, 1.0],
    "largest": [3.4028234663852886e38, -3.4028234663852886e38],
    "exponents of three digits": [1e-300, 1e300, 0.0],
    "least double": [5e-324, 1.7976931348623157e308],
    "minus one": [-1.0, -0.5],
}
INTEGERS = {
    torch.int64: [[0, 1, -2, 30, 400], [2**63 - 1, -(2**63), 0], [7]],
    torch.int32: [[0, 1, -2, 30, 400], [2**31 - 1, -(2**31)]],
    torch.uint8: [[0, 1, 255, 30], [3]],
    torch.bool: [[True, False, True], [True]],
}
GRAD_FNS = ["AddBackward0", "TanhBackward", "MyFunctionWithQuiteALongNameThatMustBeWrappedSomewhereBackward"]

cases = []


@contextlib.contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    yield
    torch.set_default_dtype(before)


def add(values, dtype, sizes, strides=None, requires_grad=False, grad_fn=None, default=torch.float32, **options):
    values = torch.tensor(values, dtype=dtype)
    strides = list(torch.empty(sizes, device="meta").stride() if strides is None else strides)
    needed = 1 + sum((n - 1) * s for n, s in zip(sizes, strides) if n > 0)
    storage = values.repeat(-(-needed // len(values)))[:needed]
    tensor = torch.as_strided(storage, sizes, strides)
    if requires_grad:
        tensor.requires_grad_()
    if grad_fn:
        name = grad_fn.removesuffix("Backward")
        make = type(name, (torch.autograd.Function,), {"forward": lambda ctx, x: x.clone()})
        tensor = tensor + 0 if grad_fn == "AddBackward0" else make.apply(tensor)
        strides = list(tensor.stride())
    with default_dtype(default), torch._tensor_str.printoptions(**options):
        text = repr(tensor)
    raw = (values if grad_fn is None else tensor.detach().flatten()).numpy().tobytes()
    case = {"data": raw.hex(), "dtype": str(dtype).removeprefix("torch."), "sizes": list(sizes), "strides": strides, "text": text}
    if requires_grad and not grad_fn:
        case["requires_grad"] = True
    if grad_fn:
        case["grad_fn"] = type(tensor.grad_fn).__name__
    if default != torch.float32:
        case["default_dtype"] = "float64"
    if options:
        case["options"] = {k: "everything" if v == inf else v for k, v in options.items()}
    cases.append(case)


def main():
    for dtype in (torch.float32, torch.float64):
        for values in FLOATS.values():
            add(values, dtype, (len(values),))
            add(values, dtype, (2, 5))
        for sizes in SHAPES:
            add(FLOATS["decimals"], dtype, sizes)
            add(FLOATS["integral"], dtype, sizes, default=torch.float64)
    for sizes in LARGE:
        add(FLOATS["decimals"], torch.float32, sizes)
        add([1, -2, 30], torch.int64, sizes)
    for dtype, lists in INTEGERS.items():
        for values in lists:
            for sizes in SHAPES:
                add(values, dtype, sizes)
    # Read through strides: transposed, sliced, expanded; summarised ones look at what is shown alone.
    add(FLOATS["decimals"], torch.float32, (3, 2), (1, 3))
    add(FLOATS["decimals"], torch.float32, (4, 3), (6, 2))
    add(FLOATS["decimals"], torch.float32, (3, 4), (0, 1))
    add([1e-7] + [1.5] * 100, torch.float32, (1200,), (101,))
    add([1.5] * 7 + [1e-7, 2.5], torch.float32, (30, 40), (1, 30))
    for options in [
        {"precision": 0}, {"precision": 2}, {"precision": 10}, {"precision": 30}, {"threshold": 5}, {"threshold": 0},
        {"threshold": inf}, {"threshold": 5, "edgeitems": 1}, {"threshold": 5, "edgeitems": 0}, {"edgeitems": 0},
        {"edgeitems": 600}, {"linewidth": 0}, {"linewidth": 20}, {"linewidth": 40}, {"linewidth": 120}, {"sci_mode": True},
        {"sci_mode": False}, {"sci_mode": True, "precision": 1, "linewidth": 30},
    ]:  # fmt: skip
        add(FLOATS["decimals"], torch.float32, (7,), **options)
        add(FLOATS["integral"], torch.float32, (4, 5), **options)
        add(FLOATS["not finite, scientific"], torch.float64, (2, 2, 3), **options)
        add([1, -2, 30], torch.int64, (2, 9), **options)
        add([0.0, nan], torch.float32, (), **options)
    add([1e300], torch.float64, (2,), sci_mode=False)
    add(FLOATS["decimals"], torch.float32, (1100,), threshold=inf)
    add([0.5], torch.float32, (1200,), threshold=inf, linewidth=10)
    # Suffixes, wrapped where the line is full.
    for n in range(1, 14):
        add([0.123], torch.float64, (n,), requires_grad=True)
        add([0.123], torch.float32, (2, n), requires_grad=True)
    add([1.0], torch.float64, (0, 3), requires_grad=True)
    add([1.0], torch.float64, (), requires_grad=True)
    for name in GRAD_FNS:
        for n in range(1, 9):
            add([0.123], torch.float32, (2, n), requires_grad=True, grad_fn=name)
    path = Path(__file__).with_name("print.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
