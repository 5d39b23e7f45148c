"""A layer's parameter, whose shape may become known at the first call. Like mxnet.gluon.Parameter."""
from __future__ import annotations

import math
from typing import Any

from .... import _C
from .. import init as initializers
from .._array import ndarray


class DeferredInitializationError(RuntimeError):
    """A parameter whose shape is not known yet was asked for its values."""


class Parameter:
    """shape: with 0 where it is not known. init: of this parameter, before the one that initialize() is given."""

    def __init__(self, name: str = "weight", shape: tuple[int, ...] = (), init: Any = None, grad_req: str = "write") -> None:
        self.name = name
        self.shape = tuple(shape)
        self.init = init
        self.grad_req = grad_req
        self._data: ndarray | None = None
        self._wanted: Any = None

    def initialize(self, init: Any = None, default_init: Any = None, ctx: Any = None, force_reinit: bool = False) -> None:
        """Gives it values, now or as soon as its shape is known."""
        if self._data is not None and not force_reinit:
            return
        self._data = None
        self._wanted = initializers.create(init or self.init or default_init or initializers.Uniform())
        if 0 not in self.shape:
            self.finish()

    def finish(self, shape: tuple[int, ...] | None = None) -> None:
        """Gives the values that initialize() has promised. RuntimeError where it has not been called."""
        if self._data is not None:
            return
        if self._wanted is None:
            raise RuntimeError(f"Parameter '{self.name}' has not been initialized. You should initialize parameters with initialize() before "
                               "the first call")
        if shape is not None:
            self.shape = tuple(shape)
        tensor = _C._functions.empty(list(self.shape), dtype=_C.float32)
        self._wanted.fill(tensor)
        self._data = ndarray(tensor)
        self._data.attach_grad(self.grad_req)

    def data(self, ctx: Any = None) -> ndarray:
        """Its values. DeferredInitializationError, RuntimeError where there are none yet."""
        if self._data is None:
            if self._wanted is not None:
                raise DeferredInitializationError(
                    f"Parameter '{self.name}' has not been initialized yet because initialization was deferred. Actual initialization happens "
                    "during the first forward pass. Please pass one batch of data through the network before accessing Parameters.")
            self.finish()
        return self._data

    def set_data(self, data: ndarray) -> None:
        """Other values of the same shape. ValueError for another size."""
        if self._data is None:
            self._wanted = initializers.Constant(data)
            self.finish(data.shape)
            return
        if data.size != math.prod(self.shape):
            raise ValueError(f"Parameter '{self.name}' has shape {self.shape}, but the values have {data.shape}")
        self._data._tensor.data.copy_(data._tensor.reshape(list(self.shape)))

    def grad(self, ctx: Any = None) -> ndarray:
        return self.data().grad

    def zero_grad(self) -> None:
        self.data()._grad.zero_()

    def __repr__(self) -> str:
        return f"Parameter {self.name} (shape={self.shape}, dtype=float32)"
