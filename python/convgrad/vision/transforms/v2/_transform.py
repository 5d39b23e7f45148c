"""What the transforms of samples have in common: pictures, films, masks and labels, nested as they may be."""
from __future__ import annotations

import enum
from typing import Any, Callable

from .... import _C
from ....utils._pytree import tree_leaves, with_leaves
from ... import _draw, tv_tensors
from ..._pictures import Picture, is_picture, pixels_of
from .._base import Transform as _Transform
from .functional import is_pure_tensor

Tensor = _C.Tensor


def check_type(obj: Any, types_or_checks: tuple) -> bool:
    """Whether it is one of the types, or passes one of the checks."""
    return any(isinstance(obj, t) if isinstance(t, type) else t(obj) for t in types_or_checks)


def has_any(flat_inputs: list[Any], *types_or_checks: Any) -> bool:
    return any(check_type(inpt, types_or_checks) for inpt in flat_inputs)


def has_all(flat_inputs: list[Any], *types_or_checks: Any) -> bool:
    return all(has_any(flat_inputs, t) for t in types_or_checks)


class Transform(_Transform):
    """A transform of samples: tensors, pictures and those of torchvision.tv_tensors in tuples, lists and dicts.

    All parts of a sample are changed by the same random numbers. Of tensors that say nothing the first is taken for the picture
    where there is no other; the rest stay as they are, and so do labels and texts.

    A class derived from it writes make_params(flat_inputs) and transform(inpt, params). Like torchvision.transforms.v2.Transform.

    Example::

        >>> from convgrad.vision.transforms import v2
        >>> class Brighter(v2.Transform):
        ...     def make_params(self, flat_inputs):
        ...         return {"by": torch.rand(1).item()}
        ...     def transform(self, inpt, params):
        ...         return inpt + params["by"]
        >>> image, label = Brighter()(torch.zeros(1, 2, 2), 3)
    """

    _transformed_types: tuple[Any, ...] = (Tensor, is_picture)
    # The transform of one picture that this is one of samples of.
    _v1_transform_cls: type | None = None
    # Whether it gives 8-bit pictures for 8-bit pictures; then data sets need make none of Pillow's.
    _of_pixels = False

    def __init_subclass__(cls) -> None:
        if cls._v1_transform_cls is not None and hasattr(cls._v1_transform_cls, "get_params"):
            cls.get_params = staticmethod(cls._v1_transform_cls.get_params)

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        """An error for samples that it does not take."""

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """What is drawn by chance, once a sample."""
        return {}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _call_kernel(self, functional: Callable, inpt: Any, *args: Any, **kwargs: Any) -> Any:
        """The function's result, or the input where it is none of those that the function changes."""
        return functional(inpt, *args, **kwargs) if functional.takes(inpt) else inpt

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        leaves = tree_leaves(sample)
        self.check_inputs(leaves)
        return self._transformed(sample, leaves)

    def _transformed(self, sample: Any, leaves: list[Any]) -> Any:
        changed = self._needs_transform_list(leaves)
        params = self.make_params([leaf for leaf, wanted in zip(leaves, changed) if wanted])
        return with_leaves(sample, [self.transform(leaf, params) if wanted else leaf for leaf, wanted in zip(leaves, changed)])

    def _needs_transform_list(self, flat_inputs: list[Any]) -> list[bool]:
        image_is_said = has_any(flat_inputs, tv_tensors.Image, tv_tensors.Video, is_picture)
        result = []
        for inpt in flat_inputs:
            wanted = check_type(inpt, self._transformed_types)
            if wanted and is_pure_tensor(inpt):
                wanted, image_is_said = not image_is_said, True
            result.append(wanted)
        return result

    def extra_repr(self) -> str:
        shown = (bool, int, float, str, tuple, list, enum.Enum)
        return ", ".join(f"{name}={value}" for name, value in self.__dict__.items()
                         if not name.startswith("_") and name != "training" and isinstance(value, shown))

    def takes_pixels(self) -> bool:
        return self._of_pixels and type(self).__module__ in _OURS

    def on_pixels(self, x: Tensor) -> Tensor:
        return _C._functions.stack([pixels_of(self(Picture(pixels))) for pixels in x.unbind(0)])


# Classes of others may do anything to a sample; data sets give them what they expect. "torch…": as import torch names them.
_OURS = {f"{home}.transforms.v2.{part}" for home in ("convgrad.vision", "torchvision") for part in ("_geometry", "_color", "_misc")}


class RandomApplyTransform(Transform):
    """With probability p. ValueError for p outside of [0, 1]."""

    draws = True

    def __init__(self, p: float = 0.5) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError("`p` should be a floating point value in the interval [0.0, 1.0].")
        super().__init__()
        self.p = p

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        leaves = tree_leaves(sample)
        self.check_inputs(leaves)
        return sample if _draw.rand() >= self.p else self._transformed(sample, leaves)
