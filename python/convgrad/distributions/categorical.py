"""One of several. Like torch.distributions.Categorical."""
from __future__ import annotations

from typing import Any

from .. import _C
from .._multinomial import multinomial
from . import constraints
from .distribution import Distribution, Size, Tensor
from .utils import LOWEST, lazy_property, logits_to_probs, probs_to_logits

_F = _C._functions


class Categorical(Distribution):
    """Numbers 0 … K−1, number i with a probability in proportion to probs[…, i]; or by logits, their logarithms.

    ValueError unless one of both is given, with at least one dimension.

    Example::

        >>> Categorical(torch.tensor([0.25, 0.25, 0.25, 0.25])).sample()
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True

    def __init__(self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        name = "probs" if probs is not None else "logits"
        given = probs if probs is not None else logits
        if given.dim() < 1:
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        self._param = given / given.sum(-1, keepdim=True) if probs is not None else given - given.logsumexp(-1, keepdim=True)
        setattr(self, name, self._param)
        self._num_events = self._param.size()[-1]
        super().__init__(self._param.size()[:-1], validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self):
        return constraints.integer_interval(0, self._num_events - 1)

    @lazy_property
    def logits(self):
        return probs_to_logits(self.probs)

    @lazy_property
    def probs(self):
        return logits_to_probs(self.logits)

    @property
    def param_shape(self) -> Size:
        return self._param.size()

    @property
    def mean(self):
        return _F.full(self._extended_shape(), float("nan"), dtype=self.probs.dtype)

    @property
    def mode(self):
        return self.probs.argmax(-1)

    @property
    def variance(self):
        return _F.full(self._extended_shape(), float("nan"), dtype=self.probs.dtype)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Categorical:
        new = self._expanded(Categorical, batch_shape, _instance, ("probs", "logits", "_param"), (self._num_events,))
        new._num_events = self._num_events
        return new

    def sample(self, sample_shape: Any = Size()) -> Tensor:
        shape = Size(sample_shape)
        count = 1
        for n in shape:
            count *= n
        drawn = multinomial(self.probs.reshape(-1, self._num_events), count, True)
        return drawn.T.reshape(self._extended_shape(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        if self._validate_args:
            self._validate_sample(value)
        from ..functional import broadcast_tensors
        value, table = broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return table.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        return -(self.logits.clamp(min=LOWEST[self.logits.dtype]) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = _F.arange(self._num_events).view([-1] + [1] * len(self._batch_shape))
        return values.expand([-1] + list(self._batch_shape)) if expand else values
