"""The graph: nodes and edges. Like torch.autograd.graph."""
from __future__ import annotations

from collections import namedtuple

from .. import _C
from .function import BackwardCFunction


class _NodeMeta(type):
    def __instancecheck__(cls, other) -> bool:
        return isinstance(other, (_C._Node, BackwardCFunction))

    def __subclasscheck__(cls, other) -> bool:
        return issubclass(other, (_C._Node, BackwardCFunction))


class Node(metaclass=_NodeMeta):
    """What a grad_fn is: of an operation or of a custom function."""


class GradientEdge(namedtuple("GradientEdge", ["node", "output_nr"])):
    """Where a tensor's gradient goes: a node, and which of its outputs the tensor is."""


def get_gradient_edge(tensor) -> GradientEdge:
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(*_C._gradient_edge(tensor))


def __getattr__(name: str):
    if name in ("save_on_cpu", "saved_tensors_hooks"):
        raise AttributeError(f"convgrad has no torch.autograd.graph.{name}; the nearest is torch.utils.checkpoint.checkpoint")
    from .._support import missing
    raise missing("torch.autograd.graph", name, globals())
