"""Parameters in one shape, shares and their logarithms. Like torch.distributions.utils."""
from __future__ import annotations

import numbers
from functools import update_wrapper
from typing import Any, Callable

from .. import _C
from ..autograd.grad_mode import enable_grad

Tensor = _C.Tensor
_F = _C._functions
EPS = {_C.float32: 2.0 ** -23, _C.float64: 2.0 ** -52}
LOWEST = {_C.float32: -3.4028234663852886e38, _C.float64: -1.7976931348623157e308}


def is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number) and not isinstance(value, complex)


def broadcast_all(*values: Any) -> tuple[Tensor, ...]:
    """All as tensors of one shape; numbers get the first tensor's type, or the default one. ValueError for others."""
    if not all(isinstance(v, Tensor) or is_number(v) for v in values):
        raise ValueError("Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__.")
    dtype = next((v.dtype for v in values if isinstance(v, Tensor)), _C.get_default_dtype())
    tensors = [v if isinstance(v, Tensor) else _C.tensor(v, dtype=dtype) for v in values]
    from ..functional import broadcast_tensors
    return tuple(broadcast_tensors(*tensors))


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    return logits.sigmoid() if is_binary else logits.softmax(-1)


def clamp_probs(probs: Tensor) -> Tensor:
    eps = EPS[probs.dtype]
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    clamped = clamp_probs(probs)
    return clamped.log() - (-clamped).log1p() if is_binary else clamped.log()


class lazy_property:
    """Computed when first asked for, and kept."""

    def __init__(self, wrapped: Callable) -> None:
        self.wrapped = wrapped
        update_wrapper(self, wrapped)

    def __get__(self, instance: Any, kind: Any = None) -> Any:
        if instance is None:
            return self
        with enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value
