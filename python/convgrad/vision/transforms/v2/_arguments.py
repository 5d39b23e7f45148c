"""Options of the transforms of samples, checked; sizes of samples."""
from __future__ import annotations

import numbers
from typing import Any, Sequence

from ... import tv_tensors
from ..._pictures import is_picture
from . import functional as F
from ._transform import check_type


def number_or_sequence(arg: Any, name: str) -> list[float]:
    """Two numbers of one or two. Errors: TypeError, ValueError for others."""
    if not isinstance(arg, (int, float, Sequence)):
        raise TypeError(f"{name} should be a number or a sequence of numbers. Got {type(arg)}")
    if isinstance(arg, (int, float)):
        return [float(arg), float(arg)]
    if len(arg) not in (1, 2):
        raise ValueError(f"If {name} is a sequence its length should be 1 or 2. Got {len(arg)}")
    for element in arg:
        if not isinstance(element, (int, float)):
            raise ValueError(f"{name} should be a sequence of numbers. Got {type(element)}")
    return [float(arg[0]), float(arg[-1])]


def fills(fill: Any) -> dict[Any, Any]:
    """By the type of input the value of pixels from outside. TypeError for what is none."""
    if isinstance(fill, dict):
        for kind, value in fill.items():
            fill[kind] = fills(value)["others"]
        return fill
    if fill is not None and not isinstance(fill, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate fill arg, only Numbers, tuples, lists and dicts are allowed.")
    return {"others": [float(v) for v in fill] if isinstance(fill, (tuple, list)) else fill}


def fill_of(fills: dict[Any, Any], inpt: Any) -> Any:
    return fills[type(inpt)] if type(inpt) in fills else fills.get("others")


def check_padding(padding: Any) -> None:
    several = isinstance(padding, (tuple, list)) and len(padding) in (1, 2, 4) and all(isinstance(p, int) for p in padding)
    if not (several or isinstance(padding, int)):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element of tuple or list, got {padding}.")


def check_padding_mode(padding_mode: Any) -> None:
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")


_PICTURES = (F.is_pure_tensor, tv_tensors.Image, is_picture, tv_tensors.Video)


def query_chw(flat_inputs: list[Any]) -> tuple[int, int, int]:
    """Channels, height and width of the pictures in a sample. Errors: TypeError for none, ValueError for different ones."""
    found = {tuple(F.get_dimensions(inpt)) for inpt in flat_inputs if check_type(inpt, _PICTURES)}
    if not found:
        raise TypeError("No image or video was found in the sample")
    if len(found) > 1:
        raise ValueError(f"Found multiple CxHxW dimensions in the sample: {_listed(found)}")
    return found.pop()


def query_size(flat_inputs: list[Any]) -> tuple[int, int]:
    """Height and width of the pictures and masks in a sample. Errors: TypeError for none, ValueError for different ones."""
    found = {tuple(F.get_size(inpt)) for inpt in flat_inputs if check_type(inpt, (*_PICTURES, tv_tensors.Mask))}
    if not found:
        raise TypeError("No image, video, mask, bounding box of keypoint was found in the sample")
    if len(found) > 1:
        raise ValueError(f"Found multiple HxW dimensions in the sample: {_listed(found)}")
    return found.pop()


def _listed(found: set) -> str:
    return ", ".join(f"'{size}'" for size in sorted(found))
