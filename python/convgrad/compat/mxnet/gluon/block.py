"""Base of layers and nets. Like mxnet.gluon.Block."""
from __future__ import annotations

from typing import Any

from .. import init as initializers
from .._array import ndarray
from .parameter import Parameter


class ParameterDict(dict):
    """Parameters by their names."""

    def initialize(self, init: Any = None, ctx: Any = None, verbose: bool = False, force_reinit: bool = False) -> None:
        for parameter in self.values():
            parameter.initialize(None, init or initializers.Uniform(), ctx, force_reinit)

    def zero_grad(self) -> None:
        for parameter in self.values():
            parameter.zero_grad()


class Block:
    """A class derived from it writes forward(); parameters and blocks that are assigned to it belong to it."""

    def __init__(self) -> None:
        self._children: dict[str, Block] = {}
        self._reg_params: dict[str, Parameter] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Block):
            self._children[name] = value
        elif isinstance(value, Parameter):
            self._reg_params[name] = value
        super().__setattr__(name, value)

    def register_child(self, block: Block, name: str | None = None) -> None:
        self._children[name or str(len(self._children))] = block

    @property
    def params(self) -> ParameterDict:
        return ParameterDict(self._reg_params)

    def collect_params(self, select: str | None = None) -> ParameterDict:
        found = ParameterDict(self._reg_params)
        for name, child in self._children.items():
            found.update({f"{name}.{key}": parameter for key, parameter in child.collect_params().items()})
        return found

    def initialize(self, init: Any = None, ctx: Any = None, verbose: bool = False, force_reinit: bool = False) -> None:
        """Gives all parameters their first values; those whose shape is not known yet at the first call."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def hybridize(self, active: bool = True, **kwargs: Any) -> None:
        """Nothing to do: every call runs compiled kernels already."""

    def forward(self, *args: Any) -> Any:
        raise NotImplementedError

    def __call__(self, *args: ndarray) -> Any:
        return self.forward(*args)

    def __repr__(self) -> str:
        lines = [f"  ({name}): " + repr(child).replace("\n", "\n  ") for name, child in self._children.items()]
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"


HybridBlock = Block
