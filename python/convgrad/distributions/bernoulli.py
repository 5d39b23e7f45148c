"""Zeros and ones. Like torch.distributions.Bernoulli."""
from __future__ import annotations

from typing import Any

from .. import _C
from ..autograd.grad_mode import no_grad
from . import constraints
from .distribution import ExponentialFamily, Size, Tensor
from .utils import broadcast_all, is_number, lazy_property, logits_to_probs, probs_to_logits

_F = _C._functions


def _entropy_of_logits(logits: Tensor, target: Tensor) -> Tensor:
    from ..nn.functional import binary_cross_entropy_with_logits
    return binary_cross_entropy_with_logits(logits, target, reduction="none")


class Bernoulli(ExponentialFamily):
    """1 with probability probs, else 0; or by logits = log(probs / (1 − probs)). ValueError unless one of both is given."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs: Tensor | float | None = None, logits: Tensor | float | None = None,
                 validate_args: bool | None = None) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        given = probs if probs is not None else logits
        (self._param,) = broadcast_all(given)
        setattr(self, "probs" if probs is not None else "logits", self._param)
        super().__init__(Size() if is_number(given) else self._param.size(), validate_args=validate_args)

    @lazy_property
    def logits(self):
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self):
        return logits_to_probs(self.logits, is_binary=True)

    @property
    def param_shape(self) -> Size:
        return self._param.size()

    @property
    def mean(self):
        return self.probs

    @property
    def mode(self):
        return (self.probs >= 0.5).to(self.probs.dtype).masked_fill(self.probs == 0.5, float("nan"))

    @property
    def variance(self):
        return self.probs * (1 - self.probs)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Bernoulli:
        return self._expanded(Bernoulli, batch_shape, _instance, ("probs", "logits", "_param"))

    def sample(self, sample_shape: Any = Size()) -> Tensor:
        with no_grad():
            return _F.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -_entropy_of_logits(logits, value)

    def entropy(self) -> Tensor:
        return _entropy_of_logits(self.logits, self.probs)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = _F.arange(2, dtype=self._param.dtype).view([-1] + [1] * len(self._batch_shape))
        return values.expand([-1] + list(self._batch_shape)) if expand else values
