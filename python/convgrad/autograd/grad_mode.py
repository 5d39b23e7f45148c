"""Switches of recording: contexts, decorators and functions. Like torch.autograd.grad_mode."""
from __future__ import annotations

from _thread import _local

from .. import _C

TYPE_CHECKING = False  # importing typing takes longer than the rest
if TYPE_CHECKING:
    from typing import Any, Callable

_set_grad_enabled = _C._set_grad_enabled
is_grad_enabled = _C.is_grad_enabled


def _is_generator_function(function: Callable) -> bool:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and bool(code.co_flags & 0x20)  # inspect.CO_GENERATOR; importing inspect takes milliseconds


def _decorated(make_context: Callable, function: Callable) -> Callable:
    """`function` inside a fresh context each time; a generator has it while its own frames run."""
    import functools
    if isinstance(function, type):
        import warnings
        warnings.warn(
            "Decorating classes is deprecated and will be disabled in future versions. You should only decorate functions or methods. "
            "To preserve the current behavior of class decoration, you can directly decorate the `__init__` method and nothing else.",
            FutureWarning, stacklevel=3)
        function.__init__ = _decorated(make_context, function.__init__)
        return function
    if _is_generator_function(function):
        @functools.wraps(function)
        def generator(*args, **kwargs):
            inner = function(*args, **kwargs)
            try:
                with make_context():
                    response = inner.send(None)
                while True:
                    try:
                        request = yield response
                    except GeneratorExit:
                        with make_context():
                            inner.close()
                        raise
                    except BaseException as error:
                        with make_context():
                            response = inner.throw(error)
                    else:
                        with make_context():
                            response = inner.send(request)
            except StopIteration as end:
                return end.value

        return generator

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        with make_context():
            return function(*args, **kwargs)

    return wrapped


class _Context:
    """A context manager that decorates, too."""

    def __call__(self, function: Callable) -> Callable:
        return _decorated(self.clone, function)

    def clone(self):
        return type(self)()

    def __enter__(self) -> Any:
        raise NotImplementedError

    def __exit__(self, *error: Any) -> None:
        raise NotImplementedError


class _PlainContext(_Context):
    """A context without arguments, so that @no_grad needs no parentheses."""

    def __new__(cls, function=None):
        if function is None:
            return super().__new__(cls)
        return cls()(function)


class no_grad(_PlainContext):
    """Nothing is recorded inside: ``with torch.no_grad():``, ``@torch.no_grad()``.

    Example::

        >>> x = torch.ones(1, requires_grad=True)
        >>> with torch.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    def __init__(self) -> None:
        self.prev = False

    def __enter__(self) -> None:
        self.prev = is_grad_enabled()
        _set_grad_enabled(False)

    def __exit__(self, *error: Any) -> None:
        _set_grad_enabled(self.prev)


class enable_grad(_PlainContext):
    """Recording again, inside of no_grad."""

    def __enter__(self) -> None:
        self.prev = is_grad_enabled()
        _set_grad_enabled(True)

    def __exit__(self, *error: Any) -> None:
        _set_grad_enabled(self.prev)


class set_grad_enabled(_Context):
    """Recording on or off: as a function from now on, as a context inside of it."""

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {type(mode).__name__}")
        self.prev = is_grad_enabled()
        self.mode = mode
        _set_grad_enabled(mode)

    def __call__(self, function: Callable) -> Callable:
        _set_grad_enabled(self.prev)
        return super().__call__(function)

    def __enter__(self) -> None:
        _set_grad_enabled(self.mode)

    def __exit__(self, *error: Any) -> None:
        _set_grad_enabled(self.prev)

    def __str__(self) -> str:
        return f"torch.autograd.grad_mode.{type(self).__name__}(mode={self.mode})"

    def __repr__(self) -> str:
        return str(self)

    def clone(self):
        return type(self)(self.mode)


class inference_mode(_Context):
    """As no_grad (and of False as enable_grad); tensors made inside are no different here."""

    def __new__(cls, mode=True):
        if isinstance(mode, bool):
            return super().__new__(cls)
        return cls()(mode)

    def __init__(self, mode: bool = True) -> None:
        self.mode = mode

    def __enter__(self) -> None:
        self.prev = is_grad_enabled(), is_inference_mode_enabled()
        _set_grad_enabled(not self.mode)
        _inference.mode = self.mode

    def __exit__(self, *error: Any) -> None:
        grad, _inference.mode = self.prev
        _set_grad_enabled(grad)

    def clone(self):
        return type(self)(self.mode)


_inference = _local()


def is_inference_mode_enabled() -> bool:
    return getattr(_inference, "mode", False)
