"""Dropouts. Like torch.nn.modules.dropout."""
from __future__ import annotations

from ... import _C
from .. import functional as F
from .module import Module

Tensor = _C.Tensor


class _DropoutNd(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


def _forward(function):
    def forward(self, input: Tensor) -> Tensor:
        return function(input, self.p, self.training, self.inplace)

    return forward


class Dropout(_DropoutNd):
    """Each element zero with probability p while training, else divided by 1 − p."""

    forward = _forward(F.dropout)


class Dropout1d(_DropoutNd):
    """Whole channels of (N, C, L)."""

    forward = _forward(F.dropout1d)


class Dropout2d(_DropoutNd):
    """Whole channels of (N, C, H, W)."""

    forward = _forward(F.dropout2d)


class Dropout3d(_DropoutNd):
    """Whole channels of (N, C, D, H, W)."""

    forward = _forward(F.dropout3d)


class AlphaDropout(_DropoutNd):
    """Dropout that keeps mean and variance behind SELU."""

    def forward(self, input: Tensor) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    def forward(self, input: Tensor) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training)
