"""Changes of pictures that are tensors already, [..., C, H, W] of any type."""
from __future__ import annotations

import math
from typing import Any, Sequence

from ... import _C
from .. import _pixels, _weights

Tensor = _C.Tensor
_F = _C._functions
_LARGEST = {_C.uint8: 255, _C.int32: 2147483647, _C.int64: 9223372036854775807}


def check(img: Any) -> None:
    if not isinstance(img, Tensor) or img.dim() < 2:
        raise TypeError("Tensor is not a torch image.")


def _check_channels(img: Tensor, permitted: list[int]) -> None:
    check(img)
    channels = 1 if img.dim() == 2 else img.shape[-3]
    if channels not in permitted:
        raise TypeError(f"Input image tensor permitted channel values are {permitted}, but found {channels}")


def _largest(dtype: Any) -> int:
    return _LARGEST.get(dtype, 1)


def convert_dtype(image: Tensor, dtype: Any) -> Tensor:
    if image.dtype == dtype:
        return image
    if image.is_floating_point():
        if dtype.is_floating_point:
            return image.to(dtype)
        if (image.dtype == _C.float32 and dtype in (_C.int32, _C.int64)) or (image.dtype == _C.float64 and dtype == _C.int64):
            raise RuntimeError(f"The cast from {image.dtype} to {dtype} cannot be performed safely.")
        return image.mul(float(_largest(dtype)) + 1.0 - 1e-3).to(dtype)
    before, after = float(_largest(image.dtype)), float(_largest(dtype))
    if dtype.is_floating_point:
        return image.to(dtype) / before
    if before > after:
        return image.div(int((before + 1) // (after + 1)), rounding_mode="floor").to(dtype)
    return image.to(dtype) * int((after + 1) // (before + 1))


def normalize(tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool) -> Tensor:
    check(tensor)
    if not tensor.is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
    if tensor.dim() < 3:
        raise ValueError(f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = {tensor.size()}")
    if not inplace:
        tensor = tensor.clone()
    mean, std = _C.as_tensor(mean, dtype=tensor.dtype), _C.as_tensor(std, dtype=tensor.dtype)
    if (std == 0).any():
        raise ValueError(f"std evaluated to zero after conversion to {tensor.dtype}, leading to division by zero.")
    mean, std = (t.view(-1, 1, 1) if t.dim() == 1 else t for t in (mean, std))
    return tensor.sub_(mean).div_(std)


def _as_floats(img: Tensor) -> Tensor:
    return img if img.is_floating_point() else img.to(_C.float32)


def _as_before(img: Tensor, dtype: Any) -> Tensor:
    if img.dtype == dtype:
        return img
    return (img if dtype.is_floating_point else img.round()).to(dtype)


def resize(img: Tensor, height: int, width: int, mode: str, antialias: bool | None) -> Tensor:
    check(img)
    h, w = img.shape[-2:]
    if mode in ("nearest", "nearest-exact"):
        exact = mode == "nearest-exact"
        columns, rows = _weights.nearest_of_tensors(w, width, exact), _weights.nearest_of_tensors(h, height, exact)
        return img.index_select(-1, columns).index_select(-2, rows)
    if mode not in ("bilinear", "bicubic"):
        raise NotImplementedError(f"convgrad resizes tensors by nearest, bilinear and bicubic, not by {mode}; pictures by all")
    if mode == "bicubic" and not antialias:
        raise NotImplementedError("convgrad has no bicubic resizing of tensors without antialias=True")
    x = _as_floats(img)
    if w != width:
        x = x.matmul(_weights.real_shares(w, width, mode, bool(antialias)).to(x.dtype).t())
    if h != height:
        x = x.transpose(-2, -1).matmul(_weights.real_shares(h, height, mode, bool(antialias)).to(x.dtype).t()).transpose(-2, -1)
    if mode == "bicubic" and img.dtype == _C.uint8:
        x = x.clamp(0, 255)
    return _as_before(x.contiguous(), img.dtype)


def pad(img: Tensor, left: int, top: int, right: int, bottom: int, fill: Any, mode: str) -> Tensor:
    check(img)
    if min(left, top, right, bottom) < 0:
        h, w = img.shape[-2:]
        img = img[..., max(-top, 0):h - max(-bottom, 0), max(-left, 0):w - max(-right, 0)]
        left, top, right, bottom = (max(n, 0) for n in (left, top, right, bottom))
    if not isinstance(fill, (int, float)):
        if len(fill) != 1:
            raise ValueError("Argument fill should be a number, or a list of one, for tensors")
        fill = fill[0]
    return _pixels.pad(img, left, top, right, bottom, fill, mode)


def inverse_affine(center: Sequence[float], angle: float, translate: Sequence[float], scale: float, shear: Sequence[float]) -> list[float]:
    """The matrix that takes pixels of the result to those of the source."""
    rot, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    cx, cy = center
    tx, ty = translate
    a = math.cos(rot - sy) / math.cos(sy)
    b = -math.cos(rot - sy) * math.tan(sx) / math.cos(sy) - math.sin(rot)
    c = math.sin(rot - sy) / math.cos(sy)
    d = -math.sin(rot - sy) * math.tan(sx) / math.cos(sy) + math.cos(rot)
    matrix = [x / scale for x in (d, -b, 0.0, -c, a, 0.0)]
    matrix[2] += matrix[0] * (-cx - tx) + matrix[1] * (-cy - ty) + cx
    matrix[5] += matrix[3] * (-cx - tx) + matrix[4] * (-cy - ty) + cy
    return matrix


# ---- colours

def grayscale(img: Tensor, channels: int) -> Tensor:
    if img.dim() < 3:
        raise TypeError(f"Input image tensor should have at least 3 dimensions, but found {img.dim()}")
    _check_channels(img, [1, 3])
    if img.shape[-3] == 3:
        r, g, b = img.unbind(-3)
        gray = (0.2989 * r + 0.587 * g + 0.114 * b).to(img.dtype).unsqueeze(-3)
    else:
        gray = img.clone()
    return gray.expand(img.shape) if channels == 3 else gray


def _blend(img: Tensor, other: Tensor, ratio: float) -> Tensor:
    ratio = float(ratio)
    return (ratio * img + (1.0 - ratio) * other).clamp(0, _largest(img.dtype)).to(img.dtype)


def _check_factor(factor: float, name: str) -> None:
    if factor < 0:
        raise ValueError(f"{name} ({factor}) is not non-negative.")


def brightness(img: Tensor, factor: float) -> Tensor:
    _check_factor(factor, "brightness_factor")
    _check_channels(img, [1, 3])
    return _blend(img, _F.zeros_like(img), factor)


def contrast(img: Tensor, factor: float) -> Tensor:
    _check_factor(factor, "contrast_factor")
    _check_channels(img, [3, 1])
    gray = grayscale(img, 1) if img.dim() > 2 and img.shape[-3] == 3 else img
    mean = _as_floats(gray).mean([-3, -2, -1] if img.dim() > 2 else [-2, -1], True)
    return _blend(img, mean, factor)


def saturation(img: Tensor, factor: float) -> Tensor:
    _check_factor(factor, "saturation_factor")
    _check_channels(img, [1, 3])
    if img.dim() == 2 or img.shape[-3] == 1:
        return img
    return _blend(img, grayscale(img, 1), factor)


def hue(img: Tensor, factor: float) -> Tensor:
    _check_channels(img, [1, 3])
    if img.dim() == 2 or img.shape[-3] == 1:
        return img
    h, s, v = _to_hsv(convert_dtype(img, _C.float32))
    return convert_dtype(_from_hsv((h + factor) % 1.0, s, v), img.dtype)


def _to_hsv(img: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    r, g, b = img.unbind(-3)
    most, least = img.amax(-3), img.amin(-3)
    same, span, one = most == least, most - least, _F.ones_like(most)
    s = span / _F.where(same, one, most)
    divisor = _F.where(same, one, span)
    rc, gc, bc = (most - r) / divisor, (most - g) / divisor, (most - b) / divisor
    red, green = most == r, most == g
    h = red * (bc - gc) + (green & ~red) * (2.0 + rc - bc) + (~green & ~red) * (4.0 + gc - rc)
    return (h / 6.0 + 1.0).fmod(1.0), s, most


def _from_hsv(h: Tensor, s: Tensor, v: Tensor) -> Tensor:
    sector = (h * 6.0).floor()
    f = h * 6.0 - sector
    sector = sector.to(_C.int32) % 6
    p, q, t = (x.clamp(0.0, 1.0) for x in (v * (1.0 - s), v * (1.0 - s * f), v * (1.0 - s * (1.0 - f))))
    channels = []
    for parts in ((v, q, p, p, t, v), (t, v, v, q, p, p), (p, p, t, v, v, q)):
        channel = parts[5]
        for i in range(5):
            channel = _F.where(sector == i, parts[i], channel)
        channels.append(channel)
    return _F.stack(channels, -3)


def invert(img: Tensor) -> Tensor:
    if img.dim() < 3:
        raise TypeError(f"Input image tensor should have at least 3 dimensions, but found {img.dim()}")
    _check_channels(img, [1, 3])
    return _largest(img.dtype) - img


def gaussian_blur(img: Tensor, kernel_size: Sequence[int], sigma: Sequence[float]) -> Tensor:
    from ...nn import functional as F
    check(img)
    x = _as_floats(img)
    row, column = (_gaussian(k, s, x.dtype) for k, s in zip(kernel_size, sigma))
    kernel = column[:, None].mm(row[None, :])
    flat = x.reshape(-1, *x.shape[-3:])
    channels = flat.shape[1]
    sides = [kernel_size[0] // 2] * 2 + [kernel_size[1] // 2] * 2
    out = F.conv2d(F.pad(flat, sides, mode="reflect"), kernel.expand(channels, 1, *kernel.shape), groups=channels)
    return _as_before(out.reshape(x.shape), img.dtype)


def _gaussian(size: int, sigma: float, dtype: Any) -> Tensor:
    half = (size - 1) * 0.5
    values = (-0.5 * (_F.linspace(-half, half, size, dtype=dtype) / sigma).pow(2)).exp()
    return values / values.sum()
