"""Sizes, parts and directions of pictures. Like torchvision.transforms."""
from __future__ import annotations

import math
import numbers
import warnings
from typing import Any, Sequence

from ... import _C
from .. import _draw, _pixels
from . import functional as F
from ._base import Transform, channel_fill, check_fill, check_sequence, setup_angle, setup_size
from .functional import InterpolationMode

_FN = _C._functions


class Resize(Transform):
    """To (height, width), or the shorter side to one number (and the longer to max_size at most).

    Like Pillow's resize on pictures. Errors: TypeError, ValueError for other sizes.
    """

    def __init__(self, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: int | None = None,
                 antialias: bool | None = True) -> None:
        super().__init__()
        if not isinstance(size, (int, Sequence)):
            raise TypeError(f"Size should be int or sequence. Got {type(size)}")
        if isinstance(size, Sequence) and len(size) not in (1, 2):
            raise ValueError("If size is a sequence, it should have 1 or 2 values")
        self.size = size
        self.max_size = max_size
        self.interpolation = F.interpolation_mode(interpolation)
        self.antialias = antialias

    def forward(self, img: Any) -> Any:
        return F.resize(img, self.size, self.interpolation, self.max_size, self.antialias)

    def on_pixels(self, x):
        size = [self.size] if isinstance(self.size, int) else self.size
        height, width = F.resized_size(x.shape[-2], x.shape[-1], size, self.max_size)
        return _pixels.resize(x, height, width, self.interpolation.value.removesuffix("-exact"))

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(size={self.size}, interpolation={self.interpolation.value}, max_size={self.max_size}, "
                f"antialias={self.antialias})")


class CenterCrop(Transform):
    """The middle; zeros around it where the picture is smaller."""

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def forward(self, img: Any) -> Any:
        return F.center_crop(img, self.size)

    def on_pixels(self, x):
        return F.center_crop(x, self.size)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size})"


class Pad(Transform):
    """Pixels around: padding on all sides, (left and right, top and bottom) or (left, top, right, bottom)."""

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        if not isinstance(padding, (numbers.Number, tuple, list)):
            raise TypeError("Got inappropriate padding arg")
        if not isinstance(fill, (numbers.Number, tuple, list)):
            raise TypeError("Got inappropriate fill arg")
        if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
            raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
        if isinstance(padding, Sequence) and len(padding) not in (1, 2, 4):
            raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
        self.padding = padding
        self.fill = fill
        self.padding_mode = padding_mode

    def forward(self, img: Any) -> Any:
        return F.pad(img, self.padding, self.fill, self.padding_mode)

    def on_pixels(self, x):
        return _pixels.pad(x, *F._sides(self.padding), self.fill, self.padding_mode)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(padding={self.padding}, fill={self.fill}, padding_mode={self.padding_mode})"


class RandomCrop(Transform):
    """A part of this size from anywhere, after padding. ValueError for pictures that are smaller."""

    draws = True

    @staticmethod
    def get_params(img: Any, output_size: tuple[int, int]) -> tuple[int, int, int, int]:
        _, h, w = F.get_dimensions(img)
        th, tw = output_size
        if h < th or w < tw:
            raise ValueError(f"Required crop size {(th, tw)} is larger than input image size {(h, w)}")
        if w == tw and h == th:
            return 0, 0, h, w
        return _draw.integer(0, h - th + 1), _draw.integer(0, w - tw + 1), th, tw

    def __init__(self, size: Any, padding: Any = None, pad_if_needed: bool = False, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        self.size = tuple(setup_size(size))
        self.padding = padding
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode

    def forward(self, img: Any) -> Any:
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        _, height, width = F.get_dimensions(img)
        if self.pad_if_needed and width < self.size[1]:
            img = F.pad(img, [self.size[1] - width, 0], self.fill, self.padding_mode)
        if self.pad_if_needed and height < self.size[0]:
            img = F.pad(img, [0, self.size[0] - height], self.fill, self.padding_mode)
        return F.crop(img, *self.get_params(img, self.size))

    def on_pixels(self, x):
        return self.forward(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


class _RandomFlip(Transform):
    draws = True

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomHorizontalFlip(_RandomFlip):
    """Left and right changed, with probability p."""

    def forward(self, img: Any) -> Any:
        return F.hflip(img) if _draw.below(self.p) else img

    def on_pixels(self, x):
        return self.forward(x)


class RandomVerticalFlip(_RandomFlip):
    """Top and bottom changed, with probability p."""

    def forward(self, img: Any) -> Any:
        return F.vflip(img) if _draw.below(self.p) else img

    def on_pixels(self, x):
        return self.forward(x)


class RandomResizedCrop(Transform):
    """A part of scale of the area and ratio of sides by chance, resized."""

    draws = True

    def __init__(self, size: Any, scale: Sequence[float] = (0.08, 1.0), ratio: Sequence[float] = (3.0 / 4.0, 4.0 / 3.0),
                 interpolation: Any = InterpolationMode.BILINEAR, antialias: bool | None = True) -> None:
        super().__init__()
        self.size = setup_size(size)
        if not isinstance(scale, Sequence):
            raise TypeError("Scale should be a sequence")
        if not isinstance(ratio, Sequence):
            raise TypeError("Ratio should be a sequence")
        if scale[0] > scale[1] or ratio[0] > ratio[1]:
            warnings.warn("Scale and ratio should be of kind (min, max)", stacklevel=2)
        self.interpolation = F.interpolation_mode(interpolation)
        self.antialias = antialias
        self.scale = scale
        self.ratio = ratio

    @staticmethod
    def get_params(img: Any, scale: Sequence[float], ratio: Sequence[float]) -> tuple[int, int, int, int]:
        _, height, width = F.get_dimensions(img)
        return RandomResizedCrop._part(height, width, scale, ratio)

    @staticmethod
    def _part(height: int, width: int, scale: Sequence[float], ratio: Sequence[float]) -> tuple[int, int, int, int]:
        area = height * width
        low, high = _C.tensor(list(ratio)).log().tolist()
        for _ in range(10):
            target = area * _draw.uniform(scale[0], scale[1])
            aspect = _C.tensor([_draw.uniform(low, high)]).exp().item()
            w, h = int(round(math.sqrt(target * aspect))), int(round(math.sqrt(target / aspect)))
            if 0 < w <= width and 0 < h <= height:
                return _draw.integer(0, height - h + 1), _draw.integer(0, width - w + 1), h, w
        if width / height < min(ratio):
            w, h = width, int(round(width / min(ratio)))
        elif width / height > max(ratio):
            w, h = int(round(height * max(ratio))), height
        else:
            w, h = width, height
        return (height - h) // 2, (width - w) // 2, h, w

    def forward(self, img: Any) -> Any:
        return F.resized_crop(img, *self.get_params(img, self.scale, self.ratio), self.size, self.interpolation, antialias=self.antialias)

    def on_pixels(self, x):
        part = _pixels.crop(x, *self.get_params(x, self.scale, self.ratio))
        return _pixels.resize(part, *self.size, self.interpolation.value.removesuffix("-exact"))

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(size={self.size}, scale={tuple(round(s, 4) for s in self.scale)}, "
                f"ratio={tuple(round(r, 4) for r in self.ratio)}, interpolation={self.interpolation.value}, antialias={self.antialias})")


class FiveCrop(Transform):
    """The four corners and the middle."""

    alone = True

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = setup_size(size)

    def forward(self, img: Any) -> tuple:
        return F.five_crop(img, self.size)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size})"


class TenCrop(Transform):
    """The four corners and the middle, of the picture and of it flipped."""

    alone = True

    def __init__(self, size: Any, vertical_flip: bool = False) -> None:
        super().__init__()
        self.size = setup_size(size)
        self.vertical_flip = vertical_flip

    def forward(self, img: Any) -> tuple:
        return F.ten_crop(img, self.size, self.vertical_flip)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, vertical_flip={self.vertical_flip})"


class RandomRotation(Transform):
    """Turned by up to so many degrees. Needs Pillow's pictures."""

    draws = True

    def __init__(self, degrees: Any, interpolation: Any = InterpolationMode.NEAREST, expand: bool = False, center: Any = None,
                 fill: Any = 0) -> None:
        super().__init__()
        self.interpolation = F.interpolation_mode(interpolation)
        self.degrees = setup_angle(degrees, "degrees")
        if center is not None:
            check_sequence(center, "center", (2,))
        self.center = center
        self.expand = expand
        self.fill = check_fill(fill)

    @staticmethod
    def get_params(degrees: Sequence[float]) -> float:
        return _draw.uniform(degrees[0], degrees[1])

    def forward(self, img: Any) -> Any:
        fill = channel_fill(self.fill, img, F.get_dimensions(img)[0])
        return F.rotate(img, self.get_params(self.degrees), self.interpolation, self.expand, self.center, fill)

    def __repr__(self) -> str:
        text = f"{type(self).__name__}(degrees={self.degrees}, interpolation={self.interpolation.value}, expand={self.expand}"
        if self.center is not None:
            text += f", center={self.center}"
        return text + (f", fill={self.fill}" if self.fill is not None else "") + ")"


class RandomAffine(Transform):
    """Turned, moved, scaled and slanted by chance. Needs Pillow's pictures."""

    draws = True

    def __init__(self, degrees: Any, translate: Any = None, scale: Any = None, shear: Any = None,
                 interpolation: Any = InterpolationMode.NEAREST, fill: Any = 0, center: Any = None) -> None:
        super().__init__()
        self.interpolation = F.interpolation_mode(interpolation)
        self.degrees = setup_angle(degrees, "degrees")
        if translate is not None:
            check_sequence(translate, "translate", (2,))
            if not all(0.0 <= t <= 1.0 for t in translate):
                raise ValueError("translation values should be between 0 and 1")
        if scale is not None:
            check_sequence(scale, "scale", (2,))
            if not all(s > 0 for s in scale):
                raise ValueError("scale values should be positive")
        self.translate = translate
        self.scale = scale
        self.shear = setup_angle(shear, "shear", (2, 4)) if shear is not None else None
        self.fill = check_fill(fill)
        if center is not None:
            check_sequence(center, "center", (2,))
        self.center = center

    @staticmethod
    def get_params(degrees: Any, translate: Any, scale_ranges: Any, shears: Any, img_size: Sequence[int]) -> tuple:
        angle = _draw.uniform(degrees[0], degrees[1])
        moved = (0, 0)
        if translate is not None:
            dx, dy = float(translate[0] * img_size[0]), float(translate[1] * img_size[1])
            moved = (int(round(_draw.uniform(-dx, dx))), int(round(_draw.uniform(-dy, dy))))
        scale = 1.0 if scale_ranges is None else _draw.uniform(scale_ranges[0], scale_ranges[1])
        slant = [0.0, 0.0]
        if shears is not None:
            slant[0] = _draw.uniform(shears[0], shears[1])
            if len(shears) == 4:
                slant[1] = _draw.uniform(shears[2], shears[3])
        return angle, moved, scale, tuple(slant)

    def forward(self, img: Any) -> Any:
        channels, height, width = F.get_dimensions(img)
        fill = channel_fill(self.fill, img, channels)
        params = self.get_params(self.degrees, self.translate, self.scale, self.shear, [width, height])
        return F.affine(img, *params, interpolation=self.interpolation, fill=fill, center=self.center)

    def __repr__(self) -> str:
        text = f"{type(self).__name__}(degrees={self.degrees}"
        for name, shown in (("translate", self.translate is not None), ("scale", self.scale is not None), ("shear", self.shear is not None)):
            text += f", {name}={getattr(self, name)}" if shown else ""
        text += f", interpolation={self.interpolation.value}" if self.interpolation != InterpolationMode.NEAREST else ""
        text += f", fill={self.fill}" if self.fill != 0 else ""
        return text + (f", center={self.center}" if self.center is not None else "") + ")"
