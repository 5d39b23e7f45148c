"""Colours and values of samples; masks are left alone. Like torchvision.transforms.v2."""
from __future__ import annotations

import warnings
from typing import Any, Sequence

from ... import tv_tensors
from .. import color as _v1
from . import functional as F
from ._arguments import query_chw
from ._transform import RandomApplyTransform, Transform


class Grayscale(Transform):
    """Grey, in one channel or three alike."""

    _v1_transform_cls = _v1.Grayscale
    _of_pixels = True

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = num_output_channels

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.rgb_to_grayscale, inpt, num_output_channels=self.num_output_channels)


class RandomGrayscale(RandomApplyTransform):
    """Grey, with probability p, in as many channels as before."""

    _v1_transform_cls = _v1.RandomGrayscale
    _of_pixels = True

    def __init__(self, p: float = 0.1) -> None:
        super().__init__(p=p)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"num_input_channels": query_chw(flat_inputs)[0]}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.rgb_to_grayscale, inpt, num_output_channels=params["num_input_channels"])


class RGB(Transform):
    """Three channels of one."""

    _of_pixels = True

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.grayscale_to_rgb, inpt)


class RandomInvert(RandomApplyTransform):
    """Dark and bright changed, with probability p."""

    _v1_transform_cls = _v1.RandomInvert
    _of_pixels = True

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.invert, inpt)


class ColorJitter(Transform):
    """Brightness, contrast, saturation and hue changed by chance, in any order.

    Each: a number d for factors in [1 − d, 1 + d] ([−d, d] for the hue, d ≤ 0.5), or their bounds. Errors: TypeError, ValueError.
    """

    draws = True
    _v1_transform_cls = _v1.ColorJitter
    _of_pixels = True

    def __init__(self, brightness: Any = None, contrast: Any = None, saturation: Any = None, hue: Any = None) -> None:
        super().__init__()
        self.brightness = self._check_input(brightness, "brightness")
        self.contrast = self._check_input(contrast, "contrast")
        self.saturation = self._check_input(saturation, "saturation")
        self.hue = self._check_input(hue, "hue", center=0, bound=(-0.5, 0.5), clip_first_on_zero=False)

    def _check_input(self, value: Any, name: str, center: float = 1.0, bound: tuple[float, float] = (0, float("inf")),
                     clip_first_on_zero: bool = True) -> tuple[float, float] | None:
        if value is None:
            return None
        if isinstance(value, (int, float)):
            if value < 0:
                raise ValueError(f"If {name} is a single number, it must be non negative.")
            value = [center - value, center + value]
            if clip_first_on_zero:
                value[0] = max(value[0], 0.0)
        elif isinstance(value, Sequence) and len(value) == 2:
            value = [float(v) for v in value]
        else:
            raise TypeError(f"{name}={value} should be a single number or a sequence with length 2.")
        if not bound[0] <= value[0] <= value[1] <= bound[1]:
            raise ValueError(f"{name} values should be between {bound} and increasing, but got {value}.")
        return None if value[0] == value[1] == center else (float(value[0]), float(value[1]))

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        order, *factors = _v1.ColorJitter.get_params(self.brightness, self.contrast, self.saturation, self.hue)
        names = ("brightness_factor", "contrast_factor", "saturation_factor", "hue_factor")
        return {"fn_idx": order, **dict(zip(names, factors))}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        for i in params["fn_idx"]:
            name = ("brightness", "contrast", "saturation", "hue")[i]
            factor = params[f"{name}_factor"]
            if factor is not None:
                inpt = self._call_kernel(getattr(F, f"adjust_{name}"), inpt, factor)
        return inpt

    def takes_pixels(self) -> bool:
        return self.hue is None and super().takes_pixels()


class RandomErasing(RandomApplyTransform):
    """A rectangle overwritten, with probability p (Zhong et al. 2017).

    scale: its share of the area. ratio: of its sides. value: a number, one a channel, or "random". Errors: TypeError, ValueError.
    """

    _v1_transform_cls = _v1.RandomErasing

    def __init__(self, p: float = 0.5, scale: Sequence[float] = (0.02, 0.33), ratio: Sequence[float] = (0.3, 3.3), value: Any = 0.0,
                 inplace: bool = False) -> None:
        super().__init__(p=p)
        _v1.check_erasing(value, scale, ratio)
        self.scale = scale
        self.ratio = ratio
        several = isinstance(value, (tuple, list))
        self.value = None if isinstance(value, str) else [float(v) for v in (value if several else [value])]
        self.inplace = inplace

    def _call_kernel(self, functional: Any, inpt: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(inpt, tv_tensors.Mask):
            warnings.warn(f"{type(self).__name__}() is currently passing through inputs of type tv_tensors.{type(inpt).__name__}. This will likely "
                          "change in the future.", stacklevel=2)
        return super()._call_kernel(functional, inpt, *args, **kwargs)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        channels, height, width = query_chw(flat_inputs)
        if self.value is not None and len(self.value) not in (1, channels):
            raise ValueError(f"If value is a sequence, it should have either a single value or {channels} (number of inpt channels)")
        found = _v1.RandomErasing._rectangle(channels, height, width, self.scale, self.ratio, self.value)
        return dict(zip("ijhwv", found or (0, 0, height, width, None)))

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return inpt if params["v"] is None else self._call_kernel(F.erase, inpt, **params, inplace=self.inplace)
