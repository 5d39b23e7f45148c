"""Sizes, parts and directions of samples. Like torchvision.transforms.v2."""
from __future__ import annotations

import warnings
from typing import Any, Sequence

from ... import _draw, tv_tensors
from .. import geometry as _v1
from .._base import check_sequence, setup_angle, setup_size
from . import functional as F
from ._arguments import check_padding, check_padding_mode, fill_of, fills, query_size
from ._transform import RandomApplyTransform, Transform, has_any


class RandomHorizontalFlip(RandomApplyTransform):
    """Left and right changed, with probability p."""

    _v1_transform_cls = _v1.RandomHorizontalFlip
    _of_pixels = True

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.horizontal_flip, inpt)


class RandomVerticalFlip(RandomApplyTransform):
    """Top and bottom changed, with probability p."""

    _v1_transform_cls = _v1.RandomVerticalFlip
    _of_pixels = True

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.vertical_flip, inpt)


class Resize(Transform):
    """To (height, width); the shorter side to one number (and the longer to max_size at most); or None: the longer to max_size.

    interpolation: a name, an InterpolationMode or Pillow's number. Masks are resized by the nearest pixel. ValueError for
    other sizes.
    """

    _v1_transform_cls = _v1.Resize
    _of_pixels = True

    def __init__(self, size: Any, interpolation: Any = "bilinear", max_size: int | None = None, antialias: bool | None = True) -> None:
        super().__init__()
        if isinstance(size, int):
            size = [size]
        elif isinstance(size, Sequence) and len(size) in (1, 2):
            size = list(size)
        elif size is not None:
            raise ValueError(f"size can be an integer, a sequence of one or two integers, or None, but got {size} instead.")
        elif not isinstance(max_size, int):
            raise ValueError(f"max_size must be an integer when size is None, but got {max_size} instead.")
        self.size = size
        self.interpolation = interpolation
        self.max_size = max_size
        self.antialias = antialias

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.resize, inpt, self.size, interpolation=self.interpolation, max_size=self.max_size,
                                 antialias=self.antialias)


class CenterCrop(Transform):
    """The middle; zeros around it where the input is smaller."""

    _v1_transform_cls = _v1.CenterCrop
    _of_pixels = True

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.center_crop, inpt, output_size=self.size)


class RandomResizedCrop(Transform):
    """A part of scale of the area and ratio of sides by chance, resized."""

    draws = True
    _v1_transform_cls = _v1.RandomResizedCrop
    _of_pixels = True

    def __init__(self, size: Any, scale: tuple[float, float] = (0.08, 1.0), ratio: tuple[float, float] = (3.0 / 4.0, 4.0 / 3.0),
                 interpolation: Any = "bilinear", antialias: bool | None = True) -> None:
        super().__init__()
        self.size = setup_size(size)
        if not isinstance(scale, Sequence) or len(scale) != 2:
            raise TypeError("Scale should be a sequence of two floats.")
        if not isinstance(ratio, Sequence) or len(ratio) != 2:
            raise TypeError("Ratio should be a sequence of two floats.")
        if scale[0] > scale[1] or ratio[0] > ratio[1]:
            warnings.warn("Scale and ratio should be of kind (min, max)", stacklevel=2)
        self.scale = scale
        self.ratio = ratio
        self.interpolation = interpolation
        self.antialias = antialias

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return dict(zip(("top", "left", "height", "width"), _v1.RandomResizedCrop._part(*query_size(flat_inputs), self.scale, self.ratio)))

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.resized_crop, inpt, **params, size=self.size, interpolation=self.interpolation, antialias=self.antialias)


class _SeveralCrops(Transform):
    alone = True

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if has_any(flat_inputs, tv_tensors.Mask):
            raise TypeError(f"BoundingBoxes'es and Mask's are not supported by {type(self).__name__}()")


class FiveCrop(_SeveralCrops):
    """The four corners and the middle. TypeError for samples with masks."""

    _v1_transform_cls = _v1.FiveCrop

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.five_crop, inpt, self.size)


class TenCrop(_SeveralCrops):
    """The four corners and the middle, of the picture and of it flipped. TypeError for samples with masks."""

    _v1_transform_cls = _v1.TenCrop

    def __init__(self, size: Any, vertical_flip: bool = False) -> None:
        super().__init__()
        self.size = setup_size(size)
        self.vertical_flip = vertical_flip

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.ten_crop, inpt, self.size, vertical_flip=self.vertical_flip)


class Pad(Transform):
    """Pixels around: padding on all sides, (left and right, top and bottom) or (left, top, right, bottom).

    fill: a number, one a channel, or a dict of them by the type of input (and "others"). Errors: TypeError, ValueError.
    """

    _v1_transform_cls = _v1.Pad
    _of_pixels = True

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        check_padding(padding)
        check_padding_mode(padding_mode)
        self.padding = padding if isinstance(padding, int) else list(padding)
        self.fill = fill
        self._fill = fills(fill)
        self.padding_mode = padding_mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.pad, inpt, padding=self.padding, fill=fill_of(self._fill, inpt), padding_mode=self.padding_mode)


class RandomCrop(Transform):
    """A part of this size from anywhere, after padding. ValueError for pictures that are smaller."""

    draws = True
    _v1_transform_cls = _v1.RandomCrop
    _of_pixels = True

    def __init__(self, size: Any, padding: Any = None, pad_if_needed: bool = False, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        self.size = setup_size(size)
        if padding is not None:
            check_padding(padding)
        if pad_if_needed or padding is not None:
            check_padding_mode(padding_mode)
        left, top, right, bottom = F._sides(padding) if padding else (0, 0, 0, 0)
        self.padding = [left, right, top, bottom] if padding else None
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self._fill = fills(fill)
        self.padding_mode = padding_mode

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        left, right, top, bottom = self.padding or (0, 0, 0, 0)
        wanted_height, wanted_width = self.size
        if self.pad_if_needed:
            more_rows = max(wanted_height - height - top - bottom, 0)
            more_columns = max(wanted_width - width - left - right, 0)
            top, bottom, left, right = top + more_rows, bottom + more_rows, left + more_columns, right + more_columns
        height, width = height + top + bottom, width + left + right
        if height < wanted_height or width < wanted_width:
            padded = "padded " if self.padding is not None else ""
            raise ValueError(f"Required crop size {(wanted_height, wanted_width)} is larger than {padded}input image size {(height, width)}.")
        y = _draw.integer(0, height - wanted_height + 1) if height > wanted_height else 0
        x = _draw.integer(0, width - wanted_width + 1) if width > wanted_width else 0
        return {"needs_crop": height > wanted_height or width > wanted_width, "top": y, "left": x, "height": wanted_height,
                "width": wanted_width, "needs_pad": any((left, top, right, bottom)), "padding": [left, top, right, bottom]}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if params["needs_pad"]:
            inpt = self._call_kernel(F.pad, inpt, padding=params["padding"], fill=fill_of(self._fill, inpt), padding_mode=self.padding_mode)
        if params["needs_crop"]:
            inpt = self._call_kernel(F.crop, inpt, **{name: params[name] for name in ("top", "left", "height", "width")})
        return inpt


class RandomRotation(Transform):
    """Turned by up to so many degrees. Needs Pillow's pictures."""

    draws = True
    _v1_transform_cls = _v1.RandomRotation

    def __init__(self, degrees: Any, interpolation: Any = "nearest", expand: bool = False, center: Any = None, fill: Any = 0) -> None:
        super().__init__()
        self.degrees = setup_angle(degrees, "degrees")
        self.interpolation = interpolation
        self.expand = expand
        self.fill = fill
        self._fill = fills(fill)
        if center is not None:
            check_sequence(center, "center", (2,))
        self.center = center

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"angle": _draw.uniform(*self.degrees)}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.rotate, inpt, **params, interpolation=self.interpolation, expand=self.expand, center=self.center,
                                 fill=fill_of(self._fill, inpt))


class RandomAffine(Transform):
    """Turned, moved, scaled and slanted by chance. Needs Pillow's pictures."""

    draws = True
    _v1_transform_cls = _v1.RandomAffine

    def __init__(self, degrees: Any, translate: Any = None, scale: Any = None, shear: Any = None, interpolation: Any = "nearest",
                 fill: Any = 0, center: Any = None) -> None:
        super().__init__()
        self.degrees = setup_angle(degrees, "degrees")
        if translate is not None:
            check_sequence(translate, "translate", (2,))
            if not all(0.0 <= t <= 1.0 for t in translate):
                raise ValueError("translation values should be between 0 and 1")
        self.translate = translate
        if scale is not None:
            check_sequence(scale, "scale", (2,))
            if not all(s > 0 for s in scale):
                raise ValueError("scale values should be positive")
        self.scale = scale
        self.shear = setup_angle(shear, "shear", (2, 4)) if shear is not None else None
        self.interpolation = interpolation
        self.fill = fill
        self._fill = fills(fill)
        if center is not None:
            check_sequence(center, "center", (2,))
        self.center = center

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        drawn = _v1.RandomAffine.get_params(self.degrees, self.translate, self.scale, self.shear, [width, height])
        return dict(zip(("angle", "translate", "scale", "shear"), drawn))

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.affine, inpt, **params, interpolation=self.interpolation, fill=fill_of(self._fill, inpt),
                                 center=self.center)
