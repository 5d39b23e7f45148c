"""The norm that weights are divided by. Like torch.norm_except_dim, torch._weight_norm."""
from __future__ import annotations

from ... import _C

_F = _C._functions


def norm_except_dim(v, dim: int = 0):
    """The Euclidean norm over all dimensions but `dim`, which are kept as 1; of all elements where dim is −1."""
    if dim == -1:
        return _F.norm(v, 2)
    return _F.norm(v, 2, [d for d in range(v.dim()) if d != dim], True)


def weight_norm(v, g, dim: int = 0):
    """g · v / ‖v‖."""
    return v * (g / norm_except_dim(v, dim))
