"""Pickles of dicts, lists, texts, numbers and NumPy's arrays of bytes, as CIFAR's files are; nothing else is called."""
from __future__ import annotations

import math
import pickle
from typing import Any

from ... import _C
from ...serialization.machine import Machine
from ...serialization.names import encode


class _Array:
    """An array on its way: NumPy makes an empty one first and then gives it its state."""

    def __new__(cls, *args: Any) -> Any:
        self = super().__new__(cls)
        self.tensor = None
        return self

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        if not isinstance(kind, _Kind) or fortran or not isinstance(data, (bytes, str)):
            raise ValueError("an array that is no plain one of bytes")
        data = data.encode("latin1") if isinstance(data, str) else data
        if not all(type(n) is int and n >= 0 for n in shape) or len(data) != math.prod(shape):
            raise ValueError("an array whose size does not fit")
        self.tensor = _C._from_bytes(data, _C.uint8, len(data)).reshape(shape)

    @property
    def shape(self) -> Any:
        return self.tensor.shape

    @property
    def dtype(self) -> Any:
        return self.tensor.dtype

    def reshape(self, *sizes: int) -> Any:
        return self.tensor.reshape(*sizes)


class _Kind:
    """numpy.dtype('uint8')."""

    def __new__(cls, name: Any = None, *args: Any) -> Any:
        if name not in ("u1", "uint8", b"u1"):
            raise ValueError(f"an array of {name}")
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        pass


def _reconstruct(kind: Any, shape: Any, code: Any) -> Any:
    return _Array()


_NAMES = {("numpy.core.multiarray", "_reconstruct"): _reconstruct, ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
          ("numpy", "ndarray"): _Array, ("numpy", "dtype"): _Kind}


def load(data: bytes, where: str) -> Any:
    """The value of a pickle. ValueError, with the place, for damaged ones and for what else they may hold."""
    import _codecs
    names = {**_NAMES, ("_codecs", "encode"): _codecs.encode}

    def find(module: str, name: str) -> Any:
        if (module, name) not in names:
            raise pickle.UnpicklingError(f"{module}.{name} is not expected here")
        return names[module, name]

    def no_storage(identity: Any) -> Any:
        raise pickle.UnpicklingError("no storages are expected here")

    calls = {id(_reconstruct): _reconstruct, id(_Kind): _Kind, id(_codecs.encode): encode}
    classes = {id(_Array): _Array, id(_Kind): _Kind}
    try:
        return Machine(data, find, calls, classes, no_storage, encoding="latin1").load()
    except pickle.UnpicklingError as error:
        raise ValueError(f"{where} is damaged: {error}") from None
