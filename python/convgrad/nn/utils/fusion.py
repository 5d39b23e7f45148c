"""A normalisation made part of the layer before it, for inference. Like torch.nn.utils.fusion."""
from __future__ import annotations

import copy
from typing import Any

from ... import _C
from ..parameter import Parameter

Tensor = _C.Tensor
_F = _C._functions


def _check_eval(layer: Any, bn: Any) -> None:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")


def _check_means(bn: Any) -> None:
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A convolution that gives what bn(conv(x)) gives; both in eval mode (AssertionError). transpose: of a ConvTranspose."""
    _check_eval(conv, bn)
    fused = copy.deepcopy(conv)
    _check_means(bn)
    fused.weight, fused.bias = fuse_conv_bn_weights(fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias,
                                                    transpose)
    return fused


def fuse_conv_bn_weights(conv_w: Tensor, conv_b: Tensor | None, bn_rm: Tensor, bn_rv: Tensor, bn_eps: float, bn_w: Tensor | None,
                         bn_b: Tensor | None, transpose: bool = False) -> tuple[Parameter, Parameter]:
    """w · γ / √(var + eps), and (b − mean) · γ / √(var + eps) + β."""
    weight_type = conv_w.dtype
    bias_type = conv_b.dtype if conv_b is not None else weight_type
    conv_b = _F.zeros_like(bn_rm) if conv_b is None else conv_b
    bn_w = _F.ones_like(bn_rm) if bn_w is None else bn_w
    bn_b = _F.zeros_like(bn_rm) if bn_b is None else bn_b
    scale = _F.rsqrt(bn_rv + bn_eps)
    shape = ([1, -1] if transpose else [-1, 1]) + [1] * (conv_w.dim() - 2)
    weight = (conv_w * (bn_w * scale).reshape(shape)).to(dtype=weight_type)
    bias = ((conv_b - bn_rm) * scale * bn_w + bn_b).to(dtype=bias_type)
    return Parameter(weight, conv_w.requires_grad), Parameter(bias, conv_b.requires_grad)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """A linear layer that gives what bn(linear(x)) gives. AssertionError in training, and for other sizes."""
    _check_eval(linear, bn)
    fused = copy.deepcopy(linear)
    if linear.out_features != bn.num_features and bn.num_features != 1:
        raise AssertionError("To fuse, linear.out_features == bn.num_features or bn.num_features == 1, got linear.out_features="
                             f"{linear.out_features} and bn.num_features={bn.num_features}")
    _check_means(bn)
    fused.weight, fused.bias = fuse_linear_bn_weights(fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    return fused


def fuse_linear_bn_weights(linear_w: Tensor, linear_b: Tensor | None, bn_rm: Tensor, bn_rv: Tensor, bn_eps: float, bn_w: Tensor,
                           bn_b: Tensor) -> tuple[Parameter, Parameter]:
    weight_type = linear_w.dtype
    bias_type = linear_b.dtype if linear_b is not None else weight_type
    linear_b = _F.zeros_like(bn_rm) if linear_b is None else linear_b
    scale = bn_w * _F.rsqrt(bn_rv + bn_eps)
    weight = linear_w * scale.unsqueeze(-1).to(dtype=weight_type)
    bias = ((linear_b - bn_rm) * scale + bn_b).to(dtype=bias_type)
    return Parameter(weight, linear_w.requires_grad), Parameter(bias, linear_b.requires_grad)
