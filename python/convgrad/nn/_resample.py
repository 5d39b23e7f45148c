"""Pictures of other sizes. interpolate and its older names in torch.nn.functional."""
from __future__ import annotations

import operator
import warnings

from .. import _C

Tensor = _C.Tensor
_n = _C._nn

_RANKS = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}
_ANY_RANK = ("nearest", "nearest-exact", "area")


def _is_integer(x) -> bool:
    try:
        operator.index(x)
    except TypeError:
        return False
    return True


def _check_rank(mode: str, rank: int) -> None:
    """Each mode has its number of dimensions."""
    if mode in _ANY_RANK and 3 <= rank <= 5 or _RANKS.get(mode) == rank:
        return
    if mode in ("linear", "bilinear", "trilinear") and 3 <= rank <= 5:
        raise NotImplementedError(f"Got {rank}D input, but {mode} mode needs {_RANKS[mode]}D input")
    raise NotImplementedError(f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {rank}D) for the modes: nearest | linear | "
                              f"bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})")


def _sizes(size, shape, axes: int):
    if not isinstance(size, (list, tuple)):
        return [size] * axes
    if len(size) != axes:
        raise ValueError(f"Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of "
                         f"{list(shape[2:])} and output size of {size}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and "
                         "output size in (o1, o2, ...,oK) format.")
    if not all(_is_integer(x) for x in size):
        raise TypeError("expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got size with types "
                        f"{[type(x) for x in size]}")
    return list(size)


def _factors(factor, shape, axes: int):
    if not isinstance(factor, (list, tuple)):
        return [factor] * axes
    if len(factor) != axes:
        raise ValueError(f"Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of "
                         f"{list(shape[2:])} and scale_factor of shape {factor}. Please provide input tensor in (N, C, d1, d2, ...,dK) "
                         "format and scale_factor in (s1, s2, ...,sK) format.")
    return list(factor)


def interpolate(input: Tensor, size=None, scale_factor=None, mode: str = "nearest", align_corners: bool | None = None,
                recompute_scale_factor: bool | None = None, antialias: bool = False) -> Tensor:
    """Resamples to other spatial sizes: [N, C, …] of 3, 4 or 5 dimensions.

    Give either `size` (one number or one for each axis) or `scale_factor`; size = ⌊input · factor⌋. Modes: nearest, nearest-exact, area
    (means over windows) for any rank, linear (3-D), bilinear and bicubic (4-D), trilinear (5-D). With `align_corners` the corners of
    input and output lie at the same places, else their edges do.

    Raises ValueError where sizes and factors do not fit, NotImplementedError where mode and rank do not.

    Example::

        >>> F.interpolate(torch.tensor([[[1., 2.]]]), scale_factor=2)
        tensor([[[1., 1., 2., 2.]]])
        >>> F.interpolate(torch.tensor([[[1., 2.]]]), size=3, mode="linear", align_corners=True)
        tensor([[[1.0000, 1.5000, 2.0000]]])
    """
    if mode in _ANY_RANK:
        if align_corners is not None:
            raise ValueError("align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear")
    elif align_corners is None:
        align_corners = False
    axes = input.dim() - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    sizes = factors = None
    if size is not None:
        sizes = _sizes(size, input.shape, axes)
    elif scale_factor is not None:
        factors = _factors(scale_factor, input.shape, axes)
    else:
        raise ValueError("either size or scale_factor should be defined")
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if factors is not None and (recompute_scale_factor or mode == "area"):
        sizes, factors = [int(input.size(i + 2) * f) for i, f in enumerate(factors)], None
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and input.ndim == 4):
        raise ValueError("Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input")
    if mode == "area" and 3 <= input.dim() <= 5:
        from . import functional as F
        return (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)[axes - 1](input, sizes)
    _check_rank(mode, input.dim())
    return _n.interpolate(input, sizes, factors, mode, align_corners, None, antialias)


def _older(name: str, input: Tensor, size, scale_factor, mode: str, align_corners) -> Tensor:
    warnings.warn(f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=3)
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """The older name of interpolate."""
    return _older("upsample", input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    """interpolate(…, mode="nearest")."""
    return _older("upsample_nearest", input, size, scale_factor, "nearest", None)


def upsample_bilinear(input, size=None, scale_factor=None):
    """interpolate(…, mode="bilinear", align_corners=True)."""
    return _older("upsample_bilinear", input, size, scale_factor, "bilinear", True)
