"""Arguments and results carried between PyTorch and convgrad, and their comparison. For the tests that run both side by side."""
from __future__ import annotations

import builtins
import math
import types

import numpy
import torch

import convgrad as cg

DTYPES = {torch.float32: cg.float32, torch.float64: cg.float64, torch.int64: cg.int64, torch.int32: cg.int32, torch.uint8: cg.uint8,
          torch.bool: cg.bool}
FORMATS = {torch.contiguous_format: cg.contiguous_format, torch.preserve_format: cg.preserve_format,
           torch.channels_last: cg.channels_last, torch.channels_last_3d: cg.channels_last_3d}


class NotOffered(Exception):
    """A kind of value that convgrad leaves out by design: another dtype, layout or device."""


class Carrier:
    """Turns PyTorch's values into convgrad's; the same tensor into the same tensor."""

    def __init__(self) -> None:
        self.tensors: dict[int, tuple[torch.Tensor, cg.Tensor]] = {}

    def __call__(self, value):
        if isinstance(value, torch.Tensor):
            if id(value) not in self.tensors:
                self.tensors[id(value)] = (value, tensor(value))
            return self.tensors[id(value)][1]
        if isinstance(value, torch.Size):
            return cg.Size(value)
        if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
            return type(value)(self(v) for v in value)
        if isinstance(value, dict):
            return {k: self(v) for k, v in value.items()}
        if isinstance(value, torch.dtype):
            if value not in DTYPES:
                raise NotOffered(str(value))
            return DTYPES[value]
        if isinstance(value, torch.memory_format):
            return FORMATS[value]
        if isinstance(value, torch.device):
            return cg.device(str(value))
        if isinstance(value, torch.layout):
            if value is not torch.strided:
                raise NotOffered(str(value))
            return cg.strided
        if isinstance(value, complex):
            raise NotOffered("complex numbers")
        if isinstance(value, types.FunctionType):
            return transplanted(value)
        if isinstance(value, torch.nn.Module):
            ours = getattr(cg.nn, type(value).__name__)()
            ours.__dict__.update({k: v for k, v in value.__dict__.items() if not k.startswith("_")})
            return ours
        if callable(value) and getattr(torch, getattr(value, "__name__", ""), None) is value:
            return getattr(cg, value.__name__)
        return value

    def leaves(self):
        """(PyTorch's, convgrad's) tensors that require gradients."""
        return [pair for pair in self.tensors.values() if pair[0].requires_grad]


def tensor(t: torch.Tensor) -> cg.Tensor:
    """The same elements with the same strides, in memory of its own."""
    if t.dtype not in DTYPES:
        raise NotOffered(str(t.dtype))
    if t.layout is not torch.strided or t.device.type != "cpu":
        raise NotOffered(f"{t.layout} on {t.device}")
    if t.dim() > 64:
        raise NotOffered("more dimensions than NumPy has")
    plain = t.detach()
    if plain.is_contiguous() and plain.untyped_storage().nbytes() == plain.nbytes:
        ours = cg.from_numpy(plain.numpy().copy())
    else:
        if plain.numel() and plain.untyped_storage().nbytes() == 0:
            raise NotOffered("a tensor whose memory was taken away")
        whole = torch.empty(0, dtype=t.dtype).set_(plain.untyped_storage())
        ours = cg.from_numpy(whole.numpy().copy()).as_strided(tuple(t.shape), t.stride(), t.storage_offset()).detach()
    return ours.requires_grad_() if t.requires_grad else ours


# ---- PyTorch's own Python functions with convgrad's names

_transplanted: dict = {}


def _seeded(op, *args, **kwargs):
    """What PyTorch's tests call wrapper_set_seed."""
    cg.manual_seed(42)
    return op(*args, **kwargs)


_SPACES = {"torch": cg, "F": cg.nn.functional, "nn": cg.nn, "wrapper_set_seed": _seeded}


def transplanted(function):
    """A Python function of PyTorch's tests whose `torch` is convgrad, and the functions beside it that it calls likewise."""
    if not isinstance(function, types.FunctionType):
        return function
    key = function
    if key in _transplanted:
        return _transplanted[key]
    space = dict(function.__globals__)
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    new = types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, cells or None)
    new.__kwdefaults__ = function.__kwdefaults__
    _transplanted[key] = new
    for ours, cell in zip(cells, function.__closure__ or ()):
        if _filled(cell):
            ours.cell_contents = _carried(cell.cell_contents)
    for name in _names(function.__code__):
        if name in _SPACES:
            space[name] = _SPACES[name]
        elif isinstance(space.get(name), types.FunctionType) and space[name].__module__.startswith("torch.testing"):
            space[name] = transplanted(space[name])
    return new


def _names(code):
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _filled(cell) -> bool:
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


def _carried(value):
    if isinstance(value, types.FunctionType):
        return transplanted(value)
    if isinstance(value, types.BuiltinFunctionType):
        return named(value.__name__) or value
    return value


def named(path: str):
    """convgrad's function of a dotted name under torch; None where it has none."""
    value = cg
    for part in path.split("."):
        try:
            value = getattr(value, part)
        except (AttributeError, ImportError):
            return None
    return value


# ---- comparison

def flat(result):
    """The tensors and numbers of a result, in order."""
    if isinstance(result, (list, tuple)) and not isinstance(result, (torch.Size, cg.Size)):
        return [x for part in result for x in flat(part)]
    return [result]


def array(t):
    if isinstance(t, torch.Tensor) and t._is_zerotensor():
        t = torch.zeros_like(t).contiguous() + 0
    return t.detach().numpy() if isinstance(t, (torch.Tensor, cg.Tensor)) else numpy.asarray(t)


def difference(ours, theirs, relative: float) -> str | None:
    """How a result differs from PyTorch's; None where it does not, but for rounding of `relative` times the largest magnitude."""
    if isinstance(theirs, torch.Tensor) != isinstance(ours, cg.Tensor):
        return f"a {type(ours).__name__} instead of a {type(theirs).__name__}"
    if isinstance(theirs, torch.Tensor):
        if str(ours.dtype) != str(theirs.dtype):
            return f"dtype: {ours.dtype} instead of {theirs.dtype}"
        if tuple(ours.shape) != tuple(theirs.shape):
            return f"shape: {tuple(ours.shape)} instead of {tuple(theirs.shape)}"
        if ours.requires_grad != theirs.requires_grad:
            return f"requires_grad: {ours.requires_grad} instead of {theirs.requires_grad}"
    elif isinstance(theirs, (torch.Size, torch.dtype, str, builtins.bool, int)) or theirs is None:
        return None if str(ours) == str(theirs) else f"{ours} instead of {theirs}"
    elif not isinstance(theirs, float):
        return None if str(ours) == str(theirs) else "values"
    a, b = array(ours), array(theirs)
    if b.dtype.kind != "f":
        return None if numpy.array_equal(a, b) else "values"
    finite = numpy.isfinite(b)
    if not numpy.array_equal(a[~finite], b[~finite], equal_nan=True):
        return "values that are not finite"
    if not finite.any():
        return None
    scale = max(1.0, float(numpy.abs(b[finite]).max()))
    off = float(numpy.abs(a[finite] - b[finite]).max())
    return None if off <= relative * scale else f"values: {off / scale:.1e} of the largest"


def cotangents(results, seed: int):
    """Random gradients for the results of a floating type that have a history: ours and theirs, the same numbers."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(t.shape, generator=generator, dtype=torch.float64).to(t.dtype) for t in results]


def error_of(call):
    """(type's name, text) of what a call raises, or None."""
    try:
        call()
    except Exception as error:  # noqa: BLE001: whatever it is
        return type(error).__name__, str(error)
    return None


def is_number(x) -> bool:
    return isinstance(x, (int, float)) and not math.isnan(x)
