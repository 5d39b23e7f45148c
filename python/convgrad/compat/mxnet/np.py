"""NumPy's functions on arrays. Like mxnet.np."""
from __future__ import annotations

from typing import Any, Callable

from ... import _C
from . import _random as random
from ._array import Tensor, arg_extreme, dtype_of, extreme, mean_, ndarray, run, sum_, transposed, wrapped

_F = _C._functions
float32, float64, int32, int64, uint8, bool_ = "float32", "float64", "int32", "int64", "uint8", "bool"
pi, e, inf, nan, newaxis = 3.141592653589793, 2.718281828459045, float("inf"), float("nan"), None


def _shape(shape: Any) -> list[int]:
    return [shape] if isinstance(shape, int) else list(shape)


def array(object: Any, dtype: Any = None, ctx: Any = None) -> ndarray:
    """An array of numbers in lists, or of another one: float32 unless told otherwise."""
    if isinstance(object, ndarray):
        return ndarray(object._tensor.detach().to(dtype_of(dtype) or object._tensor.dtype, copy=True))
    return ndarray(_C.tensor(_plain(object), dtype=dtype_of(dtype) or _C.float32))


def _plain(object: Any) -> Any:
    if isinstance(object, (list, tuple)):
        return [_plain(o) for o in object]
    return object.tolist() if isinstance(object, ndarray) else object


asarray = array


def _filled(name: str) -> Callable[..., ndarray]:
    def function(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> ndarray:
        return ndarray(getattr(_F, name)(_shape(shape), dtype=dtype_of(dtype) or _C.float32))

    function.__name__ = name
    return function


zeros, ones, empty = _filled("zeros"), _filled("ones"), _filled("empty")


def full(shape: Any, fill_value: float, dtype: Any = None, ctx: Any = None) -> ndarray:
    return ndarray(_F.full(_shape(shape), fill_value, dtype=dtype_of(dtype) or _C.float32))


def zeros_like(a: ndarray) -> ndarray:
    return run(_F.zeros_like, a)


def ones_like(a: ndarray) -> ndarray:
    return run(_F.ones_like, a)


def arange(start: float, stop: float | None = None, step: float = 1, dtype: Any = None, ctx: Any = None) -> ndarray:
    start, stop = (0, start) if stop is None else (start, stop)
    return ndarray(_F.arange(start, stop, step, dtype=dtype_of(dtype) or _C.float32))


def linspace(start: float, stop: float, num: int = 50, dtype: Any = None, ctx: Any = None) -> ndarray:
    return ndarray(_F.linspace(start, stop, num, dtype=dtype_of(dtype) or _C.float32))


def eye(N: int, M: int | None = None, dtype: Any = None, ctx: Any = None) -> ndarray:
    return ndarray(_F.eye(N, N if M is None else M, dtype=dtype_of(dtype) or _C.float32))


def dot(a: ndarray, b: ndarray) -> ndarray:
    """The sum of products over a's last dimension and b's last but one (of a vector, its only one)."""
    def function(x: Tensor, y: Tensor) -> Tensor:
        if x.dim() == 0 or y.dim() == 0:
            return x * y
        if x.dim() <= 2 and y.dim() <= 2:
            return x.matmul(y)
        from ...functional import tensordot
        return tensordot(x, y, ([x.dim() - 1], [y.dim() - 2 if y.dim() > 1 else 0]))

    return run(function, a, b)


def matmul(a: ndarray, b: ndarray) -> ndarray:
    return run(Tensor.matmul, a, b)


def concatenate(seq: Any, axis: int = 0) -> ndarray:
    return run(lambda parts: _F.cat(parts, axis), list(seq))


concat = concatenate


def stack(arrays: Any, axis: int = 0) -> ndarray:
    return run(lambda parts: _F.stack(parts, axis), list(arrays))


def split(a: ndarray, sections: int, axis: int = 0) -> list[ndarray]:
    return wrapped(list(a._tensor.chunk(sections, axis)))


def reshape(a: ndarray, newshape: Any) -> ndarray:
    return a.reshape(newshape)


def transpose(a: ndarray, axes: Any = None) -> ndarray:
    return run(transposed, a, axes)


def expand_dims(a: ndarray, axis: int) -> ndarray:
    return run(Tensor.unsqueeze, a, axis)


def squeeze(a: ndarray, axis: int | None = None) -> ndarray:
    return a.squeeze(axis)


def pad(a: ndarray, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> ndarray:
    """pad_width: (before, after) for each dimension."""
    from ...nn import functional as F
    widths = [n for pair in reversed(list(pad_width)) for n in pair]
    return run(lambda t: F.pad(t, widths, mode, constant_values), a)


def where(condition: ndarray, x: Any, y: Any) -> ndarray:
    return run(lambda c, a, b: _F.where(c.to(_C.bool), a, b), condition, x, y)


def clip(a: ndarray, a_min: float, a_max: float) -> ndarray:
    return run(lambda t: t.clamp(a_min, a_max), a)


def allclose(a: ndarray, b: Any, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    return run(lambda x, y: x.allclose(y, rtol, atol), a, b if isinstance(b, ndarray) else array(b))


def array_equal(a: ndarray, b: ndarray) -> bool:
    return a.shape == b.shape and bool((a._tensor == b._tensor).all())


def _reduction(function: Callable) -> Callable[..., ndarray]:
    def reduced(a: ndarray, axis: Any = None, keepdims: bool = False) -> ndarray:
        return run(lambda t: function(t, axis, keepdims), a)

    return reduced


sum, mean, max, min = _reduction(sum_), _reduction(mean_), _reduction(extreme("amax")), _reduction(extreme("amin"))


def argmax(a: ndarray, axis: int | None = None) -> ndarray:
    return run(arg_extreme("argmax"), a, axis)


def argmin(a: ndarray, axis: int | None = None) -> ndarray:
    return run(arg_extreme("argmin"), a, axis)


def _unary(name: str) -> Callable[[Any], ndarray]:
    def function(x: Any) -> ndarray:
        return run(getattr(Tensor, name), x if isinstance(x, ndarray) else array(x))

    function.__name__ = name
    return function


exp, log, sqrt, square, tanh, sin, cos, sign, floor, ceil = (
    _unary(n) for n in ("exp", "log", "sqrt", "square", "tanh", "sin", "cos", "sign", "floor", "ceil"))
abs = absolute = _unary("abs")


def _two(name: str) -> Callable[[Any, Any], ndarray]:
    def function(x1: Any, x2: Any) -> ndarray:
        a, b = (x if isinstance(x, ndarray) else array(x) for x in (x1, x2))
        return run(getattr(_F, name), a, b)

    function.__name__ = name
    return function


maximum, minimum = _two("maximum"), _two("minimum")
add, subtract, multiply, divide, power = _two("add"), _two("sub"), _two("mul"), _two("div"), _two("pow")


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ..._support import missing
    raise missing("mxnet.np", name, globals())
