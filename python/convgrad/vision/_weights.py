"""What each pixel of a resized picture is made of, as Pillow computes it."""
from __future__ import annotations

import functools
import math
from typing import Callable

from .. import _C

_F = _C._functions
_PRECISION = 1 << 22  # Pillow keeps the shares of 8-bit pictures as whole numbers of this


def _box(x: float) -> float:
    return 1.0 if -0.5 < x <= 0.5 else 0.0


def _triangle(x: float) -> float:
    return max(0.0, 1.0 - abs(x))


def _hamming(x: float) -> float:
    x = abs(x)
    if x == 0.0:
        return 1.0
    if x >= 1.0:
        return 0.0
    x *= math.pi
    return math.sin(x) / x * (0.54 + 0.46 * math.cos(x))


def _cubic(x: float, a: float = -0.5) -> float:
    x = abs(x)
    if x < 1.0:
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2.0 else 0.0


def _sinc(x: float) -> float:
    return 1.0 if x == 0.0 else math.sin(x * math.pi) / (x * math.pi)


def _lanczos(x: float) -> float:
    return _sinc(x) * _sinc(x / 3) if -3.0 <= x < 3.0 else 0.0


FILTERS: dict[str, tuple[Callable[[float], float], float]] = {
    "box": (_box, 0.5), "bilinear": (_triangle, 1.0), "hamming": (_hamming, 1.0), "bicubic": (_cubic, 2.0), "lanczos": (_lanczos, 3.0)}


def _shares(size_in: int, size_out: int, name: str, antialias: bool) -> list[list[float]]:
    """For each pixel of the result the shares of all pixels of the source."""
    function, support = FILTERS[name]
    scale = size_in / size_out
    widening = max(scale, 1.0) if antialias else 1.0
    support *= widening
    rows = []
    for i in range(size_out):
        center = (i + 0.5) * scale
        first, last = max(int(center - support + 0.5), 0), min(int(center + support + 0.5), size_in)
        weights = [function((x - center + 0.5) / widening) if widening == 1.0 else function((x - center + 0.5) * (1.0 / widening))
                   for x in range(first, last)]
        total = sum(weights)
        if total != 0.0:
            weights = [w / total for w in weights]
        rows.append([0.0] * first + weights + [0.0] * (size_in - last))
    return rows


@functools.lru_cache(maxsize=64)
def whole_shares(size_in: int, size_out: int, name: str):
    """float64 [size_out, size_in]: Pillow's whole numbers, in units of 2⁻²²."""
    rows = [[float(int(w * _PRECISION + (0.5 if w >= 0 else -0.5))) for w in row] for row in _shares(size_in, size_out, name, True)]
    return _C.tensor(rows, dtype=_C.float64)


@functools.lru_cache(maxsize=64)
def real_shares(size_in: int, size_out: int, name: str, antialias: bool):
    """float64 [size_out, size_in] for pictures of real numbers."""
    return _C.tensor(_shares(size_in, size_out, name, antialias), dtype=_C.float64)


@functools.lru_cache(maxsize=64)
def nearest(size_in: int, size_out: int):
    """int64 [size_out]: the pixels of the source that Pillow takes, by their centres; the places are added up, as Pillow does."""
    scale = size_in / size_out
    at, places = scale * 0.5, []
    for _ in range(size_out):
        places.append(min(int(at), size_in - 1))
        at += scale
    return _C.tensor(places, dtype=_C.int64)


@functools.lru_cache(maxsize=64)
def nearest_of_tensors(size_in: int, size_out: int, exact: bool):
    """int64 [size_out]: those that PyTorch's interpolate takes: by lower edges, or by centres (exact); in float32, as there."""
    scale = _C.tensor(float(size_in)) / _C.tensor(float(size_out))
    at = (_F.arange(size_out, dtype=_C.float32) + (0.5 if exact else 0.0)) * scale
    return at.floor().to(_C.int64).clamp(max=size_in - 1)


def rounded(sums):
    """Sums in units of 2⁻²² to 0 … 255; exact, since every number here is whole."""
    return ((sums + float(_PRECISION // 2)) / float(_PRECISION)).floor().clamp(0, 255)
