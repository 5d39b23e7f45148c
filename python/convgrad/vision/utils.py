"""Grids of pictures, and files of them. Like torchvision.utils."""
from __future__ import annotations

import math
from typing import Any

from .. import _C
from ..autograd.grad_mode import no_grad
from ._pictures import Picture, pillow

Tensor = _C.Tensor
_F = _C._functions

__all__ = ["make_grid", "save_image"]


@no_grad()
def make_grid(tensor: Tensor | list[Tensor], nrow: int = 8, padding: int = 2, normalize: bool = False,
              value_range: tuple[float, float] | None = None, scale_each: bool = False, pad_value: float = 0.0) -> Tensor:
    """Pictures [B, C, H, W], or a list of [C, H, W], side by side: [3 or C, height, width]; grey ones become RGB.

    nrow: pictures in a row. padding: pixels around each, of pad_value. normalize: values from value_range (default: their
    least and largest) to [0, 1], scale_each: of each picture by itself. TypeError for what is no tensor.
    Like torchvision.utils.make_grid.
    """
    if isinstance(tensor, list):
        for t in tensor:
            if not isinstance(t, Tensor):
                raise TypeError(f"tensor or list of tensors expected, got a list containing {type(t)}")
        tensor = _F.stack(tensor, 0)
    elif not isinstance(tensor, Tensor):
        raise TypeError(f"tensor or list of tensors expected, got {type(tensor)}")
    tensor = _four_dimensions(tensor)
    if normalize is True:
        if value_range is not None and not isinstance(value_range, tuple):
            raise TypeError("value_range has to be a tuple (min, max) if specified. min and max are numbers")
        tensor = tensor.clone()
        for t in tensor.unbind(0) if scale_each else [tensor]:
            low, high = value_range if value_range is not None else (float(t.min()), float(t.max()))
            t.clamp_(min=low, max=high)
            t.sub_(low).div_(max(high - low, 1e-5))
    if tensor.size(0) == 1:
        return tensor.squeeze(0)
    return _laid_out(tensor, nrow, padding, pad_value)


def _four_dimensions(tensor: Tensor) -> Tensor:
    if tensor.dim() == 2:
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 3:
        if tensor.size(0) == 1:
            tensor = _F.cat((tensor, tensor, tensor), 0)
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 4 and tensor.size(1) == 1:
        tensor = _F.cat((tensor, tensor, tensor), 1)
    return tensor


def _laid_out(tensor: Tensor, nrow: int, padding: int, pad_value: float) -> Tensor:
    count, channels = tensor.size(0), tensor.size(1)
    columns = min(nrow, count)
    rows = math.ceil(count / columns)
    height, width = tensor.size(2) + padding, tensor.size(3) + padding
    grid = tensor.new_full([channels, height * rows + padding, width * columns + padding], pad_value)
    for k in range(count):
        y, x = divmod(k, columns)
        grid.narrow(1, y * height + padding, height - padding).narrow(2, x * width + padding, width - padding).copy_(tensor[k])
    return grid


@no_grad()
def save_image(tensor: Tensor | list[Tensor], fp: Any, format: str | None = None, **kwargs: Any) -> None:
    """Writes a picture, or a grid of several (make_grid's options), to a path or a file object; values are in [0, 1].

    Without Pillow as PNG only (ValueError). Like torchvision.utils.save_image.
    """
    grid = make_grid(tensor, **kwargs)
    picture = Picture(grid.mul(255).add_(0.5).clamp_(0, 255).to(_C.uint8))
    if pillow() is None:
        picture.save(fp, format)
    else:
        pillow().frombytes(picture.mode, picture.size, picture.tobytes()).save(fp, format=format)
