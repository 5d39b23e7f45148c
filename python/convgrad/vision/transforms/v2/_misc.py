"""Types and values of samples; pictures to tensors and back. Like torchvision.transforms.v2."""
from __future__ import annotations

import warnings
from typing import Any, Callable, Sequence

from .... import _C
from ... import _draw, tv_tensors
from ..._pictures import is_picture
from .. import color as _v1_color
from .. import convert as _v1
from .. import functional as _v1_functional
from .._base import setup_size
from . import functional as F
from ._arguments import number_or_sequence
from ._transform import Transform, has_any

Tensor = _C.Tensor
_FILMS = (tv_tensors.Image, tv_tensors.Video)


class Identity(Transform):
    """Everything as it is."""

    _of_pixels = True

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return inpt


class Lambda(Transform):
    """A function of one's own, of every part of a sample, or of those of some types."""

    draws = True  # so that it is given one at a time
    _transformed_types = (object,)

    def __init__(self, lambd: Callable[[Any], Any], *types: type) -> None:
        super().__init__()
        self.lambd = lambd
        self.types = types or self._transformed_types

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self.lambd(inpt) if isinstance(inpt, self.types) else inpt

    def extra_repr(self) -> str:
        name = getattr(self.lambd, "__name__", None)
        return ", ".join([*([name] if name else []), f"types={[t.__name__ for t in self.types]}"])


class _NoPictures(Transform):
    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if has_any(flat_inputs, is_picture):
            raise TypeError(f"{type(self).__name__}() does not support PIL images.")


class LinearTransformation(_NoPictures):
    """A tensor [..., C, H, W] flattened, less a mean, times a square matrix. Errors: TypeError for pictures; ValueError."""

    _v1_transform_cls = _v1.LinearTransformation
    _transformed_types = (F.is_pure_tensor, *_FILMS)

    def __init__(self, transformation_matrix: Tensor, mean_vector: Tensor) -> None:
        super().__init__()
        shape = tuple(transformation_matrix.shape)
        if shape[0] != shape[1]:
            raise ValueError(f"transformation_matrix should be square. Got {shape} rectangular matrix.")
        if mean_vector.size(0) != shape[0]:
            raise ValueError(f"mean_vector should have the same length {mean_vector.size(0)} as any one of the dimensions of the "
                             f"transformation_matrix [{shape}]")
        if transformation_matrix.dtype != mean_vector.dtype:
            raise ValueError(f"Input tensors should have the same dtype. Got {transformation_matrix.dtype} and {mean_vector.dtype}")
        self.transformation_matrix = transformation_matrix
        self.mean_vector = mean_vector

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        shape = inpt.shape
        n = shape[-3] * shape[-2] * shape[-1]
        if n != self.transformation_matrix.shape[0]:
            raise ValueError(f"Input tensor and transformation matrix have incompatible shape.[{shape[-3]} x {shape[-2]} x {shape[-1]}] != "
                             f"{self.transformation_matrix.shape[0]}")
        flat = tv_tensors.plain(inpt).reshape(-1, n) - self.mean_vector
        out = flat.mm(self.transformation_matrix.to(flat.dtype)).reshape(shape)
        return tv_tensors.wrap(out, like=inpt) if isinstance(inpt, tv_tensors.TVTensor) else out


class Normalize(_NoPictures):
    """(x − mean) / std for each channel of a float tensor [..., C, H, W]. Errors: TypeError, ValueError for others and std = 0."""

    _v1_transform_cls = _v1.Normalize

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> None:
        super().__init__()
        self.mean = list(mean)
        self.std = list(std)
        self.inplace = inplace

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.normalize, inpt, mean=self.mean, std=self.std, inplace=self.inplace)


class GaussianBlur(Transform):
    """Blurred by a Gaussian of odd size and of a width by chance. Errors: TypeError, ValueError for other sizes."""

    draws = True
    _v1_transform_cls = _v1_color.GaussianBlur

    def __init__(self, kernel_size: Any, sigma: Any = (0.1, 2.0)) -> None:
        super().__init__()
        self.kernel_size = setup_size(kernel_size, "Kernel size should be a tuple/list of two integers")
        for k in self.kernel_size:
            if k <= 0 or k % 2 == 0:
                raise ValueError("Kernel size value should be an odd and positive number.")
        self.sigma = number_or_sequence(sigma, "sigma")
        if not 0.0 < self.sigma[0] <= self.sigma[1]:
            raise ValueError(f"sigma values should be positive and of the form (min, max). Got {self.sigma}")

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"sigma": [_draw.uniform(*self.sigma)] * 2}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.gaussian_blur, inpt, self.kernel_size, **params)


class ToDtype(Transform):
    """Another type, of pictures and films; or of each type of input its own, by a dict (with "others"; None: as it is).

    scale: pictures' values are taken from one type's range to the other's: uint8 to floats in [0, 1]. Errors: ValueError for
    what is no type, and for inputs that the dict lacks; RuntimeError for types that cannot tell the values apart.
    """

    _transformed_types = (Tensor,)

    def __init__(self, dtype: Any, scale: bool = False) -> None:
        super().__init__()
        if not isinstance(dtype, (dict, _C.dtype)):
            raise ValueError(f"dtype must be a dict or a torch.dtype, got {type(dtype)} instead")
        if isinstance(dtype, dict) and Tensor in dtype and any(kind in dtype for kind in _FILMS):
            warnings.warn("Got `dtype` values for `torch.Tensor` and either `tv_tensors.Image` or `tv_tensors.Video`. Note that a plain "
                          "`torch.Tensor` will *not* be transformed by this (or any other transformation) in case a `tv_tensors.Image` or "
                          "`tv_tensors.Video` is present in the input.", stacklevel=2)
        self.dtype = dtype
        self.scale = scale

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        image = F.is_pure_tensor(inpt) or isinstance(inpt, _FILMS)
        if isinstance(self.dtype, _C.dtype):
            dtype = self.dtype if image else None
        elif type(inpt) in self.dtype:
            dtype = self.dtype[type(inpt)]
        elif "others" in self.dtype:
            dtype = self.dtype["others"]
        else:
            raise ValueError(f"No dtype was specified for type {type(inpt)}. If you only need to convert the dtype of images or videos, you can "
                             "just pass e.g. dtype=torch.float32. If you're passing a dict as dtype, you can use \"others\" as a catch-all key "
                             "e.g. dtype={tv_tensors.Mask: torch.int64, \"others\": None} to pass-through the rest of the inputs.")
        if dtype is not None:
            return self._call_kernel(F.to_dtype, inpt, dtype=dtype, scale=self.scale)
        if self.scale and image:
            warnings.warn("scale was set to True but no dtype was specified for images or videos: no scaling will be done.", stacklevel=2)
        return inpt


class ConvertImageDtype(Transform):
    """ToDtype with scale, of tensors."""

    _v1_transform_cls = _v1.ConvertImageDtype

    def __init__(self, dtype: Any = _C.float32) -> None:
        super().__init__()
        self.dtype = dtype

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.to_dtype, inpt, dtype=self.dtype, scale=True)


class PILToTensor(Transform):
    """A picture to uint8 [C, H, W]."""

    makes_tensor = True
    _of_pixels = True
    _transformed_types = (is_picture,)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return F.pil_to_tensor(inpt)

    def on_pixels(self, x: Tensor) -> Tensor:
        return x


class ToImage(Transform):
    """A tensor, an array or a picture to an Image; values stay as they are."""

    makes_tensor = True
    _of_pixels = True
    _transformed_types = (F.is_pure_tensor, is_picture, _v1_functional._is_array)

    def transform(self, inpt: Any, params: dict[str, Any]) -> tv_tensors.Image:
        return F.to_image(inpt)

    def on_pixels(self, x: Tensor) -> tv_tensors.Image:
        return tv_tensors.Image(x)


class ToPILImage(Transform):
    """A tensor [C, H, W] or an array [H, W, C] to a picture."""

    alone = True
    _transformed_types = (F.is_pure_tensor, tv_tensors.Image, _v1_functional._is_array)

    def __init__(self, mode: str | None = None) -> None:
        super().__init__()
        self.mode = mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return F.to_pil_image(inpt, mode=self.mode)


class ToPureTensor(Transform):
    """Tensors that say what they are to tensors that do not."""

    _transformed_types = (tv_tensors.TVTensor,)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return tv_tensors.plain(inpt)


class ToTensor(Transform):
    """A picture, or an array [H, W, C] of uint8, to floats [C, H, W] in [0, 1]; warns that there are newer ways."""

    makes_tensor = True
    _of_pixels = True
    _transformed_types = (is_picture, _v1_functional._is_array)

    def __init__(self) -> None:
        warnings.warn("The transform `ToTensor()` is deprecated and will be removed in a future release. Instead, please use "
                      "`v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])`.Output is equivalent up to float precision.",
                      stacklevel=2)
        super().__init__()

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return _v1_functional.to_tensor(inpt)

    def on_pixels(self, x: Tensor) -> Tensor:
        return x.to(_C.get_default_dtype()).div(255)
