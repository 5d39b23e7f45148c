"""The ranges of types. Like torch.finfo and torch.iinfo."""
from __future__ import annotations

from . import _C

_FLOATS = {"float32": (1e-6, 3.4028234663852886e+38, 1.1920928955078125e-07, 1.1754943508222875e-38, 32),
           "float64": (1e-15, 1.7976931348623157e+308, 2.220446049250313e-16, 2.2250738585072014e-308, 64)}
_INTEGERS = {"uint8": (0, 255, 8), "int8": (-128, 127, 8), "int16": (-32768, 32767, 16), "int32": (-2**31, 2**31 - 1, 32),
             "int64": (-2**63, 2**63 - 1, 64)}


class finfo:
    """bits, eps, max, min, tiny, smallest_normal and resolution of a float type.

    Example::

        >>> torch.finfo(torch.float32).eps
        1.1920928955078125e-07
    """

    def __init__(self, dtype=None) -> None:
        dtype = _C.get_default_dtype() if dtype is None else dtype
        self.dtype = repr(dtype).removeprefix("torch.")
        if self.dtype not in _FLOATS:
            raise TypeError(f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        self.resolution, self.max, self.eps, self.tiny, self.bits = _FLOATS[self.dtype]
        self.smallest_normal = self.tiny
        self.min = -self.max

    def __repr__(self) -> str:
        return (f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
                f"smallest_normal={self.tiny:g}, tiny={self.tiny:g}, dtype={self.dtype})")


class iinfo:
    """bits, max and min of an integer type."""

    def __init__(self, dtype) -> None:
        self.dtype = repr(dtype).removeprefix("torch.")
        if self.dtype not in _INTEGERS:
            if self.dtype == "bool":
                raise TypeError("torch.bool is not supported by torch.iinfo")
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        self.min, self.max, self.bits = _INTEGERS[self.dtype]

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
