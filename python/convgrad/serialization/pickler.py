"""Pickles of tensors whose elements are kept apart, with PyTorch's names, byte for byte as PyTorch writes them."""
from __future__ import annotations

import pickle
import types
from collections import OrderedDict
from typing import Any

from .. import _C
from .names import REBUILDERS, STORAGE_TYPE_OF, StorageType, _rebuild_from_type_v2, _rebuild_parameter, _rebuild_parameter_with_state
from .names import _rebuild_tensor_v2, name_there

Tensor = _C.Tensor


class _Elements:
    """The storage of a tensor, in a pickle."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor  # keeps the memory, and so its address, in use
        self.key: str | None = None
        self.count = _C._storage_bytes(tensor) // tensor.element_size()

    def bytes(self) -> bytes:
        return _C._to_bytes(self.tensor.detach().as_strided((self.count,), (1,), 0))


class TensorPickler(pickle._Pickler):
    """storages: after dump(), what is to be written beside the pickle, by key. legacy: persistent ids of the older format."""

    def __init__(self, file: Any, protocol: int, legacy: bool = False) -> None:
        super().__init__(file, protocol)
        self._legacy = legacy
        self.storages: dict[str, _Elements] = {}
        self._known: dict[int, _Elements] = {}

    def _elements(self, tensor: Tensor) -> _Elements:
        key = tensor.untyped_storage().data_ptr() if tensor.numel() else -id(tensor)
        if key not in self._known:
            self._known[key] = _Elements(tensor)
        return self._known[key]

    def persistent_id(self, obj: Any) -> Any:
        if not isinstance(obj, _Elements):
            return None
        if obj.key is None:
            obj.key = str(len(self.storages))
            self.storages[obj.key] = obj
        kind = STORAGE_TYPE_OF[obj.tensor.dtype]
        if self._legacy:
            return ("storage", kind, obj.key, "cpu", obj.count, None)
        return ("storage", kind, obj.key, "cpu", obj.count)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Tensor):
            return self._reduce_tensor(obj)
        if isinstance(obj, StorageType):
            return obj.name
        if isinstance(obj, (_C.device, _C.Size)):
            return self._reduce_type(obj)
        if isinstance(obj, (type, types.FunctionType)):
            if "<locals>" in obj.__qualname__:
                raise AttributeError(f"Can't pickle local object {obj.__qualname__!r}")
            return obj.__qualname__ if _is_ours(obj) else NotImplemented
        return NotImplemented

    def _reduce_type(self, obj: Any) -> Any:
        if isinstance(obj, _C.Size):
            return _C.Size, (tuple(obj),)
        return _C.device, (obj.type,) if obj.index is None else (obj.type, obj.index)

    def _reduce_tensor(self, tensor: Tensor) -> Any:
        from ..nn.parameter import Parameter
        state = dict(getattr(tensor, "__dict__", {}))
        if type(tensor) is Parameter:
            args = (tensor.data, tensor.requires_grad, OrderedDict())
            return (_rebuild_parameter_with_state, (*args, state)) if state else (_rebuild_parameter, args)
        plain = (_rebuild_tensor_v2, (self._elements(tensor), tensor.storage_offset(), tuple(tensor.shape), tensor.stride(),
                                      tensor.requires_grad, OrderedDict()))
        if type(tensor) is Tensor and not state:
            return plain
        return _rebuild_from_type_v2, (plain[0], type(tensor), plain[1], state)

    def save_global(self, obj: Any, name: str | None = None) -> None:
        """Names are PyTorch's, so that both can read the file."""
        if isinstance(obj, StorageType):
            module = "torch"
        elif obj in REBUILDERS if isinstance(obj, types.FunctionType) else False:
            module, name = REBUILDERS[obj], obj.__name__
        elif isinstance(obj, _C.dtype):
            module, name = "torch", repr(obj).removeprefix("torch.")
        elif _is_ours(obj):
            module = name_there(obj.__module__)
            name = name or obj.__qualname__
        else:
            super().save_global(obj, name)
            return
        if self.proto >= 4:
            self.save(module)
            self.save(name)
            self.write(pickle.STACK_GLOBAL)
        else:
            self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
        self.memoize(obj)


def _is_ours(obj: Any) -> bool:
    module = getattr(obj, "__module__", None)
    return isinstance(module, str) and (module == "convgrad" or module.startswith("convgrad."))
