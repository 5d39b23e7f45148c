"""Arrays as NumPy 2 prints them, without NumPy."""
from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Callable

_WIDTH, _EDGE, _THRESHOLD, _DIGITS = 75, 3, 1000, 8
_CUTOFF = {"float32": 1e6, "float64": 1e8}  # from here on with exponents


def _shortest(value: float, single: bool) -> Decimal:
    """The number with the fewest digits from which `value` can be read again."""
    if not single:
        return Decimal(repr(value))
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if struct.pack("f", float(text)) == struct.pack("f", value):
            return Decimal(text)
    return Decimal(value)


def _positional(value: float, single: bool) -> tuple[str, str]:
    """Digits before and after the point."""
    number = _shortest(value, single)
    if -number.as_tuple().exponent > _DIGITS:
        number = Decimal(value)  # what is cut off is rounded from the exact number
    rounded = number.quantize(Decimal(1).scaleb(-_DIGITS), ROUND_HALF_EVEN)
    whole, _, fraction = f"{rounded:f}".partition(".")
    return whole, fraction.rstrip("0")


def _scientific(value: Decimal | float, digits: int, trim: bool) -> tuple[str, str, str]:
    """Digits before and after the point, and the exponent with its sign."""
    mantissa, exponent = f"{Decimal(value):.{digits}e}".split("e")
    whole, _, fraction = mantissa.partition(".")
    return whole, fraction.rstrip("0") if trim else fraction, f"{int(exponent):+03d}"


def _floats(values: list[float], kind: str) -> Callable[[float], str]:
    """How each number of these is shown: all as wide as the widest."""
    single = kind == "float32"
    finite = [v for v in values if math.isfinite(v)]
    sizes = [abs(v) for v in finite if v != 0]
    if sizes and (max(sizes) >= _CUTOFF[kind] or min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1000):
        short = [_shortest(v, single) for v in finite]
        parts = [_scientific(s if len(s.as_tuple().digits) <= _DIGITS + 1 else v, _DIGITS, True) for s, v in zip(short, finite)]
        digits, size = max(len(p[1]) for p in parts), max(len(p[2]) for p in parts)
        left, right = max(len(p[0]) for p in parts), digits + size + 1

        def plain(value: float) -> str:
            whole, fraction, exponent = _scientific(value, digits, False)
            return f"{whole.rjust(left)}.{fraction}e{exponent[0]}{exponent[1:].zfill(size - 1)}"
    else:
        parts = [_positional(v, single) for v in finite]
        left, right = max((len(p[0]) for p in parts), default=0), max((len(p[1]) for p in parts), default=0)

        def plain(value: float) -> str:
            whole, fraction = _positional(value, single)
            return f"{whole.rjust(left)}.{fraction.ljust(right)}"

    for value in values:
        if not math.isfinite(value):
            left = max(left, len(str(value)) - right - 1)
    return lambda value: plain(value) if math.isfinite(value) else str(value).rjust(left + right + 1)


def _shown(values: Any, cut: bool) -> list:
    """The elements that are printed."""
    if not isinstance(values, list):
        return [values]
    if cut and len(values) > 2 * _EDGE:
        values = values[:_EDGE] + values[-_EDGE:]
    return [v for one in values for v in _shown(one, cut)]


def _rows(values: list, dims: int, depth: int, show: Callable[[Any], str], cut: bool) -> str:
    indent = " " * (len("array(") + 1 + depth)
    items: list[Any] = list(values)
    if cut and len(items) > 2 * _EDGE:
        items = items[:_EDGE] + [...] + items[-_EDGE:]
    if depth < dims - 1:
        texts = ["..." if item is ... else _rows(item, dims, depth + 1, show, cut) for item in items]
        return "[" + ("," + "\n" * (dims - depth - 1) + indent).join(texts) + "]"
    width = _WIDTH - 2 - depth
    text, line = "", indent
    for i, item in enumerate(items):
        word = "..." if item is ... else show(item)
        if len(line) + len(word) > width and len(line) > len(indent):
            text += line.rstrip() + "\n"
            line = indent
        line += word + (", " if i < len(items) - 1 else "")
    return "[" + (text + line)[len(indent):] + "]"


def array_repr(values: Any, shape: tuple[int, ...], kind: str) -> str:
    """array(…) of nested lists. kind: "float32", "float64", "bool", or another one, of whole numbers."""
    count = math.prod(shape)
    if count == 0:
        return "array([])" if len(shape) == 1 else f"array([], shape={tuple(shape)})"
    cut = count > _THRESHOLD
    flat = _shown(values, cut)
    if kind in _CUTOFF:
        show = _floats(flat, kind)
    else:
        width = 5 if kind == "bool" else max(len(str(v)) for v in flat)
        show = lambda v: str(v).rjust(width)  # noqa: E731
    if not shape:
        return f"array({show(values).strip()})"
    text = f"array({_rows(values, len(shape), 0, show, cut)}"
    if not cut:
        return text + ")"
    more = f"shape={tuple(shape)})"
    last = len(text) + 1 - (text.rfind("\n") + 1)
    return f"{text},{' ' if last + len(more) + 1 <= _WIDTH else chr(10) + ' ' * len('array(')}{more}"
