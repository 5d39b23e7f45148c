"""What PyTorch's files call things, and what these are here: storages, tensors rebuilt from them, types."""
from __future__ import annotations

import pickle
import sys
from collections import Counter, OrderedDict
from typing import Any, Callable

from .. import _C

Tensor = _C.Tensor

_SUPPORTED = (_C.float32, _C.float64, _C.int64, _C.int32, _C.uint8, _C.bool)


class StorageType:
    """Stands for torch.FloatStorage and its like."""

    def __init__(self, name: str, dtype: Any) -> None:
        self.name = name
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"torch.{self.name}"


STORAGE_TYPES = {name: StorageType(name, getattr(_C, dtype)) for name, dtype in {
    "FloatStorage": "float32", "DoubleStorage": "float64", "LongStorage": "int64", "IntStorage": "int32", "ByteStorage": "uint8",
    "BoolStorage": "bool", "HalfStorage": "float16", "BFloat16Storage": "bfloat16", "ShortStorage": "int16", "CharStorage": "int8",
    "ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128"}.items()}
STORAGE_TYPE_OF = {t.dtype: t for t in STORAGE_TYPES.values()}


class Storage:
    """Elements of a file, shared by the tensors that were views of them. What map_location functions are given."""

    def __init__(self, elements: Tensor, location: str) -> None:
        self.elements = elements
        self.location = location
        self.device = _C.device("cpu")
        self.dtype = elements.dtype

    def cpu(self) -> Storage:
        return self

    def cuda(self, device: Any = None, non_blocking: bool = False) -> Storage:
        raise AssertionError("Torch not compiled with CUDA enabled")

    def nbytes(self) -> int:
        return self.elements.numel() * self.elements.element_size()

    def __len__(self) -> int:
        return self.elements.numel()


def elements_of(data: bytes, kind: StorageType, count: int, big_endian: bool, what: str) -> Tensor:
    """One dimension of `count` elements from their bytes, which must be exactly as many."""
    if kind.dtype not in _SUPPORTED:
        raise NotImplementedError(f"convgrad has no tensors of {kind.dtype}, in which {what} is kept; convert it to float() before saving")
    if len(data) != count * kind.dtype.itemsize:
        raise pickle.UnpicklingError(f"{what} has {len(data)} bytes, but {count} elements of {kind.dtype} take {count * kind.dtype.itemsize}")
    if big_endian != (sys.byteorder == "big"):
        data = turned(data, kind.dtype.itemsize)
    return _C._from_bytes(data, kind.dtype, count)


def turned(data: bytes, size: int) -> bytes:
    """Elements of so many bytes in the other order of bytes."""
    if size == 1:
        return data
    import array
    words = array.array({4: "I", 8: "Q"}[size], data)
    words.byteswap()
    return words.tobytes()


# ---- what tensors are rebuilt by

def _numbers(what: str, values: Any) -> tuple[int, ...]:
    if not isinstance(values, (tuple, list)) or not all(type(v) is int and 0 <= v < 2 ** 63 for v in values):
        raise pickle.UnpicklingError(f"the {what} of a tensor is {values!r}")
    return tuple(values)


def _view(storage: Any, offset: Any, size: Any, stride: Any) -> Tensor:
    """The one rule for all tensors of a file: every element lies in the storage."""
    if not isinstance(storage, Storage):
        raise pickle.UnpicklingError(f"a tensor is made of a {type(storage).__name__}, not of a storage")
    size, stride = _numbers("size", size), _numbers("stride", stride)
    (offset,) = _numbers("offset", [offset])
    if len(size) != len(stride) or len(size) > 64:
        raise pickle.UnpicklingError(f"a tensor of size {size} has strides {stride}")
    if 0 not in size:
        last = offset + sum((n - 1) * s for n, s in zip(size, stride))
        if last >= len(storage):
            raise pickle.UnpicklingError(f"a tensor of size {size}, strides {stride} and offset {offset} is larger than its storage of "
                                         f"{len(storage)} elements")
    elif offset > len(storage):
        raise pickle.UnpicklingError(f"the offset {offset} of an empty tensor is beyond its storage of {len(storage)} elements")
    return storage.elements.as_strided(size, stride, offset).data


def _rebuild_tensor(storage, storage_offset, size, stride):
    return _view(storage, storage_offset, size, stride)


def _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None):
    tensor = _view(storage, storage_offset, size, stride)
    if requires_grad:
        tensor.requires_grad_(True)
    return tensor


def _rebuild_parameter(data, requires_grad, backward_hooks):
    from ..nn.parameter import Parameter
    if not isinstance(data, Tensor):
        raise pickle.UnpicklingError(f"a parameter is made of a {type(data).__name__}, not of a tensor")
    return Parameter(data, bool(requires_grad))


def _rebuild_parameter_with_state(data, requires_grad, backward_hooks, state):
    parameter = _rebuild_parameter(data, requires_grad, backward_hooks)
    _set_state(parameter, state)
    return parameter


def _set_state(object: Any, state: Any) -> None:
    parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
    for part in parts:
        for key, value in (part or {}).items():
            setattr(object, key, value)


def _rebuild_from_type_v2(func, new_type, args, state):
    """A tensor of a derived class, or with attributes."""
    if func not in REBUILDERS or not (isinstance(new_type, type) and issubclass(new_type, Tensor)):
        raise pickle.UnpicklingError(f"a tensor is rebuilt by {func}, as {new_type}")
    tensor = func(*args)
    if type(tensor) is not new_type:
        tensor = _C._make_subclass(new_type, tensor, tensor.requires_grad)
    if hasattr(new_type, "__setstate__"):
        tensor.__setstate__(state)
    else:
        _set_state(tensor, state)
    return tensor


REBUILDERS = {_rebuild_tensor: "torch._utils", _rebuild_tensor_v2: "torch._utils", _rebuild_parameter: "torch._utils",
              _rebuild_parameter_with_state: "torch._utils", _rebuild_from_type_v2: "torch._tensor"}


# ---- what a file may name by default, and what it may be called as

def _pairs(items: Any) -> list:
    from .machine import check_key
    items = list(items.items()) if isinstance(items, dict) else list(items)
    for pair in items:
        key, _ = pair
        check_key(key)
    return items


def _ordered_dict(items=()):
    return OrderedDict(_pairs(items))


def _counter(items=()):
    return Counter(dict(_pairs(items)))


def _set(items=()):
    from .machine import check_key
    for item in items:
        check_key(item)
    return set(items)


def _bytearray(data=b"", encoding=None):
    if isinstance(data, str) and encoding == "latin-1":
        return bytearray(data, encoding)
    if isinstance(data, bytes):
        return bytearray(data)
    raise pickle.UnpicklingError(f"a bytearray is made of a {type(data).__name__}")


def encode(text, encoding="utf-8"):
    """How bytes are written by protocol 2."""
    if type(text) is not str or encoding not in ("latin1", "latin-1", "utf-8", "utf8", "ascii"):
        raise pickle.UnpicklingError(f"bytes are made of a {type(text).__name__} by the encoding {encoding!r}")
    return text.encode(encoding)


def _complex(real=0.0, imag=0.0):
    if type(real) not in (int, float) or type(imag) not in (int, float):
        raise pickle.UnpicklingError("a complex number is not made of numbers")
    return complex(real, imag)


def _size(numbers=()):
    return _C.Size(_numbers("size", numbers))


def _device(type, index=None):
    try:
        return _C.device(type) if index is None else _C.device(type, index)
    except RuntimeError as error:
        raise pickle.UnpicklingError(str(error)) from None


def _get_layout(name):
    return {"torch.strided": _C.strided}[name]


def _allowed() -> tuple[dict[str, Any], dict[int, Callable]]:
    import _codecs

    from ..nn.parameter import Parameter
    found: dict[str, Any] = {
        "collections.OrderedDict": OrderedDict, "collections.Counter": Counter, "torch.nn.parameter.Parameter": Parameter,
        "torch.serialization._get_layout": _get_layout, "torch.Size": _C.Size, "torch.Tensor": Tensor, "torch.device": _C.device,
        "_codecs.encode": _codecs.encode, "builtins.bytearray": bytearray, "builtins.set": set, "builtins.complex": complex,
        "torch.strided": _C.strided}
    for dtype in STORAGE_TYPE_OF:
        found[repr(dtype)] = dtype
    for name, kind in STORAGE_TYPES.items():
        found[f"torch.{name}"] = kind
    for function, module in REBUILDERS.items():
        found[f"{module}.{function.__name__}"] = function
    calls = {id(OrderedDict): _ordered_dict, id(Counter): _counter, id(_get_layout): _get_layout, id(_C.Size): _size,
             id(_C.device): _device, id(_codecs.encode): encode, id(bytearray): _bytearray, id(set): _set, id(complex): _complex}
    calls.update({id(f): f for f in REBUILDERS})
    return found, calls


_tables: tuple[dict[str, Any], dict[int, Callable]] | None = None


def allowed() -> tuple[dict[str, Any], dict[int, Callable]]:
    """By full name what a file may name; by identity what of it may be called, and as what."""
    global _tables
    if _tables is None:
        _tables = _allowed()
    return _tables


# ---- modules by their names there and here

def name_there(module: str) -> str:
    """The module of a file that PyTorch can read."""
    for here, there in (("convgrad.vision", "torchvision"), ("convgrad", "torch")):
        if module == here or module.startswith(here + "."):
            return there + module[len(here):]
    return module


def name_here(module: str) -> str:
    for here, there in (("convgrad.vision", "torchvision"), ("convgrad", "torch")):
        if module == there or module.startswith(there + "."):
            return here + module[len(there):]
    return module
