"""torch.FloatTensor and its kin: classes that make tensors of a type, and that tensors of the type are instances of."""
from __future__ import annotations

from . import _C

Tensor = _C.Tensor


class _TensorType(type):
    def __call__(cls, *args, **kwargs):
        device = kwargs.pop("device", None)
        if device is not None and _C.device(device).type != "cpu":
            raise RuntimeError(f"legacy constructor expects device type: cpu but device type: {_C.device(device).type} was passed")
        return _C._legacy_tensor(cls.dtype, *args)

    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype

    def __repr__(cls):
        return f"<class 'torch.{cls.__name__}'>"


def _make(name: str, dtype):
    return _TensorType(name, (), {"dtype": dtype, "__module__": "torch", "is_cuda": False, "layout": _C.strided})


FloatTensor = _make("FloatTensor", _C.float32)
DoubleTensor = _make("DoubleTensor", _C.float64)
LongTensor = _make("LongTensor", _C.int64)
IntTensor = _make("IntTensor", _C.int32)
ByteTensor = _make("ByteTensor", _C.uint8)
BoolTensor = _make("BoolTensor", _C.bool)


def is_tensor(obj) -> bool:
    """Whether it is a tensor."""
    return isinstance(obj, Tensor)


def set_default_dtype(d) -> None:
    """What float literals become: torch.float32 or torch.float64."""
    _C._set_default_dtype(d)


def set_default_tensor_type(t) -> None:
    from ._tensor import _dtype_from
    _C._set_default_dtype(_dtype_from(t))


def typename(obj) -> str:
    from ._utils import typename as of
    return of(obj)
