"""Tensors that say what they are: pictures, films, masks. Like torchvision.tv_tensors.

Operations on them give plain tensors; clone, to, detach and requires_grad_ keep the class, and so do the transforms of
torchvision.transforms.v2.
"""
from __future__ import annotations

from typing import Any

from .. import _C
from ._pictures import is_picture

__all__ = ["Image", "Mask", "TVTensor", "Video", "wrap"]

Tensor = _C.Tensor


class TVTensor(Tensor):
    """Base of the classes here."""

    @staticmethod
    def _to_tensor(data: Any, dtype: Any = None, device: Any = None, requires_grad: bool | None = None) -> Tensor:
        if requires_grad is None:
            requires_grad = isinstance(data, Tensor) and data.requires_grad
        return plain(_C.as_tensor(data, dtype=dtype, device=device)).requires_grad_(requires_grad)

    @classmethod
    def wrap(cls, tensor: Tensor, like: TVTensor, **kwargs: Any) -> TVTensor:
        return tensor.as_subclass(cls)

    def clone(self, *args: Any, **kwargs: Any) -> TVTensor:
        return plain(self).clone(*args, **kwargs).as_subclass(type(self))

    def to(self, *args: Any, **kwargs: Any) -> TVTensor:
        before = plain(self)
        after = before.to(*args, **kwargs)
        return self if after is before else after.as_subclass(type(self))

    def detach(self) -> TVTensor:
        return plain(self).detach().as_subclass(type(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> TVTensor:
        return self.detach().clone().requires_grad_(self.requires_grad)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        name = type(self).__name__
        return name + repr(plain(self)).removeprefix("tensor").replace("\n" + " " * 7, "\n" + " " * (len(name) + 1))


class Image(TVTensor):
    """[..., C, H, W] of a picture, or of data as for torch.as_tensor; two dimensions become one channel.

    ValueError for fewer dimensions.
    """

    def __new__(cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None) -> Image:
        tensor = cls._to_tensor(_pixels(data), dtype, device, requires_grad)
        if tensor.ndim < 2:
            raise ValueError(f"Tensor must be 2D or higher, got {tensor.ndim}D tensor.")
        return (tensor.unsqueeze(0) if tensor.ndim == 2 else tensor).as_subclass(cls)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return f"{super().__repr__()[:-1]}, )"


class Video(TVTensor):
    """[..., T, C, H, W]. ValueError for fewer than four dimensions."""

    def __new__(cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None) -> Video:
        tensor = cls._to_tensor(data, dtype, device, requires_grad)
        if data.ndim < 4:
            raise ValueError
        return tensor.as_subclass(cls)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return f"{super().__repr__()[:-1]}, )"


class Mask(TVTensor):
    """[..., H, W] of labels: moved as a picture is, by the nearest pixel, and left alone by what changes colours."""

    def __new__(cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None) -> Mask:
        return cls._to_tensor(_pixels(data), dtype, device, requires_grad).as_subclass(cls)


def wrap(wrappee: Tensor, *, like: Tensor, **kwargs: Any) -> Tensor:
    """A tensor as one of the same class as `like`."""
    if isinstance(like, TVTensor):
        return type(like).wrap(wrappee, like, **kwargs)
    return wrappee.as_subclass(type(like))


def plain(tensor: Tensor) -> Tensor:
    """The same elements as a tensor that says nothing."""
    return tensor.as_subclass(Tensor) if isinstance(tensor, TVTensor) else tensor


def _pixels(data: Any) -> Any:
    if not is_picture(data):
        return data
    from .transforms.functional import pil_to_tensor
    return pil_to_tensor(data)


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from .._support import missing
    raise missing("torchvision.tv_tensors", name, __all__)
