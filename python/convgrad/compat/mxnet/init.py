"""First values of parameters. Like mxnet.init."""
from __future__ import annotations

import math
from typing import Any

from ... import _C
from ._array import unwrapped


class Initializer:
    """Fills a tensor in place."""

    def fill(self, tensor: _C.Tensor) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return type(self).__name__


class Constant(Initializer):
    """One number, or an array of the parameter's shape."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def fill(self, tensor):
        value = unwrapped(self.value)
        if isinstance(value, _C.Tensor):
            tensor.copy_(value.reshape(tensor.shape) if value.numel() == tensor.numel() else value)
        else:
            tensor.fill_(value)


class Zero(Constant):
    def __init__(self) -> None:
        super().__init__(0.0)


class One(Constant):
    def __init__(self) -> None:
        super().__init__(1.0)


class Uniform(Initializer):
    """[−scale, scale]."""

    def __init__(self, scale: float = 0.07) -> None:
        self.scale = scale

    def fill(self, tensor):
        tensor.uniform_(-self.scale, self.scale)


class Normal(Initializer):
    """Mean 0, deviation sigma."""

    def __init__(self, sigma: float = 0.01) -> None:
        self.sigma = sigma

    def fill(self, tensor):
        tensor.normal_(0, self.sigma)


class Xavier(Initializer):
    """By the numbers of inputs and outputs (Glorot & Bengio 2010). ValueError for other words, and for vectors."""

    def __init__(self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3) -> None:
        if rnd_type not in ("uniform", "gaussian") or factor_type not in ("avg", "in", "out"):
            raise ValueError(f"Xavier knows uniform and gaussian; avg, in and out; not {rnd_type}, {factor_type}")
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = magnitude

    def fill(self, tensor):
        if tensor.dim() < 2:
            raise ValueError("Xavier initializer cannot be applied to vectors. It requires at least 2D.")
        field = math.prod(tensor.shape[2:])
        fan_in, fan_out = tensor.shape[1] * field, tensor.shape[0] * field
        factor = {"avg": (fan_in + fan_out) / 2.0, "in": fan_in, "out": fan_out}[self.factor_type]
        scale = math.sqrt(self.magnitude / factor)
        if self.rnd_type == "uniform":
            tensor.uniform_(-scale, scale)
        else:
            tensor.normal_(0, scale)


_BY_NAME = {"zeros": Zero, "zero": Zero, "ones": One, "one": One, "uniform": Uniform, "normal": Normal, "xavier": Xavier}


def create(given: Any) -> Initializer:
    """An initializer of itself or of its name. ValueError for other names."""
    if isinstance(given, Initializer):
        return given
    if str(given).lower() not in _BY_NAME:
        raise ValueError(f"Cannot find initializer {given}. Registered: {', '.join(sorted(_BY_NAME))}")
    return _BY_NAME[str(given).lower()]()


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ..._support import missing
    raise missing("mxnet.init", name, globals())
