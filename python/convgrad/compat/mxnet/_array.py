"""Arrays that look like MXNet's, around convgrad's tensors."""
from __future__ import annotations

import operator
import threading
import weakref
from typing import Any, Callable

from ... import _C
from ...autograd.grad_mode import set_grad_enabled
from ._context import Context, cpu
from ._format import array_repr

Tensor = _C.Tensor
_F = _C._functions
_state = threading.local()
_attached: weakref.WeakSet[ndarray] = weakref.WeakSet()
_DTYPES = {"float32": _C.float32, "float64": _C.float64, "int32": _C.int32, "int64": _C.int64, "uint8": _C.uint8, "bool": _C.bool,
           "bool_": _C.bool, "float": _C.float64, "int": _C.int64}


def recording() -> bool:
    """Whether operations are recorded: inside autograd.record()."""
    return getattr(_state, "recording", False)


def set_recording(on: bool) -> bool:
    before = recording()
    _state.recording = on
    return before


def dtype_of(given: Any) -> Any:
    """convgrad's type of a name, of a type of NumPy's or Python's, or of one of ours. TypeError for others."""
    if given is None or isinstance(given, _C.dtype):
        return given
    name = given if isinstance(given, str) else getattr(given, "__name__", None) or getattr(given, "name", str(given))
    if name not in _DTYPES:
        raise TypeError(f"data type {given!r} not understood")
    return _DTYPES[name]


def unwrapped(value: Any) -> Any:
    """The tensors in place of arrays, in lists and tuples, too."""
    if isinstance(value, (list, tuple)):
        return type(value)(unwrapped(v) for v in value)
    return value._tensor if isinstance(value, ndarray) else value


def wrapped(result: Any) -> Any:
    if isinstance(result, Tensor):
        return ndarray(result)
    if isinstance(result, (list, tuple)):
        return type(result)(wrapped(r) for r in result)
    return result


def run(function: Callable, *args: Any) -> Any:
    """Calls a function of tensors on arrays."""
    with set_grad_enabled(recording()):
        result = function(*unwrapped(args))
    return wrapped(result)


class ndarray:
    """An array; what it prints, and the type of what is made of numbers (float32), are MXNet's."""

    __array_priority__ = 1000.0

    def __init__(self, tensor: Tensor) -> None:
        self._tensor = tensor
        self._grad_req = "null"

    # ---- form

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._tensor.shape)

    @property
    def dtype(self) -> Any:
        """NumPy's type, or its name where there is no NumPy."""
        name = self._kind()
        try:
            import numpy
        except ImportError:
            return name
        return numpy.dtype(name).type

    def _kind(self) -> str:
        return repr(self._tensor.dtype).removeprefix("torch.")

    @property
    def size(self) -> int:
        return self._tensor.numel()

    @property
    def ndim(self) -> int:
        return self._tensor.dim()

    @property
    def T(self) -> ndarray:
        return self.transpose()

    @property
    def ctx(self) -> Context:
        return cpu()

    context = ctx

    def as_in_ctx(self, ctx: Context) -> ndarray:
        """Itself. ValueError for a graphics card."""
        if ctx.device_type != "cpu":
            raise ValueError("convgrad has arrays on the processor only: cpu()")
        return self

    as_in_context = as_in_ctx

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        return iter([self[i] for i in range(len(self))])

    def __repr__(self) -> str:
        text = array_repr(self.tolist(), self.shape, self._kind())
        return text if self._kind() in ("float32", "bool") else f"{text[:-1]}, dtype={self._kind()})"

    def __str__(self) -> str:
        text = array_repr(self.tolist(), self.shape, self._kind())[len("array("):-1]
        return text.replace(",", "").replace("\n" + " " * len("array("), "\n")

    # ---- values

    def asnumpy(self) -> Any:
        return self._tensor.detach().clone().numpy()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        array = self.asnumpy()
        return array if dtype is None else array.astype(dtype)

    def item(self) -> Any:
        return self._tensor.item()

    asscalar = item

    def tolist(self) -> Any:
        return self._tensor.tolist()

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError("The truth value of an ndarray with multiple elements is ambiguous.")
        return bool(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    __index__ = __int__

    def __hash__(self) -> int:
        return id(self)

    def copy(self) -> ndarray:
        return run(Tensor.clone, self)

    def astype(self, dtype: Any, copy: bool = True) -> ndarray:
        return run(lambda t: t.to(dtype_of(dtype), copy=copy), self)

    def __getitem__(self, key: Any) -> ndarray:
        return run(lambda t: t[unwrapped(key)], self)

    def __setitem__(self, key: Any, value: Any) -> None:
        with set_grad_enabled(recording()):
            self._tensor[unwrapped(key)] = unwrapped(value)

    # ---- gradients

    def attach_grad(self, grad_req: str = "write") -> None:
        """Gradients will be left in .grad: written at each backward, or added up ("add"). ValueError for other words."""
        if grad_req not in ("write", "add", "null"):
            raise ValueError(f"grad_req is one of 'write', 'add' and 'null', not {grad_req!r}")
        self._tensor = self._tensor.detach().requires_grad_(grad_req != "null")
        self._grad_req = grad_req
        self._grad = _F.zeros_like(self._tensor)
        _attached.add(self)

    @property
    def grad(self) -> ndarray | None:
        return ndarray(self._grad) if self._grad_req != "null" else None

    def detach(self) -> ndarray:
        return ndarray(self._tensor.detach())

    def backward(self, out_grad: ndarray | None = None, retain_graph: bool = False, train_mode: bool = True) -> None:
        """Gradients of the sum of all elements, or of them weighted by out_grad, for all arrays with attach_grad()."""
        backward([self], [out_grad], retain_graph)


def backward(heads: list[ndarray], head_grads: list[ndarray | None], retain_graph: bool) -> None:
    from ...autograd import backward as run_backward
    targets = [a for a in list(_attached) if a._grad_req != "null"]
    for a in targets:
        a._tensor.grad = None
    seeds = [_F.ones_like(h._tensor) if g is None else g._tensor for h, g in zip(heads, head_grads)]
    run_backward([h._tensor for h in heads], seeds, retain_graph=retain_graph)
    for a in targets:
        found, a._tensor.grad = a._tensor.grad, None
        if found is not None:
            a._grad = found if a._grad_req == "write" else a._grad + found


# ---- operators and methods that are those of tensors

def _binary(name: str, reverse: bool = False) -> Callable:
    function = getattr(operator, name)

    def method(self, other):
        if not isinstance(other, (ndarray, int, float, bool)):
            return NotImplemented
        return run(function, other, self) if reverse else run(function, self, other)

    return method


def _in_place(name: str) -> Callable:
    function = getattr(operator, name)

    def method(self, other):
        with set_grad_enabled(recording()):
            self._tensor = function(self._tensor, unwrapped(other))
        return self

    return method


def _method(function: Callable) -> Callable:
    def method(self, *args, **kwargs):
        return run(lambda t: function(t, *unwrapped(args), **kwargs), self)

    return method


def _axes(axis: Any, t: Tensor) -> list[int]:
    if axis is None:
        return list(range(t.dim()))
    return [axis] if isinstance(axis, int) else list(axis)


def _shape_of(args: tuple) -> list[int]:
    return list(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else list(args)


def sum_(t: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    return t.sum(_axes(axis, t), keepdims) if t.dim() else t.clone()


def mean_(t: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    t = t if t.is_floating_point() else t.to(_C.float32)
    return t.mean(_axes(axis, t), keepdims) if t.dim() else t.clone()


def extreme(name: str) -> Callable:
    def function(t: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
        return getattr(t, name)(_axes(axis, t), keepdims) if t.dim() else t.clone()

    return function


def arg_extreme(name: str) -> Callable:
    def function(t: Tensor, axis: int | None = None) -> Tensor:
        return getattr(t, name)() if axis is None else getattr(t, name)(axis)

    return function


def transposed(t: Tensor, *axes: Any) -> Tensor:
    return t.permute(_shape_of(axes) if axes and axes != (None,) else list(range(t.dim()))[::-1])


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "eq", "ne", "lt", "le", "gt", "ge"):
    setattr(ndarray, f"__{_name}__", _binary(_name))
    if _name not in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(ndarray, f"__r{_name}__", _binary(_name, reverse=True))
        setattr(ndarray, f"__i{_name}__", _in_place(f"i{_name}"))
ndarray.__neg__ = _method(lambda t: -t)
ndarray.__abs__ = _method(lambda t: t.abs())
ndarray.__invert__ = _method(lambda t: ~t)
ndarray.sum = _method(sum_)
ndarray.mean = _method(mean_)
ndarray.max = _method(extreme("amax"))
ndarray.min = _method(extreme("amin"))
ndarray.argmax = _method(arg_extreme("argmax"))
ndarray.argmin = _method(arg_extreme("argmin"))
ndarray.reshape = _method(lambda t, *shape: t.reshape(_shape_of(shape)))
ndarray.transpose = _method(transposed)
ndarray.flatten = _method(lambda t: t.reshape(-1))
ndarray.squeeze = _method(lambda t, axis=None: t.squeeze() if axis is None else t.squeeze(axis))
for _name in ("exp", "log", "sqrt", "abs", "tanh", "sin", "cos", "sign", "floor", "ceil", "round"):
    setattr(ndarray, _name, _method(getattr(Tensor, _name)))
