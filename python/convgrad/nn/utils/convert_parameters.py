"""All parameters as one vector, and back. Like torch.nn.utils.convert_parameters."""
from __future__ import annotations

from typing import Iterable

from ... import _C
from ..._utils import typename

Tensor = _C.Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all tensors, one after the other: [sum of their sizes]."""
    return _C._functions.cat([p.view(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Gives the tensors the vector's parts as their data. TypeError for what is no tensor."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {typename(vec)}")
    start = 0
    for p in parameters:
        p.data = vec[start:start + p.numel()].view_as(p).data
        start += p.numel()
