"""What transforms of pictures have in common."""
from __future__ import annotations

import numbers
from typing import Any, Sequence

from ... import _C
from ...nn.modules.module import Module

Tensor = _C.Tensor


class Transform(Module):
    """A transform. Data sets of this package give it 8-bit pixels where it can take them, so that no pictures need be made.

    on_pixels(x): of uint8 [B, C, H, W] what the transform makes of such pictures, with the same numbers. draws: whether it
    draws random numbers; then B is 1. alone: whether it takes one tensor at a time only. makes_tensor: of a picture.
    """

    draws = False
    alone = False
    makes_tensor = False

    def on_pixels(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def takes_pixels(self) -> bool:
        return type(self).on_pixels is not Transform.on_pixels and type(self).forward is self._forward_of_on_pixels()

    def _forward_of_on_pixels(self) -> Any:
        """forward of the class that wrote on_pixels: a derived class with a forward of its own is not gone around."""
        for kind in type(self).__mro__:
            if "on_pixels" in vars(kind):
                return kind.forward
        return None


def setup_size(size: Any, error_msg: str = "Please provide only two dimensions (h, w) for size.") -> Any:
    if isinstance(size, numbers.Number):
        return int(size), int(size)
    if isinstance(size, Sequence) and len(size) == 1:
        return size[0], size[0]
    if len(size) != 2:
        raise ValueError(error_msg)
    return size


def check_sequence(x: Any, name: str, sizes: tuple[int, ...]) -> None:
    shown = sizes[0] if len(sizes) < 2 else " or ".join(str(s) for s in sizes)
    if not isinstance(x, Sequence):
        raise TypeError(f"{name} should be a sequence of length {shown}.")
    if len(x) not in sizes:
        raise ValueError(f"{name} should be a sequence of length {shown}.")


def setup_angle(x: Any, name: str, sizes: tuple[int, ...] = (2,)) -> list[float]:
    if isinstance(x, numbers.Number):
        if x < 0:
            raise ValueError(f"If {name} is a single number, it must be positive.")
        x = [-x, x]
    else:
        check_sequence(x, name, sizes)
    return [float(d) for d in x]


def check_fill(fill: Any) -> Any:
    if fill is None:
        return 0
    if not isinstance(fill, (Sequence, numbers.Number)):
        raise TypeError("Fill should be either a sequence or a number.")
    return fill


def channel_fill(fill: Any, img: Any, channels: int) -> Any:
    """One value a channel for tensors."""
    if not isinstance(img, Tensor):
        return fill
    return [float(fill)] * channels if isinstance(fill, (int, float)) else [float(f) for f in fill]
