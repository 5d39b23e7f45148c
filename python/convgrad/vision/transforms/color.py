"""Colours and values of pictures. Like torchvision.transforms."""
from __future__ import annotations

import math
import numbers
import warnings
from typing import Any, Sequence

from ... import _C
from .. import _draw, _pixels
from . import functional as F
from ._base import Transform, setup_size

Tensor = _C.Tensor


class Grayscale(Transform):
    """Grey, in one channel or three alike."""

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img: Any) -> Any:
        return F.rgb_to_grayscale(img, num_output_channels=self.num_output_channels)

    def on_pixels(self, x):
        gray = _pixels.grayscale(x)
        return gray if self.num_output_channels == 1 else gray.expand(*x.shape[:-3], 3, *x.shape[-2:])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(num_output_channels={self.num_output_channels})"


class RandomGrayscale(Transform):
    """Grey, with probability p, in as many channels as before."""

    draws = True

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        channels = F.get_image_num_channels(img)
        return F.rgb_to_grayscale(img, num_output_channels=channels) if _draw.below(self.p) else img

    def on_pixels(self, x):
        return _pixels.grayscale(x).expand(x.shape) if _draw.below(self.p) else x

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomInvert(Transform):
    """Dark and bright changed, with probability p."""

    draws = True

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        return F.invert(img) if _draw.rand().item() < self.p else img

    def on_pixels(self, x):
        return 255 - x if _draw.rand().item() < self.p else x

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class ColorJitter(Transform):
    """Brightness, contrast, saturation and hue changed by chance, in any order.

    Each: a number d for factors in [1 − d, 1 + d] ([−d, d] for the hue, d ≤ 0.5), or their bounds. ValueError for others.
    """

    draws = True

    def __init__(self, brightness: Any = 0, contrast: Any = 0, saturation: Any = 0, hue: Any = 0) -> None:
        super().__init__()
        self.brightness = self._check_input(brightness, "brightness")
        self.contrast = self._check_input(contrast, "contrast")
        self.saturation = self._check_input(saturation, "saturation")
        self.hue = self._check_input(hue, "hue", center=0, bound=(-0.5, 0.5), clip_first_on_zero=False)

    def _check_input(self, value: Any, name: str, center: float = 1, bound: Any = (0, float("inf")), clip_first_on_zero: bool = True) -> Any:
        if isinstance(value, numbers.Number):
            if value < 0:
                raise ValueError(f"If {name} is a single number, it must be non negative.")
            value = [center - float(value), center + float(value)]
            if clip_first_on_zero:
                value[0] = max(value[0], 0.0)
        elif isinstance(value, (tuple, list)) and len(value) == 2:
            value = [float(value[0]), float(value[1])]
        else:
            raise TypeError(f"{name} should be a single number or a list/tuple with length 2.")
        if not bound[0] <= value[0] <= value[1] <= bound[1]:
            raise ValueError(f"{name} values should be between {bound}, but got {value}.")
        return None if value[0] == value[1] == center else tuple(value)

    @staticmethod
    def get_params(brightness: Any, contrast: Any, saturation: Any, hue: Any) -> tuple:
        order = _draw.permutation(4)
        return order, *(None if bounds is None else _draw.uniform(*bounds) for bounds in (brightness, contrast, saturation, hue))

    def _run(self, img: Any, functions: Sequence[Any]) -> Any:
        order, *factors = self.get_params(self.brightness, self.contrast, self.saturation, self.hue)
        for i in order:
            if factors[i] is not None:
                img = functions[i](img, factors[i])
        return img

    def forward(self, img: Any) -> Any:
        return self._run(img, (F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue))

    def on_pixels(self, x):
        return self._run(x, (_pixels.brightness, _pixels.contrast, _pixels.saturation, None))

    def takes_pixels(self) -> bool:
        return self.hue is None and super().takes_pixels()

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(brightness={self.brightness}, contrast={self.contrast}, saturation={self.saturation}, "
                f"hue={self.hue})")


class GaussianBlur(Transform):
    """Blurred by a Gaussian of odd size and of a width by chance."""

    draws = True

    def __init__(self, kernel_size: Any, sigma: Any = (0.1, 2.0)) -> None:
        super().__init__()
        self.kernel_size = setup_size(kernel_size, "Kernel size should be a tuple/list of two integers")
        for k in self.kernel_size:
            if k <= 0 or k % 2 == 0:
                raise ValueError("Kernel size value should be an odd and positive number.")
        if isinstance(sigma, numbers.Number):
            if sigma <= 0:
                raise ValueError("If sigma is a single number, it must be positive.")
            sigma = (sigma, sigma)
        elif isinstance(sigma, Sequence) and len(sigma) == 2:
            if not 0.0 < sigma[0] <= sigma[1]:
                raise ValueError("sigma values should be positive and of the form (min, max).")
        else:
            raise ValueError("sigma should be a single number or a list/tuple with length 2.")
        self.sigma = sigma

    @staticmethod
    def get_params(sigma_min: float, sigma_max: float) -> float:
        return _draw.uniform(sigma_min, sigma_max)

    def forward(self, img: Any) -> Any:
        sigma = self.get_params(self.sigma[0], self.sigma[1])
        return F.gaussian_blur(img, self.kernel_size, [sigma, sigma])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kernel_size={self.kernel_size}, sigma={self.sigma})"


def check_erasing(value: Any, scale: Any, ratio: Any) -> None:
    """TypeError and ValueError for arguments that RandomErasing does not take, a warning for bounds the wrong way round."""
    if not isinstance(value, (numbers.Number, str, tuple, list)):
        raise TypeError("Argument value should be either a number or str or a sequence")
    if isinstance(value, str) and value != "random":
        raise ValueError("If value is str, it should be 'random'")
    if not isinstance(scale, Sequence):
        raise TypeError("Scale should be a sequence")
    if not isinstance(ratio, Sequence):
        raise TypeError("Ratio should be a sequence")
    if scale[0] > scale[1] or ratio[0] > ratio[1]:
        warnings.warn("Scale and ratio should be of kind (min, max)", stacklevel=3)
    if scale[0] < 0 or scale[1] > 1:
        raise ValueError("Scale should be between 0 and 1")


class RandomErasing(Transform):
    """A rectangle of a tensor overwritten, with probability p (Zhong et al. 2017).

    scale: its share of the area. ratio: of its sides. value: a number, one a channel, or "random".
    """

    draws = True

    def __init__(self, p: float = 0.5, scale: Sequence[float] = (0.02, 0.33), ratio: Sequence[float] = (0.3, 3.3), value: Any = 0,
                 inplace: bool = False) -> None:
        super().__init__()
        check_erasing(value, scale, ratio)
        if p < 0 or p > 1:
            raise ValueError("Random erasing probability should be between 0 and 1")
        self.p = p
        self.scale = scale
        self.ratio = ratio
        self.value = value
        self.inplace = inplace

    @staticmethod
    def get_params(img: Tensor, scale: Sequence[float], ratio: Sequence[float], value: Sequence[float] | None = None) -> tuple:
        channels, height, width = img.shape[-3:]
        return RandomErasing._rectangle(channels, height, width, scale, ratio, value) or (0, 0, height, width, img)

    @staticmethod
    def _rectangle(channels: int, height: int, width: int, scale: Sequence[float], ratio: Sequence[float],
                   value: Sequence[float] | None) -> tuple | None:
        """Its place, sizes and values; None where ten trials found none that is smaller than the picture."""
        low, high = _C.tensor(list(ratio)).log().tolist()
        for _ in range(10):
            area = height * width * _draw.uniform(scale[0], scale[1])
            aspect = _C.tensor([_draw.uniform(low, high)]).exp().item()
            h, w = int(round(math.sqrt(area * aspect))), int(round(math.sqrt(area / aspect)))
            if not (h < height and w < width):
                continue
            v = _draw.normal([channels, h, w]) if value is None else _C.tensor(value)[:, None, None]
            return _draw.integer(0, height - h + 1), _draw.integer(0, width - w + 1), h, w, v
        return None

    def forward(self, img: Tensor) -> Tensor:
        if not _draw.below(self.p):
            return img
        value: Any = None
        if isinstance(self.value, (int, float)):
            value = [float(self.value)]
        elif isinstance(self.value, (list, tuple)):
            value = [float(v) for v in self.value]
        if value is not None and len(value) not in (1, img.shape[-3]):
            raise ValueError(f"If value is a sequence, it should have either a single value or {img.shape[-3]} (number of input channels)")
        i, j, h, w, v = self.get_params(img, self.scale, self.ratio, value)
        return F.erase(img, i, j, h, w, v, self.inplace)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p}, scale={self.scale}, ratio={self.ratio}, value={self.value}, inplace={self.inplace})"
