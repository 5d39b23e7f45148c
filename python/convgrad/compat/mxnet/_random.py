"""Random arrays, from convgrad's stream. Like mxnet.np.random."""
from __future__ import annotations

from typing import Any

from ... import _C
from ._array import dtype_of, ndarray

_F = _C._functions


def _size(size: Any) -> list[int]:
    return [] if size is None else [size] if isinstance(size, int) else list(size)


def seed(seed: int, ctx: Any = "all") -> None:
    _C.default_generator.manual_seed(int(seed))


def uniform(low: float = 0.0, high: float = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None) -> ndarray:
    return ndarray(_F.empty(_size(size), dtype=dtype_of(dtype) or _C.float32).uniform_(low, high))


def normal(loc: float = 0.0, scale: float = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None) -> ndarray:
    return ndarray(_F.empty(_size(size), dtype=dtype_of(dtype) or _C.float32).normal_(loc, scale))


def randn(*size: int) -> ndarray:
    return normal(size=size)


def rand(*size: int) -> ndarray:
    return uniform(size=size)


def randint(low: int, high: int | None = None, size: Any = None, dtype: Any = None, ctx: Any = None) -> ndarray:
    low, high = (0, low) if high is None else (low, high)
    return ndarray(_F.randint(low, high, _size(size), dtype=dtype_of(dtype) or _C.int64))


def shuffle(x: ndarray) -> None:
    """The rows in another order, in place."""
    x._tensor.copy_(x._tensor[_F.randperm(len(x))])
