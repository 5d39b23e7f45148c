"""The graph: nodes and edges. Like torch.autograd.graph."""
from __future__ import annotations

from collections import namedtuple

from .. import _C

Node = _C._Node


class GradientEdge(namedtuple("GradientEdge", ["node", "output_nr"])):
    """Where a tensor's gradient goes: a node, and which of its outputs the tensor is."""


def get_gradient_edge(tensor) -> GradientEdge:
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(*_C._gradient_edge(tensor))
