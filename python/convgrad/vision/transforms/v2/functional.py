"""One function for each change of a picture, a film or a mask. Like torchvision.transforms.v2.functional.

Tensors are [..., C, H, W]; those of torchvision.tv_tensors keep their class. Pictures are changed as by
torchvision.transforms.functional.
"""
from __future__ import annotations

import functools
import numbers
import warnings
from typing import Any, Callable, Sequence

from .... import _C
from ... import tv_tensors
from ..._pictures import is_picture
from ...tv_tensors import plain, wrap
from .. import _tensors
from .. import functional as _v1
from ..functional import InterpolationMode, pil_to_tensor, to_pil_image

Tensor = _C.Tensor

__all__ = ["InterpolationMode", "adjust_brightness", "adjust_contrast", "adjust_hue", "adjust_saturation", "affine", "center_crop",
           "convert_image_dtype", "crop", "erase", "five_crop", "gaussian_blur", "get_dimensions", "get_image_num_channels", "get_image_size",
           "get_num_channels", "get_size", "grayscale_to_rgb", "hflip", "horizontal_flip", "invert", "is_pure_tensor", "normalize", "pad",
           "pil_to_tensor", "resize", "resized_crop", "rgb_to_grayscale", "rotate", "ten_crop", "to_dtype", "to_grayscale", "to_image",
           "to_pil_image", "to_tensor", "vertical_flip", "vflip"]


def is_pure_tensor(inpt: Any) -> bool:
    return isinstance(inpt, Tensor) and not isinstance(inpt, tv_tensors.TVTensor)


def _functional(masks: bool | Callable = False, pictures: bool = True, films: bool = True) -> Callable:
    """A function of tensors and pictures as one that keeps the classes of torchvision.tv_tensors.

    masks: whether they are changed in the same way, or in which other. pictures, films: whether they are changed. `takes` of
    the function tells which inputs it changes.
    """
    def decorate(change: Callable) -> Callable:
        of_mask = masks if callable(masks) else change
        kinds = {tv_tensors.Image: True, tv_tensors.Video: films, tv_tensors.Mask: bool(masks)}

        @functools.wraps(change)
        def functional(inpt: Any, *args: Any, **kwargs: Any) -> Any:
            if not functional.takes(inpt):
                raise TypeError(f"Functional F.{change.__name__} does not support inputs of type {type(inpt)}.")
            if not isinstance(inpt, tv_tensors.TVTensor):
                return change(inpt, *args, **kwargs)
            out = (of_mask if isinstance(inpt, tv_tensors.Mask) else change)(plain(inpt), *args, **kwargs)
            return tuple(wrap(part, like=inpt) for part in out) if isinstance(out, tuple) else wrap(out, like=inpt)

        def takes(inpt: Any) -> bool:
            if isinstance(inpt, tv_tensors.TVTensor):
                return any(isinstance(inpt, kind) for kind, taken in kinds.items() if taken)
            return isinstance(inpt, Tensor) or (pictures and is_picture(inpt))

        functional.takes = takes
        return functional

    return decorate


def interpolation_mode(interpolation: Any) -> InterpolationMode:
    """The mode, also from its name or Pillow's number. ValueError for others."""
    if isinstance(interpolation, str):
        modes = {mode.value: mode for mode in InterpolationMode}
        if interpolation not in modes:
            raise ValueError(f"Invalid interpolation mode: '{interpolation}'. Supported string values are: {list(modes)}.")
        return modes[interpolation]
    if isinstance(interpolation, int):
        return _v1.interpolation_mode(interpolation)
    if not isinstance(interpolation, InterpolationMode):
        raise ValueError("Argument interpolation should be an `InterpolationMode` or a corresponding Pillow integer constant, but got "
                         f"{interpolation}.")
    return interpolation


# ---- what an input is

def get_dimensions(inpt: Any) -> list[int]:
    """[channels, height, width]. TypeError for what has none."""
    if not isinstance(inpt, Tensor):
        return _v1.get_dimensions(inpt)
    if inpt.ndim < 2:
        raise TypeError(f"Input tensor should have at least two dimensions, but got {inpt.ndim}")
    return [1, *inpt.shape] if inpt.ndim == 2 else list(inpt.shape[-3:])


def get_num_channels(inpt: Any) -> int:
    return get_dimensions(inpt)[0]


get_image_num_channels = get_num_channels


def get_size(inpt: Any) -> list[int]:
    """[height, width]."""
    return get_dimensions(inpt)[1:]


def get_image_size(inpt: Any) -> list[int]:
    """[width, height]."""
    warnings.warn("The function `get_image_size(...)` is deprecated and will be removed in a future release. Instead, please use "
                  "`get_size(...)` which returns `[h, w]` instead of `[w, h]`.", stacklevel=2)
    return _v1.get_image_size(inpt)


# ---- types

def to_image(inpt: Any) -> tv_tensors.Image:
    """A tensor, an array [H, W] or [H, W, C], or a picture as an Image; values stay as they are. TypeError for others."""
    if _v1._is_array(inpt):
        x = inpt if inpt.ndim > 2 else inpt.reshape(-1, 1, 1) if inpt.ndim < 2 else inpt[:, :, None]
        inpt = _C.from_numpy(x).permute(2, 0, 1).contiguous()
    elif is_picture(inpt):
        inpt = pil_to_tensor(inpt)
    elif not isinstance(inpt, Tensor):
        raise TypeError(f"Input can either be a pure Tensor, a numpy array, or a PIL image, but got {type(inpt)} instead.")
    return tv_tensors.Image(inpt)


def to_tensor(inpt: Any) -> Tensor:
    """As torchvision.transforms.functional.to_tensor, with a warning."""
    warnings.warn("The function `to_tensor(...)` is deprecated and will be removed in a future release. Instead, please use `to_image(...)` "
                  "followed by `to_dtype(..., dtype=torch.float32, scale=True)`.", stacklevel=2)
    return _v1.to_tensor(inpt)


def _to_dtype_mask(inpt: Tensor, dtype: Any = _C.float32, scale: bool = False) -> Tensor:
    return inpt.to(dtype)


@_functional(masks=_to_dtype_mask, pictures=False)
def to_dtype(inpt: Tensor, dtype: Any = _C.float32, scale: bool = False) -> Tensor:
    """Another type; with scale, values are taken from that type's range to the other's, [0, 1] for floats.

    RuntimeError where the other type's range is wider than what the first can tell apart.
    """
    if inpt.dtype == dtype or not scale:
        return inpt.to(dtype)
    before, after = _tensors._LARGEST.get(inpt.dtype, 1), _tensors._LARGEST.get(dtype, 1)
    if inpt.is_floating_point():
        if dtype.is_floating_point:
            return inpt.to(dtype)
        if (inpt.dtype == _C.float32 and dtype in (_C.int32, _C.int64)) or (inpt.dtype == _C.float64 and dtype == _C.int64):
            raise RuntimeError(f"The conversion from {inpt.dtype} to {dtype} cannot be performed safely.")
        return inpt.mul(after + 1.0 - 1e-3).to(dtype)
    if dtype.is_floating_point:
        return inpt.to(dtype).mul_(1.0 / before)
    bits = before.bit_length() - after.bit_length()
    return (inpt >> bits).to(dtype) if bits > 0 else inpt.to(dtype) << -bits


def convert_image_dtype(image: Tensor, dtype: Any = _C.float32) -> Tensor:
    """to_dtype with scale."""
    return to_dtype(image, dtype=dtype, scale=True)


@_functional(pictures=False)
def normalize(inpt: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Tensor:
    """(inpt − mean) / std for each channel of a float tensor [..., C, H, W]. Errors: TypeError, ValueError for others and std = 0."""
    if not inpt.is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {inpt.dtype}.")
    if inpt.ndim < 3:
        raise ValueError(f"Expected tensor to be a tensor image of size (..., C, H, W). Got {inpt.shape}.")
    if not all(std) if isinstance(std, (tuple, list)) else isinstance(std, (int, float)) and std == 0:
        raise ValueError("std evaluated to zero, leading to division by zero.")
    mean, std = (_C.as_tensor(v, dtype=inpt.dtype) for v in (mean, std))
    mean, std = (v.view(-1, 1, 1) if v.ndim == 1 else v for v in (mean, std))
    return (inpt.sub_(mean) if inplace else inpt.sub(mean)).div_(std)


# ---- sizes and places

@_functional(masks=True)
def horizontal_flip(inpt: Any) -> Any:
    """Left and right changed."""
    return _v1.hflip(inpt)


@_functional(masks=True)
def vertical_flip(inpt: Any) -> Any:
    """Top and bottom changed."""
    return _v1.vflip(inpt)


hflip, vflip = horizontal_flip, vertical_flip


def _resized_size(height: int, width: int, size: Any, max_size: int | None) -> tuple[int, int]:
    if size is None:
        if not isinstance(max_size, int):
            raise ValueError(f"max_size must be an integer when size is None, but got {max_size} instead.")
        short = int(max_size * min(height, width) / max(height, width))
        return (max_size, short) if width <= height else (short, max_size)
    size = [size] if isinstance(size, int) else size
    if max_size is not None and len(size) != 1:
        raise ValueError("max_size should only be passed if size is None or specifies the length of the smaller edge, i.e. size should be an int "
                         "or a sequence of length 1 in torchscript mode.")
    return _v1.resized_size(height, width, size, max_size)


def _resize_mask(inpt: Tensor, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: int | None = None,
                 antialias: bool | None = True) -> Tensor:
    mode = interpolation_mode(interpolation)
    return resize(inpt, size, mode if mode == InterpolationMode.NEAREST_EXACT else InterpolationMode.NEAREST, max_size)


@_functional(masks=_resize_mask)
def resize(inpt: Any, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: int | None = None,
           antialias: bool | None = True) -> Any:
    """size: (height, width), one number for the shorter side, with max_size for the longer, or None: max_size alone."""
    mode = interpolation_mode(interpolation)
    _, height, width = get_dimensions(inpt)
    wanted = _resized_size(height, width, size, max_size)
    if not isinstance(inpt, Tensor) and antialias is False:
        warnings.warn("Anti-alias option is always applied for PIL Image input. Argument antialias is ignored.", stacklevel=3)
    return _v1.resize(inpt, list(wanted), mode, None, antialias)


def _sides(padding: Any) -> tuple[int, int, int, int]:
    """left, top, right, bottom."""
    if not isinstance(padding, (int, tuple, list)):
        raise TypeError(f"`padding` should be an integer or tuple or list of integers, but got {padding}")
    if not isinstance(padding, int) and len(padding) not in (1, 2, 4):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple or list. Found {len(padding)}")
    return _v1._sides(padding)


def _pad_mask(inpt: Tensor, padding: Any, fill: Any = None, padding_mode: str = "constant") -> Tensor:
    if isinstance(fill, (tuple, list)):
        raise ValueError("Non-scalar fill value is not supported")
    return pad(inpt, padding, fill, padding_mode)


@_functional(masks=_pad_mask)
def pad(inpt: Any, padding: Any, fill: Any = None, padding_mode: str = "constant") -> Any:
    """padding: one number, (left and right, top and bottom), or (left, top, right, bottom); fill: a number, or one a channel."""
    if not isinstance(inpt, Tensor):
        return _v1.pad(inpt, padding, _of_channels(fill, inpt), padding_mode)
    left, top, right, bottom = _sides(padding)
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError(f"`padding_mode` should be either `'constant'`, `'edge'`, `'reflect'` or `'symmetric'`, but got `'{padding_mode}'`.")
    fill = 0 if fill is None else fill
    if isinstance(fill, (int, float)) or len(fill) == 1:
        return _tensors.pad(inpt, left, top, right, bottom, fill, padding_mode)
    if padding_mode != "constant":
        raise ValueError(f"Padding mode '{padding_mode}' is not supported if fill is not scalar")
    out = _tensors.pad(inpt, left, top, right, bottom, 0, padding_mode)
    values = _C.tensor(list(fill)).to(inpt.dtype).reshape(-1, 1, 1)
    for side in ((slice(0, top), slice(None)), (slice(out.shape[-2] - bottom, None), slice(None)), (slice(None), slice(0, left)),
                 (slice(None), slice(out.shape[-1] - right, None))):
        out[(..., *side)] = values
    return out


def _of_channels(fill: Any, picture: Any) -> Any:
    """fill as a picture's pixels have it: whole numbers, one for each of several channels."""
    if fill is None:
        return 0
    if isinstance(fill, numbers.Number):
        return int(fill) if picture.mode != "F" else fill
    values = tuple(fill) if picture.mode == "F" else tuple(int(v) for v in fill)
    channels = len(picture.getbands())
    values = values * channels if len(values) == 1 else values
    if len(values) != channels:
        raise ValueError(f"The number of elements in 'fill' does not match the number of channels of the image ({len(values)} != {channels})")
    return values if channels > 1 else values[0]


@_functional(masks=True)
def crop(inpt: Any, top: int, left: int, height: int, width: int) -> Any:
    """A part; zeros where it reaches beyond."""
    return _v1.crop(inpt, top, left, height, width)


@_functional(masks=True)
def center_crop(inpt: Any, output_size: Any) -> Any:
    """The middle; zeros around it where the input is smaller."""
    return _v1.center_crop(inpt, output_size)


def _resized_crop_mask(inpt: Tensor, top: int, left: int, height: int, width: int, size: Any,
                       interpolation: Any = InterpolationMode.BILINEAR, antialias: bool | None = True) -> Tensor:
    return _resize_mask(_v1.crop(inpt, top, left, height, width), size, interpolation)


@_functional(masks=_resized_crop_mask)
def resized_crop(inpt: Any, top: int, left: int, height: int, width: int, size: Any, interpolation: Any = InterpolationMode.BILINEAR,
                 antialias: bool | None = True) -> Any:
    return resize(_v1.crop(inpt, top, left, height, width), size, interpolation=interpolation, antialias=antialias)


@_functional()
def five_crop(inpt: Any, size: Any) -> tuple:
    """The four corners and the middle. ValueError for a size that is larger than the input."""
    if isinstance(size, numbers.Number):
        size = [int(size)] * 2
    elif len(size) == 1:
        size = [size[0]] * 2
    if len(size) != 2:
        raise ValueError("Please provide only two dimensions (h, w) for size.")
    height, width = get_size(inpt)
    if size[1] > width or size[0] > height:
        raise ValueError(f"Requested crop size {size} is bigger than input size {(height, width)}")
    return _v1.five_crop(inpt, size)


@_functional()
def ten_crop(inpt: Any, size: Any, vertical_flip: bool = False) -> tuple:
    """five_crop, and that of the input flipped."""
    return five_crop(inpt, size) + five_crop(_v1.vflip(inpt) if vertical_flip else _v1.hflip(inpt), size)


@_functional()
def rotate(inpt: Any, angle: float, interpolation: Any = InterpolationMode.NEAREST, expand: bool = False, center: Any = None,
           fill: Any = None) -> Any:
    """Turned by so many degrees against the clock. Needs Pillow's pictures (NotImplementedError)."""
    return _v1.rotate(inpt, angle, interpolation_mode(interpolation), expand, center, fill)


@_functional()
def affine(inpt: Any, angle: float, translate: Sequence[float], scale: float, shear: Sequence[float],
           interpolation: Any = InterpolationMode.NEAREST, fill: Any = None, center: Any = None) -> Any:
    """Turned, moved, scaled and slanted. Needs Pillow's pictures (NotImplementedError)."""
    return _v1.affine(inpt, angle, translate, scale, shear, interpolation_mode(interpolation), fill, center)


# ---- colours

@_functional(films=False)
def rgb_to_grayscale(inpt: Any, num_output_channels: int = 1) -> Any:
    """Grey, in one channel or three alike. ValueError for other numbers."""
    if num_output_channels not in (1, 3):
        raise ValueError(f"num_output_channels must be 1 or 3, got {num_output_channels}.")
    if not isinstance(inpt, Tensor):
        return _v1.rgb_to_grayscale(inpt, num_output_channels)
    return inpt.clone() if inpt.shape[-3] == num_output_channels == 1 else _in_channels(inpt, num_output_channels)


def _in_channels(inpt: Tensor, channels: int) -> Tensor:
    if inpt.shape[-3] == 1:
        return inpt.repeat(*(channels if i == inpt.ndim - 3 else 1 for i in range(inpt.ndim)))
    gray = _gray(inpt).to(inpt.dtype)
    return gray.expand(inpt.shape) if channels == 3 else gray


def _gray(inpt: Tensor) -> Tensor:
    """One channel of three, not rounded."""
    r, g, b = inpt.unbind(-3)
    return r.mul(0.2989).add_(g, alpha=0.587).add_(b, alpha=0.114).unsqueeze(-3)


to_grayscale = rgb_to_grayscale


@_functional(films=False)
def grayscale_to_rgb(inpt: Any) -> Any:
    """Three channels of one; others as they are."""
    if not isinstance(inpt, Tensor):
        return inpt.convert("RGB")
    return inpt if inpt.shape[-3] >= 3 else _in_channels(inpt, 3)


def _check_colours(inpt: Tensor, factor: float, name: str) -> None:
    if factor < 0:
        raise ValueError(f"{name} ({factor}) is not non-negative.")
    if inpt.shape[-3] not in (1, 3):
        raise TypeError(f"Input image tensor permitted channel values are 1 or 3, but found {inpt.shape[-3]}")


def _cut(values: Tensor, dtype: Any) -> Tensor:
    return values.clamp_(0, _tensors._LARGEST.get(dtype, 1)).to(dtype)


def _blend(inpt: Tensor, other: Tensor, ratio: float) -> Tensor:
    return _cut(inpt.mul(float(ratio)).add_(other, alpha=1.0 - float(ratio)), inpt.dtype)


@_functional()
def adjust_brightness(inpt: Any, brightness_factor: float) -> Any:
    """0: black, 1: as it is, 2: twice as bright."""
    if not isinstance(inpt, Tensor):
        return _v1.adjust_brightness(inpt, brightness_factor)
    _check_colours(inpt, brightness_factor, "brightness_factor")
    return _cut(inpt.mul(float(brightness_factor)), inpt.dtype)


@_functional()
def adjust_saturation(inpt: Any, saturation_factor: float) -> Any:
    """0: grey, 1: as it is."""
    if not isinstance(inpt, Tensor):
        return _v1.adjust_saturation(inpt, saturation_factor)
    _check_colours(inpt, saturation_factor, "saturation_factor")
    if inpt.shape[-3] == 1:
        return inpt
    gray = _gray(inpt)
    return _blend(inpt, gray if inpt.is_floating_point() else gray.floor_(), saturation_factor)


@_functional()
def adjust_contrast(inpt: Any, contrast_factor: float) -> Any:
    """0: one grey, 1: as it is."""
    if not isinstance(inpt, Tensor):
        return _v1.adjust_contrast(inpt, contrast_factor)
    _check_colours(inpt, contrast_factor, "contrast_factor")
    real = inpt.is_floating_point()
    gray = _gray(inpt) if inpt.shape[-3] == 3 else inpt if real else inpt.to(_C.float32)
    gray = gray if real or inpt.shape[-3] == 1 else gray.floor_()
    return _blend(inpt, gray.mean((-3, -2, -1), keepdim=True), contrast_factor)


@_functional()
def adjust_hue(inpt: Any, hue_factor: float) -> Any:
    """Colours moved around their circle by −0.5 … 0.5 of it. ValueError for others."""
    if not isinstance(inpt, Tensor):
        return _v1.adjust_hue(inpt, hue_factor)
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    _check_colours(inpt, 0, "")
    if inpt.shape[-3] == 1 or inpt.numel() == 0:
        return inpt
    h, s, v = _tensors._to_hsv(convert_image_dtype(inpt))
    return convert_image_dtype(_tensors._from_hsv((h + hue_factor) % 1.0, s, v), inpt.dtype)


@_functional()
def invert(inpt: Any) -> Any:
    """Dark and bright changed."""
    return _tensors._LARGEST.get(inpt.dtype, 1) - inpt if isinstance(inpt, Tensor) else _v1.invert(inpt)


@_functional()
def gaussian_blur(inpt: Any, kernel_size: Any, sigma: Any = None) -> Any:
    """Blurred by a Gaussian of odd size. Errors: TypeError, ValueError for other sizes and sigma ≤ 0."""
    if sigma is not None and not isinstance(sigma, (int, float, list, tuple)):
        raise TypeError(f"sigma should be either float or sequence of floats. Got {type(sigma)}")
    return inpt if isinstance(inpt, Tensor) and inpt.numel() == 0 else _v1.gaussian_blur(inpt, kernel_size, sigma)


@_functional()
def erase(inpt: Any, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Any:
    """A rectangle of other values."""
    if isinstance(inpt, Tensor):
        return _v1.erase(inpt, i, j, h, w, v, inplace)
    return to_pil_image(_v1.erase(pil_to_tensor(inpt), i, j, h, w, v), mode=inpt.mode)


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ...._support import missing
    raise missing("torchvision.transforms.v2.functional", name, __all__)
