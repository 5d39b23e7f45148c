"""Padding. Like torch.nn.modules.padding."""
from __future__ import annotations

from ... import _C
from .. import functional as F
from .module import Module
from .utils import _ntuple

Tensor = _C.Tensor


class _PadNd(Module):
    _mode: str
    _numbers: int

    def __init__(self, padding) -> None:
        super().__init__()
        self.padding = _ntuple(self._numbers)(padding)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    def __init__(self, padding, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _CircularPadNd(_PadNd):
    _mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return F.pad(input, self.padding, "circular")

    def _check_input_dim(self, input: Tensor) -> None:
        axes = self._numbers // 2
        if input.dim() not in (axes + 1, axes + 2):
            raise ValueError(f"expected {axes + 1}D or {axes + 2}D input (got {input.dim()}D input)")


def _make(name: str, base: type, axes: int, mode: str | None = None) -> type:
    members = {"_numbers": 2 * axes, "__module__": __name__, "__qualname__": name,
               "__doc__": f"{base.__name__.strip('_').removesuffix('Nd')} of the last {axes} dimension{'s' if axes > 1 else ''}."}
    if mode:
        members["_mode"] = mode
    return type(name, (base,), members)


for _axes in (1, 2, 3):
    globals()[f"ConstantPad{_axes}d"] = _make(f"ConstantPad{_axes}d", _ConstantPadNd, _axes)
    globals()[f"ZeroPad{_axes}d"] = _make(f"ZeroPad{_axes}d", _ZeroPadNd, _axes)
    globals()[f"ReflectionPad{_axes}d"] = _make(f"ReflectionPad{_axes}d", _PadNd, _axes, "reflect")
    globals()[f"ReplicationPad{_axes}d"] = _make(f"ReplicationPad{_axes}d", _PadNd, _axes, "replicate")
    globals()[f"CircularPad{_axes}d"] = _make(f"CircularPad{_axes}d", _CircularPadNd, _axes)
del _axes
