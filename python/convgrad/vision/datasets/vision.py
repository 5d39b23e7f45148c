"""Base of the data sets of pictures. Like torchvision.datasets.vision."""
from __future__ import annotations

import os
from typing import Any, Callable, Sequence, TypeVar

from ...utils.data import Dataset

T = TypeVar("T", covariant=True)


class VisionDataset(Dataset[T]):
    """root: a folder. transform and target_transform: of pictures and labels; or transforms: of both at once.

    ValueError where both ways are given. A class derived from it writes __getitem__ and __len__.
    """

    _repr_indent = 4

    def __init__(self, root: Any = None, transforms: Callable | None = None, transform: Callable | None = None,
                 target_transform: Callable | None = None) -> None:
        self.root = os.path.expanduser(root) if isinstance(root, str) else root
        separate = transform is not None or target_transform is not None
        if transforms is not None and separate:
            raise ValueError("Only transforms or transform/target_transform can be passed as argument")
        self.transform = transform
        self.target_transform = target_transform
        self.transforms = StandardTransform(transform, target_transform) if separate else transforms

    def __getitem__(self, index: int) -> T:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __repr__(self) -> str:
        body = [f"Number of datapoints: {len(self)}"]
        if self.root is not None:
            body.append(f"Root location: {self.root}")
        body += self.extra_repr().splitlines()
        if getattr(self, "transforms", None) is not None:
            body.append(repr(self.transforms))
        return "\n".join([f"Dataset {type(self).__name__}"] + [" " * self._repr_indent + line for line in body])

    def extra_repr(self) -> str:
        return ""


class StandardTransform:
    """One transform for pictures, one for labels."""

    def __init__(self, transform: Callable | None = None, target_transform: Callable | None = None) -> None:
        self.transform = transform
        self.target_transform = target_transform

    def __call__(self, input: Any, target: Any) -> tuple[Any, Any]:
        if self.transform is not None:
            input = self.transform(input)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return input, target

    def __repr__(self) -> str:
        body = [type(self).__name__]
        for head, transform in (("Transform: ", self.transform), ("Target transform: ", self.target_transform)):
            if transform is not None:
                first, *rest = repr(transform).splitlines()
                body += [head + first] + [" " * len(head) + line for line in rest]
        return "\n".join(body)


def not_found(name: str, looked: Sequence[str], how: str) -> RuntimeError:
    """torchvision's words, and below them where was looked, and how to get the files."""
    error = RuntimeError("Dataset not found. You can use download=True to download it")
    error.add_note(f"  convgrad downloads nothing. {name} was looked for in: " + ", ".join(looked))
    error.add_note(f"  fix    {how}")
    return error
