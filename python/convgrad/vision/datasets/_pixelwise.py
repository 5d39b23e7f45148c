"""Data sets that hold all their pixels: the transforms that they know work on these, without pictures in between."""
from __future__ import annotations

from typing import Any, Callable

from ... import _C
from .._pictures import picture_of
from ..transforms.compose import SEQUENCES
from ..transforms._base import Transform
from .vision import VisionDataset

Tensor = _C.Tensor


def _flat(transform: Any) -> list[Callable]:
    if type(transform) in SEQUENCES and not _is_hooked(transform):
        return [step for inner in transform.transforms for step in _flat(inner)]
    return [transform]


def _is_hooked(step: Any) -> bool:
    return bool(getattr(step, "_forward_hooks", None) or getattr(step, "_forward_pre_hooks", None))


def _is_plain(step: Any) -> bool:
    """One of ours, with nothing added from outside; import torch names ours as torchvision's."""
    return isinstance(step, Transform) and type(step).__module__.startswith(("convgrad.vision.", "torchvision.")) and not _is_hooked(step)


def split(transform: Any) -> tuple[list[Transform], list[Callable]] | None:
    """The steps up to the one that makes a tensor, which can all work on pixels, and the rest; None where they cannot."""
    steps = _flat(transform)
    for i, step in enumerate(steps):
        if not (_is_plain(step) and step.takes_pixels()):
            return None
        if step.makes_tensor:
            return steps[:i + 1], steps[i + 1:]
    return None


class PixelDataset(VisionDataset):
    """__getitem__ and __getitems__ for the classes derived from it.

    _pixels(indices): uint8 [B, C, H, W]. _label(index): an int.
    """

    def _pixels(self, indices: list[int]) -> Tensor:
        raise NotImplementedError

    def _label(self, index: int) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        target = self._label(index)
        known = split(self.transform)
        if known is not None:
            image = _run(self._pixels([index]), *known)[0]
        else:
            image = picture_of(self._pixels([index])[0])
            if self.transform is not None:
                image = self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)

    @property
    def __getitems__(self) -> Callable[[list[int]], list] | None:
        """A batch at once, where the transforms allow it and nobody has written a __getitem__ of his own."""
        if type(self).__getitem__ is not PixelDataset.__getitem__:
            return None
        known = split(self.transform)
        return None if known is None else lambda indices: self._batch(indices, known)

    def _batch(self, indices: list[int], known: tuple[list[Transform], list[Callable]]) -> list[tuple[Any, Any]]:
        images = _run(self._pixels(indices), *known)
        targets = [self._label(i) for i in indices]
        if self.target_transform is not None:
            targets = [self.target_transform(t) for t in targets]
        return list(zip(images, targets))


def _run(x: Tensor, before: list[Transform], after: list[Callable]) -> list[Any]:
    """Of each picture what the steps make of it; all at once where no step draws random numbers or is a stranger."""
    if any(step.draws for step in before) or not all(_is_plain(s) and not s.draws and not s.alone for s in after):
        if x.shape[0] > 1:
            return [_run(one, before, after)[0] for one in x.split(1)]
        for step in before:
            x = step.on_pixels(x)
        (image,) = _each(x)
        for step in after:
            image = step(image)
        return [image]
    for step in before:
        x = step.on_pixels(x)
    for step in after:
        x = step(x)
    return _each(x)


def _each(x: Tensor) -> list[Tensor]:
    """Its pictures, of the same class: parts of a tensor are plain ones."""
    return list(x.unbind(0)) if type(x) is Tensor else [part.as_subclass(type(x)) for part in x.unbind(0)]
