"""One function for each change of a picture: Pillow's, ours, or a tensor [..., C, H, W]. Like torchvision.transforms.functional."""
from __future__ import annotations

import numbers
import sys
from enum import Enum
from typing import Any, Sequence

from ... import _C
from .. import _pixels
from .._pictures import Picture, is_picture, is_pil, picture_of, pillow, pixels_of
from . import _tensors

Tensor = _C.Tensor
_F = _C._functions


class InterpolationMode(Enum):
    """How pixels between pixels are made."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


pil_modes_mapping = {InterpolationMode.NEAREST: 0, InterpolationMode.BILINEAR: 2, InterpolationMode.BICUBIC: 3,
                     InterpolationMode.NEAREST_EXACT: 0, InterpolationMode.BOX: 4, InterpolationMode.HAMMING: 5, InterpolationMode.LANCZOS: 1}
_BY_NUMBER = {0: InterpolationMode.NEAREST, 2: InterpolationMode.BILINEAR, 3: InterpolationMode.BICUBIC, 4: InterpolationMode.BOX,
              5: InterpolationMode.HAMMING, 1: InterpolationMode.LANCZOS}


def interpolation_mode(given: Any) -> InterpolationMode:
    """The mode, also from Pillow's number. TypeError for others."""
    if isinstance(given, int):
        return _BY_NUMBER[given]
    if not isinstance(given, InterpolationMode):
        raise TypeError("Argument interpolation should be a InterpolationMode or a corresponding Pillow integer constant")
    return given


# ---- what a picture is

def get_dimensions(img: Any) -> list[int]:
    """[channels, height, width]. TypeError for what is no picture."""
    if isinstance(img, Tensor):
        _tensors.check(img)
        return [1 if img.dim() == 2 else img.shape[-3], img.shape[-2], img.shape[-1]]
    if is_picture(img):
        return [len(img.getbands()), img.height, img.width]
    raise TypeError(f"Unexpected type {type(img)}")


def get_image_size(img: Any) -> list[int]:
    """[width, height]."""
    _, height, width = get_dimensions(img)
    return [width, height]


def get_image_num_channels(img: Any) -> int:
    return get_dimensions(img)[0]


def _is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


# ---- to tensors and back

def to_tensor(pic: Any) -> Tensor:
    """Float [C, H, W] in [0, 1] of a picture, or of an array [H, W] or [H, W, C] of uint8; other types keep their values.

    Errors: TypeError for what is neither, ValueError for arrays of other dimensions.
    """
    if not (is_picture(pic) or _is_array(pic)):
        raise TypeError(f"pic should be PIL Image or ndarray. Got {type(pic)}")
    if _is_array(pic) and pic.ndim not in (2, 3):
        raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
    x = _chw(pic)
    return x.to(_C.get_default_dtype()).div(255) if x.dtype == _C.uint8 else x


def _chw(pic: Any) -> Tensor:
    if _is_array(pic):
        x = _C.from_numpy(pic if pic.ndim == 3 else pic[:, :, None])
        return x.permute(2, 0, 1).contiguous()
    if isinstance(pic, Picture):
        return pic.pixels
    if pic.mode in ("I", "F"):
        kind = _C.int32 if pic.mode == "I" else _C.float32
        return _C._from_bytes(pic.tobytes(), kind, pic.width * pic.height).reshape(1, pic.height, pic.width)
    if pic.mode == "1":
        return pixels_of(pic.convert("L"))
    if pic.mode.startswith("I;"):
        raise NotImplementedError(f"convgrad has no tensors of torch.int16, as which pictures of mode {pic.mode} come; convert('I') gives int32")
    return pixels_of(pic)


def pil_to_tensor(pic: Any) -> Tensor:
    """uint8 [C, H, W] of a picture. TypeError for others."""
    if not is_picture(pic):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    return _chw(pic)


def to_pil_image(pic: Any, mode: str | None = None) -> Any:
    """A picture of a tensor [C, H, W] or [H, W], or of an array [H, W] or [H, W, C]; floats are taken times 255.

    Errors: TypeError for other types, ValueError for other dimensions, channels and modes.
    """
    if _is_array(pic):
        x = _C.from_numpy(pic.copy())
        x = x.permute(2, 0, 1) if pic.ndim == 3 else x
    elif isinstance(pic, Tensor):
        x = pic.detach()
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    if x.dim() == 2:
        x = x.unsqueeze(0)
    if x.dim() != 3:
        raise ValueError(f"pic should be 2/3 dimensional. Got {x.dim()} dimensions.")
    channels = x.shape[0]
    if channels > 4:
        raise ValueError(f"pic should not have > 4 channels. Got {channels} channels.")
    if x.is_floating_point() and mode != "F":
        x = (x * 255).to(_C.uint8)
    return _picture(x.contiguous(), _mode_for(x, mode))


def _mode_for(x: Tensor, mode: str | None) -> str:
    allowed = {2: ["LA"], 3: ["RGB", "YCbCr", "HSV"], 4: ["RGBA", "CMYK", "RGBX"]}
    channels = x.shape[0]
    if channels == 1:
        expected = {_C.uint8: "L", _C.int32: "I", _C.float32: "F"}.get(x.dtype)
        if mode is not None and mode != expected:
            raise ValueError(f"Incorrect mode ({mode}) supplied for input type {x.dtype}. Should be {expected}")
        mode = expected
    else:
        if mode is not None and mode not in allowed[channels]:
            raise ValueError(f"Only modes {allowed[channels]} are supported for {channels}D inputs")
        if mode is None and x.dtype == _C.uint8:
            mode = allowed[channels][0]
    if mode is None:
        raise TypeError(f"Input type {x.dtype} is not supported")
    return mode


def _picture(x: Tensor, mode: str) -> Any:
    if mode in ("L", "RGB", "RGBA"):
        return picture_of(x, mode)
    if pillow() is None:
        raise NotImplementedError(f"pictures of mode {mode} need Pillow (pip install pillow); without it there are L, RGB and RGBA")
    return pillow().frombytes(mode, (x.shape[2], x.shape[1]), _C._to_bytes(x.permute(1, 2, 0).contiguous()))


def convert_image_dtype(image: Tensor, dtype: Any = _C.float32) -> Tensor:
    """Another type, with values scaled from its range to the other's; [0, 1] for floats. TypeError for what is no tensor."""
    if not isinstance(image, Tensor):
        raise TypeError("Input img should be Tensor Image")
    return _tensors.convert_dtype(image, dtype)


def normalize(tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Tensor:
    """(tensor − mean) / std for each channel of [..., C, H, W]. Errors: TypeError, ValueError for others and std = 0."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(tensor)}")
    return _tensors.normalize(tensor, mean, std, inplace)


# ---- sizes

def resized_size(height: int, width: int, size: Sequence[int], max_size: int | None = None) -> tuple[int, int]:
    """(height, width) after Resize: one number is the shorter side's."""
    if len(size) == 2:
        return size[0], size[1]
    short, long = sorted((height, width))
    new_short, new_long = size[0], int(size[0] * long / short)
    if max_size is not None:
        if max_size <= size[0]:
            raise ValueError(f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge size = {list(size)}")
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_long, new_short) if width <= height else (new_short, new_long)


def resize(img: Any, size: Any, interpolation: Any = InterpolationMode.BILINEAR, max_size: int | None = None,
           antialias: bool | None = True) -> Any:
    """size: (height, width), or one number for the shorter side, and max_size for the longer. Like torchvision's resize."""
    mode = interpolation_mode(interpolation)
    if isinstance(size, (list, tuple)):
        if len(size) not in (1, 2):
            raise ValueError(f"Size must be an int or a 1 or 2 element tuple/list, not a {len(size)} element tuple/list")
        if max_size is not None and len(size) != 1:
            raise ValueError("max_size should only be passed if size specifies the length of the smaller edge, i.e. size should be an int or "
                             "a sequence of length 1 in torchscript mode.")
    _, height, width = get_dimensions(img)
    out = resized_size(height, width, [size] if isinstance(size, int) else size, max_size)
    if (height, width) == tuple(out):
        return img
    if isinstance(img, Tensor):
        return _tensors.resize(img, out[0], out[1], mode.value, antialias)
    return img.resize((out[1], out[0]), pil_modes_mapping[mode])


def _sides(padding: Any) -> tuple[int, int, int, int]:
    """left, top, right, bottom."""
    if isinstance(padding, numbers.Number):
        return (int(padding),) * 4
    if len(padding) == 1:
        return (padding[0],) * 4
    if len(padding) == 2:
        return padding[0], padding[1], padding[0], padding[1]
    return tuple(padding)


def pad(img: Any, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Any:
    """padding: one number, (left and right, top and bottom), or (left, top, right, bottom)."""
    if not isinstance(padding, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    if isinstance(padding, (tuple, list)) and len(padding) not in (1, 2, 4):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element tuple")
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    left, top, right, bottom = _sides(padding)
    if isinstance(img, Tensor):
        return _tensors.pad(img, left, top, right, bottom, fill, padding_mode)
    if isinstance(img, Picture):
        return Picture(_pixels.pad(img.pixels, left, top, right, bottom, fill, padding_mode), img.mode)
    if padding_mode == "constant" and img.mode in ("1", "P", "I", "F"):
        from PIL import ImageOps
        return ImageOps.expand(img, border=(left, top, right, bottom), fill=fill)
    x = _pixels.pad(pixels_of(img), left, top, right, bottom, fill, padding_mode)
    return pillow().frombytes(img.mode, (x.shape[2], x.shape[1]), _C._to_bytes(x.permute(1, 2, 0).contiguous()))


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """A part of the picture; zeros where it reaches beyond."""
    if isinstance(img, Tensor):
        _tensors.check(img)
        return _pixels.crop(img, top, left, height, width)
    return img.crop((left, top, left + width, top + height))


def _pair(size: Any) -> tuple[int, int]:
    if isinstance(size, numbers.Number):
        return int(size), int(size)
    return (size[0], size[0]) if len(size) == 1 else tuple(size)


def center_crop(img: Any, output_size: Any) -> Any:
    """The middle; zeros around it where the picture is smaller."""
    th, tw = _pair(output_size)
    _, h, w = get_dimensions(img)
    if tw > w or th > h:
        img = pad(img, [(tw - w) // 2 if tw > w else 0, (th - h) // 2 if th > h else 0, (tw - w + 1) // 2 if tw > w else 0,
                        (th - h + 1) // 2 if th > h else 0], fill=0)
        _, h, w = get_dimensions(img)
        if (th, tw) == (h, w):
            return img
    return crop(img, int(round((h - th) / 2.0)), int(round((w - tw) / 2.0)), th, tw)


def resized_crop(img: Any, top: int, left: int, height: int, width: int, size: Any, interpolation: Any = InterpolationMode.BILINEAR,
                 antialias: bool | None = True) -> Any:
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def hflip(img: Any) -> Any:
    """Left and right changed."""
    return img.flip(-1) if isinstance(img, Tensor) else img.transpose(0)


def vflip(img: Any) -> Any:
    """Top and bottom changed."""
    return img.flip(-2) if isinstance(img, Tensor) else img.transpose(1)


def five_crop(img: Any, size: Any) -> tuple:
    """The four corners and the middle."""
    if not isinstance(size, numbers.Number) and len(size) not in (1, 2):
        raise ValueError("Please provide only two dimensions (h, w) for size.")
    th, tw = _pair(size)
    _, h, w = get_dimensions(img)
    if tw > w or th > h:
        raise ValueError(f"Requested crop size {(th, tw)} is bigger than input size {(h, w)}")
    corners = tuple(crop(img, top, left, th, tw) for top in (0, h - th) for left in (0, w - tw))
    return corners + (center_crop(img, [th, tw]),)


def ten_crop(img: Any, size: Any, vertical_flip: bool = False) -> tuple:
    """five_crop, and that of the picture flipped."""
    return five_crop(img, size) + five_crop(vflip(img) if vertical_flip else hflip(img), size)


def rotate(img: Any, angle: float, interpolation: Any = InterpolationMode.NEAREST, expand: bool = False, center: Any = None,
           fill: Any = None) -> Any:
    """Turned by so many degrees against the clock. Needs Pillow's pictures (NotImplementedError)."""
    mode = interpolation_mode(interpolation)
    if not isinstance(angle, (int, float)):
        raise TypeError("Argument angle should be int or float")
    if center is not None and not isinstance(center, (list, tuple)):
        raise TypeError("Argument center should be a sequence")
    if not is_pil(img):
        raise NotImplementedError("convgrad turns Pillow's pictures only (pip install pillow), before ToTensor")
    return img.rotate(angle, pil_modes_mapping[mode], expand, center, fillcolor=_pil_fill(fill, img))


def affine(img: Any, angle: float, translate: Sequence[int], scale: float, shear: Sequence[float],
           interpolation: Any = InterpolationMode.NEAREST, fill: Any = None, center: Any = None) -> Any:
    """Turned, moved, scaled and slanted. Needs Pillow's pictures (NotImplementedError)."""
    mode = interpolation_mode(interpolation)
    if not is_pil(img):
        raise NotImplementedError("convgrad turns Pillow's pictures only (pip install pillow), before ToTensor")
    _, height, width = get_dimensions(img)
    middle = [width * 0.5, height * 0.5] if center is None else center
    matrix = _tensors.inverse_affine(middle, angle, translate, scale, shear)
    return img.transform((width, height), 0, matrix, pil_modes_mapping[mode], fillcolor=_pil_fill(fill, img))


def _pil_fill(fill: Any, img: Any) -> Any:
    """The value of pixels that come from outside, as Pillow wants it."""
    channels = len(img.getbands())
    if fill is None:
        fill = 0
    if isinstance(fill, (int, float)) and channels > 1:
        fill = (fill,) * channels
    if isinstance(fill, (list, tuple)):
        if len(fill) == 1:
            fill = tuple(fill) * channels
        if len(fill) != channels:
            raise ValueError(f"The number of elements in 'fill' does not match the number of channels of the image ({len(fill)} != {channels})")
        fill = tuple(int(f) for f in fill) if img.mode != "F" else tuple(fill)
    elif img.mode != "F":
        fill = int(fill)
    return fill


# ---- colours

def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """Grey, in one channel or three alike. ValueError for other numbers."""
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    if isinstance(img, Tensor):
        return _tensors.grayscale(img, num_output_channels)
    gray = img.convert("L")
    if num_output_channels == 1:
        return gray
    return gray.convert("RGB") if isinstance(gray, Picture) else pillow().merge("RGB", (gray, gray, gray))


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """rgb_to_grayscale of a picture. TypeError for tensors."""
    if is_picture(img):
        return rgb_to_grayscale(img, num_output_channels)
    raise TypeError("Input should be PIL Image")


def _adjusted(img: Any, factor: float, name: str) -> Any:
    """Blended with black, the mean grey, or its own grey: by Pillow's numbers for pictures."""
    if isinstance(img, Tensor):
        return getattr(_tensors, name)(img, factor)
    if isinstance(img, Picture):
        return Picture(getattr(_pixels, name)(img.pixels, factor), img.mode)
    from PIL import ImageEnhance
    kind = {"brightness": "Brightness", "contrast": "Contrast", "saturation": "Color"}[name]
    return getattr(ImageEnhance, kind)(img).enhance(factor)


def adjust_brightness(img: Any, brightness_factor: float) -> Any:
    """0: black, 1: as it is, 2: twice as bright."""
    return _adjusted(img, brightness_factor, "brightness")


def adjust_contrast(img: Any, contrast_factor: float) -> Any:
    """0: one grey, 1: as it is."""
    return _adjusted(img, contrast_factor, "contrast")


def adjust_saturation(img: Any, saturation_factor: float) -> Any:
    """0: grey, 1: as it is."""
    return _adjusted(img, saturation_factor, "saturation")


def adjust_hue(img: Any, hue_factor: float) -> Any:
    """Colours moved around their circle by −0.5 … 0.5 of it. ValueError for others."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if isinstance(img, Tensor):
        return _tensors.hue(img, hue_factor)
    if img.mode in ("L", "1", "I", "F"):
        return img
    if isinstance(img, Picture):
        raise NotImplementedError("convgrad changes the hue of tensors and of Pillow's pictures (pip install pillow)")
    h, s, v = img.convert("HSV").split()
    step = int(hue_factor * 255) % 256
    h = h.point([(i + step) % 256 for i in range(256)])
    return pillow().merge("HSV", (h, s, v)).convert(img.mode)


def invert(img: Any) -> Any:
    """Dark and bright changed."""
    if isinstance(img, Tensor):
        return _tensors.invert(img)
    if isinstance(img, Picture):
        return Picture(255 - img.pixels, img.mode)
    from PIL import ImageOps
    return ImageOps.invert(img)


def gaussian_blur(img: Any, kernel_size: Any, sigma: Any = None) -> Any:
    """Blurred by a Gaussian of odd size. Errors: TypeError, ValueError for other sizes and sigma ≤ 0."""
    kernel = [kernel_size] * 2 if isinstance(kernel_size, int) else list(kernel_size)
    if len(kernel) != 2:
        raise ValueError(f"If kernel_size is a sequence its length should be 2. Got {len(kernel)}")
    for k in kernel:
        if k % 2 == 0 or k < 0:
            raise ValueError(f"kernel_size should have odd and positive integers. Got {kernel}")
    if sigma is None:
        sigma = [k * 0.15 + 0.35 for k in kernel]
    sigma = [float(sigma)] * 2 if isinstance(sigma, (int, float)) else list(sigma)
    sigma = sigma * 2 if len(sigma) == 1 else sigma
    if len(sigma) != 2:
        raise ValueError(f"If sigma is a sequence, its length should be 2. Got {len(sigma)}")
    for s in sigma:
        if s <= 0.0:
            raise ValueError(f"sigma should have positive values. Got {sigma}")
    if isinstance(img, Tensor):
        return _tensors.gaussian_blur(img, kernel, sigma)
    if not is_picture(img):
        raise TypeError(f"img should be PIL Image or Tensor. Got {type(img)}")
    out = _tensors.gaussian_blur(pil_to_tensor(img), kernel, sigma)
    return Picture(out, img.mode) if isinstance(img, Picture) else to_pil_image(out, mode=img.mode)


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Tensor:
    """A rectangle of other values. TypeError for what is no tensor."""
    if not isinstance(img, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(img)}")
    if not inplace:
        img = img.clone()
    img[..., i:i + h, j:j + w] = v
    return img
