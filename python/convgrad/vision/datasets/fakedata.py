"""Pictures of noise, for trying things out. Like torchvision.datasets.FakeData."""
from __future__ import annotations

from typing import Any, Callable

from ... import _C
from ..transforms.functional import to_pil_image
from .vision import VisionDataset

_F = _C._functions


class FakeData(VisionDataset):
    """size pictures of noise, the same ones each time, of image_size (C, H, W), with labels below num_classes."""

    def __init__(self, size: int = 1000, image_size: tuple[int, int, int] = (3, 224, 224), num_classes: int = 10,
                 transform: Callable | None = None, target_transform: Callable | None = None, random_offset: int = 0) -> None:
        super().__init__(transform=transform, target_transform=target_transform)
        self.size = size
        self.num_classes = num_classes
        self.image_size = image_size
        self.random_offset = random_offset

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if index >= len(self):
            raise IndexError(f"{type(self).__name__} index out of range")
        generator = _C.Generator().manual_seed(index + self.random_offset)
        image = _F.randn(self.image_size, generator=generator)
        target = _F.randint(0, self.num_classes, (1,), generator=generator)[0]
        image = to_pil_image(image)
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return image, target.item()

    def __len__(self) -> int:
        return self.size
