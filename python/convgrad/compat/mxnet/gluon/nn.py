"""Layers of nets. Like mxnet.gluon.nn; channels come first."""
from __future__ import annotations

import math
from typing import Any

from .... import _C
from ....nn import functional as F
from .._array import ndarray, run
from .block import Block, HybridBlock
from .parameter import Parameter

__all__ = ["Activation", "AvgPool2D", "Block", "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "Dense",
           "Flatten", "HybridBlock", "HybridSequential", "MaxPool2D", "Sequential"]


def _tuple(value: Any, n: int) -> tuple[int, ...]:
    return (value,) * n if isinstance(value, int) else tuple(value)


class Activation(Block):
    """relu, sigmoid, tanh or softrelu. ValueError for others."""

    _functions = {"relu": _C.Tensor.relu, "sigmoid": _C.Tensor.sigmoid, "tanh": _C.Tensor.tanh, "softrelu": lambda t: F.softplus(t)}

    def __init__(self, activation: str) -> None:
        super().__init__()
        if activation not in self._functions:
            raise ValueError(f"activation is one of {', '.join(self._functions)}, not {activation}")
        self._kind = activation

    def forward(self, x: ndarray) -> ndarray:
        return run(self._functions[self._kind], x)

    def __repr__(self) -> str:
        return f"Activation({self._kind})"


class _Layer(Block):
    """One with a weight whose shape is known at the first call, and maybe a bias and an activation."""

    def _set_parameters(self, shape: tuple[int, ...], outputs: int, use_bias: bool, weight_init: Any, bias_init: Any, activation: Any) -> None:
        self.weight = Parameter("weight", shape, weight_init)
        self.bias = Parameter("bias", (outputs,), bias_init) if use_bias else None
        self.act = Activation(activation) if activation is not None else None

    def _run(self, function: Any, x: ndarray, shape: tuple[int, ...]) -> ndarray:
        self.weight.finish(shape)
        if self.bias is not None:
            self.bias.finish()
        out = run(function, x, self.weight.data(), None if self.bias is None else self.bias.data())
        return out if self.act is None else self.act(out)


class _Conv(_Layer):
    _n = 2
    _transposed = False

    def __init__(self, channels: int, kernel_size: Any, strides: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1,
                 layout: str | None = None, in_channels: int = 0, activation: str | None = None, use_bias: bool = True,
                 weight_initializer: Any = None, bias_initializer: Any = "zeros", output_padding: Any = 0) -> None:
        super().__init__()
        n = self._n
        expected = "NC" + "DHW"[3 - n:]
        if layout not in (None, expected):
            raise ValueError(f"convgrad's layers have layout {expected}, not {layout}")
        self._channels = channels
        self._in_channels = in_channels
        self._kernel, self._strides, self._padding = _tuple(kernel_size, n), _tuple(strides, n), _tuple(padding, n)
        self._dilation, self._groups, self._out_pad = _tuple(dilation, n), groups, _tuple(output_padding, n)
        self._set_parameters(self._weight_shape(in_channels), channels, use_bias, weight_initializer, bias_initializer, activation)

    def _weight_shape(self, inputs: int) -> tuple[int, ...]:
        outer, inner = (inputs, self._channels) if self._transposed else (self._channels, inputs)
        return (outer, inner // self._groups, *self._kernel)

    def forward(self, x: ndarray) -> ndarray:
        """x: [N, C, …]; in_channels is C of the first call."""
        inputs = self._in_channels or x.shape[1]
        out = self._run(self._compute, x, self._weight_shape(inputs))
        self._in_channels = inputs  # only what worked is remembered
        return out

    def _compute(self, x, weight, bias):
        if self._transposed:
            function = getattr(F, f"conv_transpose{self._n}d")
            return function(x, weight, bias, self._strides, self._padding, self._out_pad, self._groups, self._dilation)
        return getattr(F, f"conv{self._n}d")(x, weight, bias, self._strides, self._padding, self._dilation, self._groups)

    def __repr__(self) -> str:
        n = self._n
        first, second = (self._channels, self._in_channels or None) if self._transposed else (self._in_channels or None, self._channels)
        text = f"{type(self).__name__}({first} -> {second}, kernel_size={self._kernel}, stride={self._strides}"
        text += f", padding={self._padding}" if self._padding != (0,) * n else ""
        text += f", dilation={self._dilation}" if self._dilation != (1,) * n else ""
        text += f", output_padding={self._out_pad}" if self._out_pad != (0,) * n else ""
        text += f", groups={self._groups}" if self._groups != 1 else ""
        text += ", bias=False" if self.bias is None else ""
        return text + (f", {self.act})" if self.act is not None else ")")


class Conv1D(_Conv):
    """Convolution along one dimension."""

    _n = 1


class Conv2D(_Conv):
    """Convolution of pictures: channels outputs, kernel_size, strides, padding, dilation, groups.

    Example::

        >>> from convgrad.compat.mxnet import np
        >>> from convgrad.compat.mxnet.gluon import nn
        >>> conv = nn.Conv2D(20, kernel_size=5, padding=2, strides=3)
        >>> conv.initialize()
        >>> conv(np.random.uniform(size=(1, 10, 16, 16))).shape
        (1, 20, 6, 6)
    """


class Conv3D(_Conv):
    """Convolution of volumes."""

    _n = 3


class _Transposed(_Conv):
    _transposed = True

    def __init__(self, channels: int, kernel_size: Any, strides: Any = 1, padding: Any = 0, output_padding: Any = 0, dilation: Any = 1,
                 groups: int = 1, layout: str | None = None, in_channels: int = 0, activation: str | None = None, use_bias: bool = True,
                 weight_initializer: Any = None, bias_initializer: Any = "zeros") -> None:
        super().__init__(channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
                         weight_initializer, bias_initializer, output_padding)


class Conv1DTranspose(_Transposed):
    """Transposed convolution along one dimension."""

    _n = 1


class Conv2DTranspose(_Transposed):
    """Transposed convolution of pictures: each input spreads the kernel over the output."""


class Conv3DTranspose(_Transposed):
    """Transposed convolution of volumes."""

    _n = 3


class Dense(_Layer):
    """x · Wᵀ + b; what is behind the first dimension is one vector, unless flatten=False."""

    def __init__(self, units: int, activation: str | None = None, use_bias: bool = True, flatten: bool = True, dtype: Any = "float32",
                 weight_initializer: Any = None, bias_initializer: Any = "zeros", in_units: int = 0) -> None:
        super().__init__()
        self._units = units
        self._flatten = flatten
        self._set_parameters((units, in_units), units, use_bias, weight_initializer, bias_initializer, activation)

    def forward(self, x: ndarray) -> ndarray:
        if self._flatten:
            x = x.reshape(x.shape[0], -1)
        return self._run(F.linear, x, (self._units, self.weight.shape[1] or x.shape[-1]))

    def __repr__(self) -> str:
        return f"Dense({self.weight.shape[1] or None} -> {self._units}, {self.act._kind if self.act is not None else 'linear'})"


class Flatten(Block):
    """[N, everything else]."""

    def forward(self, x: ndarray) -> ndarray:
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))

    def __repr__(self) -> str:
        return "Flatten"


class _Pool2D(Block):
    def __init__(self, pool_size: Any = (2, 2), strides: Any = None, padding: Any = 0, ceil_mode: bool = False) -> None:
        super().__init__()
        self._size, self._padding, self._ceil = _tuple(pool_size, 2), _tuple(padding, 2), ceil_mode
        self._strides = self._size if strides is None else _tuple(strides, 2)

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(size={self._size}, stride={self._strides}, padding={self._padding}, ceil_mode={self._ceil}, "
                f"global_pool=False, pool_type={'max' if isinstance(self, MaxPool2D) else 'avg'}, layout=NCHW)")


class MaxPool2D(_Pool2D):
    """The largest of each window."""

    def forward(self, x: ndarray) -> ndarray:
        return run(lambda t: F.max_pool2d(t, self._size, self._strides, self._padding, 1, self._ceil), x)


class AvgPool2D(_Pool2D):
    """The mean of each window."""

    def forward(self, x: ndarray) -> ndarray:
        return run(lambda t: F.avg_pool2d(t, self._size, self._strides, self._padding, self._ceil), x)


class Sequential(Block):
    """One layer after the other: add(layer, …)."""

    def __init__(self, *layers: Block) -> None:
        super().__init__()
        self._layers: list[Block] = []
        self.add(*layers)

    def add(self, *layers: Block) -> None:
        for layer in layers:
            self._layers.append(layer)
            self.register_child(layer)

    def forward(self, x: ndarray) -> ndarray:
        for layer in self._layers:
            x = layer(x)
        return x

    def __getitem__(self, key: Any) -> Any:
        return self._layers[key]

    def __len__(self) -> int:
        return len(self._layers)


HybridSequential = Sequential


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ...._support import missing
    raise missing("mxnet.gluon.nn", name, __all__)
