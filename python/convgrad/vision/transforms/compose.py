"""Transforms one after the other, some of them, or in another order. Like torchvision.transforms."""
from __future__ import annotations

from typing import Any, Callable, Sequence

from ...nn.modules.module import Module
from .. import _draw


class Compose:
    """One after the other.

    Example::

        >>> from convgrad.vision import transforms
        >>> transforms.Compose([transforms.Resize(32), transforms.ToTensor()])
        Compose(
            Resize(size=32, interpolation=bilinear, max_size=None, antialias=True)
            ToTensor()
        )
    """

    def __init__(self, transforms: Sequence[Callable]) -> None:
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        for t in self.transforms:
            img = t(img)
        return img

    def __repr__(self) -> str:
        return _listed(self)


# Classes whose `transforms` are done one after the other, and nothing else.
SEQUENCES: set[type] = {Compose}


def _listed(owner: Any, first: str = "") -> str:
    return f"{type(owner).__name__}({first}" + "".join(f"\n    {t}" for t in owner.transforms) + "\n)"


class Lambda:
    """A function of one's own. TypeError for what cannot be called."""

    def __init__(self, lambd: Callable) -> None:
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def __call__(self, img: Any) -> Any:
        return self.lambd(img)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class RandomTransforms:
    """Base of those that choose among others. TypeError for what is no sequence."""

    def __init__(self, transforms: Sequence[Callable]) -> None:
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence")
        self.transforms = transforms

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return _listed(self)


class RandomApply(Module):
    """All of them, or none, by chance."""

    def __init__(self, transforms: Sequence[Callable], p: float = 0.5) -> None:
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, img: Any) -> Any:
        if self.p < _draw.rand():
            return img
        for t in self.transforms:
            img = t(img)
        return img

    def __repr__(self) -> str:
        return _listed(self, f"\n    p={self.p}")


class RandomOrder(RandomTransforms):
    """All of them, in any order. Draws Python's random numbers, as torchvision does."""

    def __call__(self, img: Any) -> Any:
        order = list(range(len(self.transforms)))
        _draw.python().shuffle(order)
        for i in order:
            img = self.transforms[i](img)
        return img


class RandomChoice(RandomTransforms):
    """One of them, by weights p. Draws Python's random numbers, as torchvision does."""

    def __init__(self, transforms: Sequence[Callable], p: Sequence[float] | None = None) -> None:
        super().__init__(transforms)
        if p is not None and not isinstance(p, Sequence):
            raise TypeError("Argument p should be a sequence")
        self.p = p

    def __call__(self, *args: Any) -> Any:
        return _draw.python().choices(self.transforms, weights=self.p)[0](*args)

    def __repr__(self) -> str:
        return f"{super().__repr__()}(p={self.p})"
