"""Operations on 8-bit pictures, uint8 [..., C, H, W], with the numbers that Pillow gives."""
from __future__ import annotations

from typing import Any, Sequence

from .. import _C
from . import _weights

_F = _C._functions
Tensor = _C.Tensor


def resize(x: Tensor, height: int, width: int, filter: str = "bilinear") -> Tensor:
    """As Image.resize: the rows and then the columns, or the other way round, rounded to 8 bits in between."""
    h, w = x.shape[-2:]
    if (h, w) == (height, width):
        return x
    if filter == "nearest":
        return x.index_select(-1, _weights.nearest(w, width)).index_select(-2, _weights.nearest(h, height))
    x = x.to(_C.float64)
    # Pillow 13's order, found by trying: columns first where that leaves clearly less to do.
    passes = [(-2, h, height), (-1, w, width)] if height < h and h - height > 2 * (w - width) else [(-1, w, width), (-2, h, height)]
    for dim, size, wanted in passes:
        if size != wanted:
            x = x.transpose(dim, -1).matmul(_weights.whole_shares(size, wanted, filter).t())
            x = _weights.rounded(x).transpose(dim, -1)
    return x.to(_C.uint8).contiguous()


def crop(x: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    """A part; zeros where it reaches beyond."""
    h, w = x.shape[-2:]
    inside = x[..., max(top, 0):max(top + height, 0), max(left, 0):max(left + width, 0)]
    if top >= 0 and left >= 0 and top + height <= h and left + width <= w:
        return inside
    out = x.new_zeros([*x.shape[:-2], height, width])
    if 0 not in inside.shape:
        out.narrow(-2, max(-top, 0), inside.shape[-2]).narrow(-1, max(-left, 0), inside.shape[-1]).copy_(inside)
    return out


def pad(x: Tensor, left: int, top: int, right: int, bottom: int, fill: Any = 0, mode: str = "constant") -> Tensor:
    """Any type; mode: constant, edge, reflect, symmetric."""
    h, w = x.shape[-2:]
    if mode == "constant":
        out = _filled(x, [*x.shape[:-2], h + top + bottom, w + left + right], fill)
        out.narrow(-2, top, h).narrow(-1, left, w).copy_(x)
        return out
    x = x.index_select(-1, _C.tensor(_places(w, left, right, mode)))
    return x.index_select(-2, _C.tensor(_places(h, top, bottom, mode)))


def _filled(x: Tensor, shape: list[int], fill: Any) -> Tensor:
    if isinstance(fill, (int, float)):
        return x.new_full(shape, fill)
    if len(fill) == 1:
        return x.new_full(shape, fill[0])
    out = x.new_empty(shape)
    for channel, value in zip(out.unbind(-3), fill, strict=True):
        channel.fill_(value)
    return out


def _places(size: int, before: int, after: int, mode: str) -> list[int]:
    if mode == "edge":
        return [min(max(i, 0), size - 1) for i in range(-before, size + after)]
    period = 2 * size if mode == "symmetric" else max(2 * (size - 1), 1)
    places = [i % period for i in range(-before, size + after)]
    return [i if i < size else period - (mode == "symmetric") - i for i in places]


def grayscale(x: Tensor) -> Tensor:
    """As convert("L")."""
    if x.shape[-3] == 1:
        return x
    r, g, b = x.to(_C.int32).unbind(-3)
    luma = (r * 19595 + g * 38470 + b * 7471 + 0x8000).div(65536, rounding_mode="floor")
    return luma.to(_C.uint8).unsqueeze(-3)


def blend(degenerate: Tensor, x: Tensor, factor: float) -> Tensor:
    """As Image.blend: degenerate + factor · (x − degenerate), cut to 8 bits."""
    a, b = degenerate.to(_C.float32), x.to(_C.float32)
    return (a + (b - a) * factor).clamp(0, 255).to(_C.uint8)


def brightness(x: Tensor, factor: float) -> Tensor:
    return blend(_F.zeros_like(x), x, factor)


def contrast(x: Tensor, factor: float) -> Tensor:
    """Against the mean grey, of one picture."""
    gray = grayscale(x).to(_C.int64)
    mean = int(gray.sum().item() / gray.numel() + 0.5)
    return blend(_F.full_like(x, mean), x, factor)


def saturation(x: Tensor, factor: float) -> Tensor:
    return blend(grayscale(x).expand(x.shape), x, factor)


def sizes(x: Tensor) -> tuple[int, int, int]:
    return x.shape[-3], x.shape[-2], x.shape[-1]


def stacked(pictures: Sequence[Tensor]) -> Tensor:
    return _F.stack(list(pictures))
