"""Pictures to tensors and back, and their values to another range. Like torchvision.transforms."""
from __future__ import annotations

from typing import Any, Sequence

from ... import _C
from . import functional as F
from ._base import Transform

Tensor = _C.Tensor


class ToTensor(Transform):
    """A picture, or an array [H, W, C] of uint8, to floats [C, H, W] in [0, 1]."""

    makes_tensor = True

    def forward(self, pic: Any) -> Tensor:
        return F.to_tensor(pic)

    def on_pixels(self, x):
        return x.to(_C.get_default_dtype()).div(255)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class PILToTensor(Transform):
    """A picture to uint8 [C, H, W]."""

    makes_tensor = True

    def forward(self, pic: Any) -> Tensor:
        return F.pil_to_tensor(pic)

    def on_pixels(self, x):
        return x

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ToPILImage(Transform):
    """A tensor [C, H, W] or an array [H, W, C] to a picture."""

    alone = True

    def __init__(self, mode: str | None = None) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, pic: Any) -> Any:
        return F.to_pil_image(pic, self.mode)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({f'mode={self.mode}' if self.mode is not None else ''})"


class ConvertImageDtype(Transform):
    """A tensor of another type, its values scaled to that type's range."""

    def __init__(self, dtype: Any) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Tensor) -> Tensor:
        return F.convert_image_dtype(image, self.dtype)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Normalize(Transform):
    """(x − mean) / std for each channel of a float tensor [..., C, H, W]."""

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> None:
        super().__init__()
        self.mean = mean
        self.std = std
        self.inplace = inplace

    def forward(self, tensor: Tensor) -> Tensor:
        return F.normalize(tensor, self.mean, self.std, self.inplace)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(mean={self.mean}, std={self.std})"


class LinearTransformation(Transform):
    """A tensor [C, H, W] flattened, less a mean, times a square matrix. ValueError for sizes that do not fit."""

    def __init__(self, transformation_matrix: Tensor, mean_vector: Tensor) -> None:
        super().__init__()
        rows, columns = transformation_matrix.shape
        if rows != columns:
            raise ValueError(f"transformation_matrix should be square. Got {(rows, columns)} rectangular matrix.")
        if mean_vector.size(0) != rows:
            raise ValueError(f"mean_vector should have the same length {mean_vector.size(0)} as any one of the dimensions of the "
                             f"transformation_matrix [{(rows, columns)}]")
        if transformation_matrix.dtype != mean_vector.dtype:
            raise ValueError(f"Input tensors should have the same dtype. Got {transformation_matrix.dtype} and {mean_vector.dtype}")
        self.transformation_matrix = transformation_matrix
        self.mean_vector = mean_vector

    def forward(self, tensor: Tensor) -> Tensor:
        shape = tensor.shape
        n = shape[-3] * shape[-2] * shape[-1]
        if n != self.transformation_matrix.shape[0]:
            raise ValueError(f"Input tensor and transformation matrix have incompatible shape.[{shape[-3]} x {shape[-2]} x {shape[-1]}] != "
                             f"{self.transformation_matrix.shape[0]}")
        flat = tensor.view(-1, n) - self.mean_vector
        return flat.mm(self.transformation_matrix.to(flat.dtype)).view(shape)

    def __repr__(self) -> str:
        return (f"{type(self).__name__}(transformation_matrix={self.transformation_matrix.tolist()}, mean_vector="
                f"{self.mean_vector.tolist()})")
