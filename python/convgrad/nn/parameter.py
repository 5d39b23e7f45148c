"""Parameter: a tensor that a module trains. Like torch.nn.parameter."""
from __future__ import annotations

from collections import OrderedDict

from .. import _C

Tensor = _C.Tensor


class _ParameterMeta(type(Tensor)):
    """isinstance(t, Parameter) also holds for a tensor that was marked with _is_param."""

    def __instancecheck__(cls, instance):
        if type.__instancecheck__(cls, instance):
            return True
        return cls is Parameter and isinstance(instance, Tensor) and getattr(instance, "_is_param", False)


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that, assigned to a module, is one of its parameters(); requires grad unless told otherwise.

    Example::

        >>> nn.Parameter(torch.zeros(2))
        Parameter containing:
        tensor([0., 0.], requires_grad=True)
    """

    __torch_function__ = classmethod(_C._disabled_torch_function)

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            data = _C._functions.empty(0)
        return _C._make_subclass(cls, data if isinstance(data, Tensor) else data.detach(), requires_grad)

    def __init__(self, data=None, requires_grad=True):
        pass

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        result = type(self)(self.data.clone(), self.requires_grad)
        memo[id(self)] = result
        return result

    def __repr__(self):
        return "Parameter containing:\n" + Tensor.__repr__(self)

    def __reduce_ex__(self, protocol):
        from .. import _utils
        state = {k: v for k, v in self.__dict__.items()}
        if not state:
            return _utils._rebuild_parameter, (self.data, self.requires_grad, OrderedDict())
        return _utils._rebuild_parameter_with_state, (self.data, self.requires_grad, OrderedDict(), state)


class _BufferMeta(type(Tensor)):
    """isinstance(t, Buffer) holds for a tensor that was marked with _is_buffer."""

    def __instancecheck__(cls, instance):
        if cls is Buffer and isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False):
            return True
        return type.__instancecheck__(cls, instance)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that, assigned to a module, is one of its buffers()."""

    __torch_function__ = classmethod(_C._disabled_torch_function)

    def __new__(cls, data=None, *, persistent=True):
        if data is None:
            data = _C._functions.empty(0)
        buffer = data.detach().requires_grad_(data.requires_grad)
        buffer.persistent = persistent
        buffer._is_buffer = True
        return buffer


class UninitializedTensorMixin:
    """A tensor whose sizes are not known yet."""

    def materialize(self, shape, device=None, dtype=None):
        self.data = _C._functions.empty(shape, dtype=dtype or self.data.dtype)
        self.__class__ = self.cls_to_become

    @property
    def shape(self):
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when "
            "trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before "
            "accessing their attributes.")

    def share_memory_(self):
        raise RuntimeError("Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters before "
                           "calling `module.share_memory()`.")

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, self.data.device, self.data.dtype)
        return memo[id(self)]

    def __reduce_ex__(self, protocol):
        return type(self), (self.requires_grad,)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter that gets its sizes at the first call of its (lazy) module."""

    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        return _C._make_subclass(cls, _C._functions.empty(0, dtype=dtype), requires_grad)

    def __init__(self, requires_grad=True, device=None, dtype=None):
        pass


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer that gets its sizes at the first call of its (lazy) module."""

    cls_to_become = Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        buffer = _C._make_subclass(cls, _C._functions.empty(0, dtype=dtype), requires_grad)
        buffer.persistent = persistent
        buffer._is_buffer = True
        return buffer

    def __init__(self, *args, **kwargs):
        pass


def is_lazy(tensor) -> bool:
    return isinstance(tensor, UninitializedTensorMixin)
