"""Pooling undone. max_unpool1d, 2d and 3d of torch.nn.functional."""
from __future__ import annotations

from .. import _C
from ._tuples import _pair, _single, _triple

Tensor = _C.Tensor
_n = _C._nn


def _output_size(input: Tensor, kernel, stride, padding, output_size):
    """The spatial sizes of the result: those asked for, where pooling could have given input's."""
    axes = len(kernel)
    default = [(input.size(d - axes) - 1) * stride[d] + kernel[d] - 2 * padding[d] for d in range(axes)]
    if output_size is None:
        wanted = default
    else:
        if len(output_size) == axes + 2:
            output_size = output_size[2:]
        if len(output_size) != axes:
            raise ValueError(f"output_size should be a sequence containing {axes} or {axes + 2} elements, but it has a length of "
                             f"'{len(output_size)}'")
        for d in range(axes):
            low, high = default[d] - stride[d], default[d] + stride[d]
            if not low < output_size[d] < high:
                raise ValueError(f'invalid output_size "{output_size}" (dim {d} must be between {low} and {high})')
        wanted = output_size
    for d in range(axes):
        if wanted[d] < 0:
            raise ValueError(f"max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[{d}]={wanted[d]}")
    return wanted


def _unpool(function, tuple_of, input, indices, kernel_size, stride, padding, output_size):
    kernel = tuple_of(kernel_size)
    stride = tuple_of(stride) if stride is not None else kernel
    padding = tuple_of(padding)
    return function(input, indices, kernel, stride, padding, list(_output_size(input, kernel, stride, padding, output_size)))


def max_unpool1d(input: Tensor, indices: Tensor, kernel_size, stride=None, padding=0, output_size=None) -> Tensor:
    """Zeros, with input's elements where max_pool1d(…, return_indices=True) found them.

    Example::

        >>> y, places = F.max_pool1d(torch.tensor([[[1., 5., 2., 3.]]]), 2, return_indices=True)
        >>> F.max_unpool1d(y, places, 2)
        tensor([[[0., 5., 0., 3.]]])
    """
    return _unpool(_n.max_unpool1d, _single, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(input: Tensor, indices: Tensor, kernel_size, stride=None, padding=0, output_size=None) -> Tensor:
    """Zeros, with input's elements where max_pool2d(…, return_indices=True) found them."""
    return _unpool(_n.max_unpool2d, _pair, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(input: Tensor, indices: Tensor, kernel_size, stride=None, padding=0, output_size=None) -> Tensor:
    """Zeros, with input's elements where max_pool3d(…, return_indices=True) found them."""
    return _unpool(_n.max_unpool3d, _triple, input, indices, kernel_size, stride, padding, output_size)
