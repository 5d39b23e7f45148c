"""Numbers drawn by their weights. Like torch.multinomial."""
from __future__ import annotations

import itertools
import struct
from bisect import bisect_left
from typing import Any

from . import _C

_F = _C._functions


def multinomial(input: _C.Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> _C.Tensor:
    """int64 [num_samples], or [m, num_samples] of weights [m, n]: numbers 0 … n−1, each as likely as its weight.

    PyTorch's numbers for the same seed. Errors, in its words: RuntimeError for weights that are no floats, of no or three
    dimensions, negative, infinite, NaN or all zero, and for more samples than weights without replacement.
    """
    _check(input, num_samples, replacement)
    if not replacement or num_samples == 1:
        return _without_replacement(input, num_samples, generator)
    if input.numel() == 0:
        return _F.empty((*input.shape[:-1], num_samples), dtype=_C.int64)
    rows = input.reshape(-1, input.shape[-1])
    drawn = []
    for row in rows.unbind(0):
        u = _F.rand((num_samples,), dtype=_C.float64, generator=generator)
        drawn.append(_numbers_at(_cumulative(row), u))
    return _F.stack(drawn).reshape(*input.shape[:-1], num_samples)


def _check(input: _C.Tensor, num_samples: int, replacement: bool) -> None:
    if input.dim() not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if not input.is_floating_point():
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {_type_name(input)}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > input.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if input.numel() and not ((input >= 0) & input.isfinite()).all():
        if not replacement or num_samples == 1:
            raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
        what = "entry < 0" if not (input >= 0).all() else "entry = infinity or NaN"
        raise RuntimeError(f"invalid multinomial distribution (encountering probability {what})")
    if (input.sum(-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


def _type_name(tensor: _C.Tensor) -> str:
    return {_C.int64: "Long", _C.int32: "Int", _C.uint8: "Byte", _C.bool: "Bool"}[tensor.dtype]


def _without_replacement(input: _C.Tensor, num_samples: int, generator: Any) -> _C.Tensor:
    """The largest of weight / e with e drawn exponentially: a race that heavier ones win more often."""
    race = input / _F.empty_like(input).exponential_(1, generator=generator)
    if num_samples == 1:
        return race.argmax(-1, keepdim=True)
    return race.topk(num_samples)[1]


def _cumulative(row: _C.Tensor) -> list[float]:
    """Shares up to each number, summed one by one in the weights' own type."""
    rounded = (lambda x: struct.unpack("f", struct.pack("f", x))[0]) if row.dtype == _C.float32 else float
    sums = list(itertools.accumulate(row.tolist(), lambda a, b: rounded(a + b)))
    return [rounded(s / sums[-1]) for s in sums]


def _numbers_at(cumulative: list[float], uniform: _C.Tensor) -> _C.Tensor:
    """For each u the first number whose share reaches u; the last number's share counts as 1."""
    last = len(cumulative) - 1
    return _C.tensor([min(bisect_left(cumulative, u), last) for u in uniform.tolist()], dtype=_C.int64)
