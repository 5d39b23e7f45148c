"""The ranges of types. Like torch.finfo and torch.iinfo."""
from __future__ import annotations

from . import _C

_FLOATS = {"float32": (1e-6, 3.4028234663852886e+38, 1.1920928955078125e-07, 1.1754943508222875e-38, 32),
           "float64": (1e-15, 1.7976931348623157e+308, 2.220446049250313e-16, 2.2250738585072014e-308, 64),
           "float16": (1e-3, 65504.0, 9.765625e-4, 6.103515625e-05, 16),
           "bfloat16": (1e-2, 3.3895313892515355e+38, 0.0078125, 1.1754943508222875e-38, 16)}
_INTEGERS = {"uint8": (0, 255, 8), "uint16": (0, 2**16 - 1, 16), "uint32": (0, 2**32 - 1, 32), "uint64": (0, 2**64 - 1, 64),
             "int8": (-128, 127, 8), "int16": (-32768, 32767, 16), "int32": (-2**31, 2**31 - 1, 32), "int64": (-2**63, 2**63 - 1, 64)}


_MISSING = object()


class _Info:
    """What does not change, and is equal where the type is."""

    __hash__ = None

    def __init__(self, dtype, fields: dict) -> None:
        self.__dict__.update(fields, dtype=_name(dtype))

    def __eq__(self, other):
        return self.dtype == other.dtype if type(self) is type(other) else NotImplemented

    def __setattr__(self, name: str, value) -> None:
        raise AttributeError(f"attribute '{name}' of 'torch.{type(self).__name__}' objects is not writable")


def _name(dtype) -> str:
    return repr(dtype).removeprefix("torch.")


def _checked(function: str, dtype):
    if not isinstance(dtype, _C.dtype):
        raise TypeError(f"{function}(): argument 'type' (position 1) must be torch.dtype, not {type(dtype).__name__}")
    return dtype


class finfo(_Info):
    """bits, eps, max, min, tiny, smallest_normal and resolution of a float type.

    Example::

        >>> torch.finfo(torch.float32).eps
        1.1920928955078125e-07
    """

    def __init__(self, type=_MISSING) -> None:
        dtype = _C.get_default_dtype() if type is _MISSING else _checked("finfo", type)
        if _name(dtype) not in _FLOATS:
            raise TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        resolution, largest, eps, tiny, bits = _FLOATS[_name(dtype)]
        super().__init__(dtype, {"resolution": resolution, "min": -largest, "max": largest, "eps": eps, "smallest_normal": tiny,
                                 "tiny": tiny, "bits": bits})

    def __repr__(self) -> str:
        return (f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
                f"smallest_normal={self.tiny:g}, tiny={self.tiny:g}, dtype={self.dtype})")


class iinfo(_Info):
    """bits, max and min of an integer type."""

    def __init__(self, type=_MISSING) -> None:
        if type is _MISSING:
            raise TypeError('iinfo() missing 1 required positional arguments: "type"')
        dtype = _checked("iinfo", type)
        if dtype == _C.bool:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        if _name(dtype) not in _INTEGERS:
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        smallest, largest, bits = _INTEGERS[_name(dtype)]
        super().__init__(dtype, {"min": smallest, "max": largest, "bits": bits})

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
