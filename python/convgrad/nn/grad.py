"""Gradients of convolutions by their shapes alone. Like torch.nn.grad."""
from __future__ import annotations

from .. import _C
from ..autograd import grad as _grad
from ..autograd.grad_mode import enable_grad
from . import functional as F

Tensor = _C.Tensor


def _gradient(of: Tensor, convolve, given: Tensor, grad_output: Tensor) -> Tensor:
    """The gradient of convolve(of), which is linear in `of`: its values do not matter. Differentiable by the other two."""
    record = _C.is_grad_enabled() and (given.requires_grad or grad_output.requires_grad)
    with enable_grad():
        of.requires_grad_()
        return _grad(convolve(of), of, grad_output, create_graph=record)[0]


def _of_input(convolution, input_size, weight, grad_output, *options) -> Tensor:
    return _gradient(grad_output.new_zeros(input_size), lambda x: convolution(x, weight, None, *options), weight, grad_output)


def _of_weight(convolution, input, weight_size, grad_output, *options) -> Tensor:
    return _gradient(grad_output.new_zeros(weight_size), lambda w: convolution(input, w, None, *options), input, grad_output)


def conv1d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv1d by its input, of sizes input_size. Like torch.nn.grad.conv1d_input."""
    return _of_input(F.conv1d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv1d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv1d by its weight, of sizes weight_size. Like torch.nn.grad.conv1d_weight."""
    return _of_weight(F.conv1d, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv2d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv2d by its input, of sizes input_size. Like torch.nn.grad.conv2d_input."""
    return _of_input(F.conv2d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv2d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv2d by its weight, of sizes weight_size. Like torch.nn.grad.conv2d_weight."""
    return _of_weight(F.conv2d, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv3d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv3d by its input, of sizes input_size. Like torch.nn.grad.conv3d_input."""
    return _of_input(F.conv3d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv3d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """The gradient of conv3d by its weight, of sizes weight_size. Like torch.nn.grad.conv3d_weight."""
    return _of_weight(F.conv3d, input, weight_size, grad_output, stride, padding, dilation, groups)
