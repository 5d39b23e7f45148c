"""Transforms of samples one after the other, some of them, or in another order. Like torchvision.transforms.v2."""
from __future__ import annotations

from typing import Any, Callable, Sequence

from .... import _C
from ....nn.modules.container import ModuleList
from ....utils.data._utils.worker import worker_generator
from ... import _draw
from .. import compose as _v1
from ._transform import Transform


class _Of(Transform):
    """Base of those that are made of others."""

    _kinds: tuple[Any, ...] = (Sequence,)
    _kinds_named = "Argument transforms should be a sequence of callables"

    def __init__(self, transforms: Sequence[Callable]) -> None:
        super().__init__()
        if not isinstance(transforms, self._kinds):
            raise TypeError(self._kinds_named)
        if not transforms:
            raise ValueError("Pass at least one transform")
        self.transforms = transforms

    def _run(self, transforms: Any, inputs: tuple) -> Any:
        for transform in transforms:
            out = transform(*inputs)
            inputs = out if len(inputs) > 1 else (out,)
        return out


class Compose(_Of):
    """One after the other. Errors: TypeError, ValueError for what is no sequence, or empty.

    Example::

        >>> from convgrad.vision.transforms import v2
        >>> v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5], [0.5])])
        Compose(
              ToImage()
              ToDtype(scale=True)
              Normalize(mean=[0.5], std=[0.5], inplace=False)
        )
    """

    def forward(self, *inputs: Any) -> Any:
        return self._run(self.transforms, inputs)

    def extra_repr(self) -> str:
        return "\n".join(f"    {t}" for t in self.transforms)


_v1.SEQUENCES.add(Compose)


class RandomApply(_Of):
    """All of them with probability p, or none."""

    draws = True
    _v1_transform_cls = _v1.RandomApply
    _kinds = (Sequence, ModuleList)
    _kinds_named = "Argument transforms should be a sequence of callables or a `nn.ModuleList`"

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__(transforms)
        if not 0.0 <= p <= 1.0:
            raise ValueError("`p` should be a floating point value in the interval [0.0, 1.0].")
        self.p = p

    def forward(self, *inputs: Any) -> Any:
        if _draw.rand() >= self.p:
            return inputs if len(inputs) > 1 else inputs[0]
        return self._run(self.transforms, inputs)

    def extra_repr(self) -> str:
        return "\n".join(f"    {t}" for t in self.transforms)


class RandomChoice(_Of):
    """One of them, by weights p (default: all alike). ValueError for a p of another length."""

    draws = True

    def __init__(self, transforms: Sequence[Callable], p: list[float] | None = None) -> None:
        super().__init__(transforms)
        if p is None:
            p = [1] * len(transforms)
        elif len(p) != len(transforms):
            raise ValueError(f"Length of p doesn't match the number of transforms: {len(p)} != {len(transforms)}")
        total = sum(p)
        self.p = [weight / total for weight in p]

    def forward(self, *inputs: Any) -> Any:
        from ....functional import multinomial
        return self.transforms[int(multinomial(_C.tensor(self.p), 1, generator=worker_generator()))](*inputs)


class RandomOrder(_Of):
    """All of them, in any order."""

    draws = True

    def forward(self, *inputs: Any) -> Any:
        return self._run([self.transforms[i] for i in _draw.permutation(len(self.transforms))], inputs)
