"""What pickles of tensors call, and names of types."""
from __future__ import annotations

from collections import OrderedDict
from typing import Any

from . import _C


def typename(value: Any) -> str:
    """"torch.FloatTensor" of a tensor, "module.Class" of others."""
    if isinstance(value, _C.Tensor):
        return value.type()
    module = ""
    if hasattr(value, "__module__") and value.__module__ not in ("builtins", "__builtin__", None):
        module = value.__module__ + "."
        if module.startswith("convgrad."):
            module = "torch." + module[len("convgrad."):]
    if hasattr(value, "__qualname__"):
        return module + value.__qualname__
    if hasattr(value, "__name__"):
        return module + value.__name__
    kind = type(value)
    module = "" if kind.__module__ in ("builtins", "__builtin__") else kind.__module__ + "."
    if module.startswith("convgrad."):
        module = "torch." + module[len("convgrad."):]
    return module + kind.__qualname__


def parse_to(*args, **kwargs):
    """Device, dtype, non_blocking and memory format of the arguments of Module.to."""
    device = dtype = format = None
    non_blocking = False
    left = list(args)
    if left and isinstance(left[0], _C.Tensor):
        dtype, device = left.pop(0).dtype, _C.device("cpu")
    else:
        if left and (left[0] is None or isinstance(left[0], (str, _C.device, int))):
            given = left.pop(0)
            device = given if given is None else _C.device(given)
        if left and isinstance(left[0], _C.dtype):
            dtype = left.pop(0)
        elif left and left[0] is None:
            left.pop(0)
    if left:
        non_blocking = left.pop(0)
    if "device" in kwargs and kwargs["device"] is not None:
        device = _C.device(kwargs["device"])
    dtype = kwargs.get("dtype", dtype)
    if "tensor" in kwargs:
        dtype, device = kwargs["tensor"].dtype, _C.device("cpu")
    non_blocking = kwargs.get("non_blocking", non_blocking)
    format = kwargs.get("memory_format")
    return device, dtype, non_blocking, format


def _rebuild_tensor(elements, sizes, strides, offset, requires_grad, backward_hooks=None, state=None):
    tensor = elements.as_strided(sizes, strides, offset)
    tensor = tensor.detach()
    tensor.requires_grad = requires_grad
    if state:
        tensor.__dict__.update(state)
    return tensor


def _rebuild_elements(data: bytes, dtype, count: int):
    """One dimension of `count` elements from their bytes."""
    return _C._from_bytes(data, dtype, count)


def _rebuild_parameter(data, requires_grad, backward_hooks):
    from .nn.parameter import Parameter
    return Parameter(data, requires_grad)


def _rebuild_parameter_with_state(data, requires_grad, backward_hooks, state):
    parameter = _rebuild_parameter(data, requires_grad, backward_hooks)
    parameter.__dict__.update(state)
    return parameter


def _rebuild_subclass(kind, tensor, state):
    result = _C._make_subclass(kind, tensor, tensor.requires_grad)
    result.__dict__.update(state)
    return result
