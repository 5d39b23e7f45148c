"""MNIST and its kin, in IDX files. Like torchvision.datasets.mnist."""
from __future__ import annotations

import gzip
import math
import os
import warnings
import zlib
from typing import Any, Callable

from ... import _C
from ._pixelwise import PixelDataset
from .vision import not_found

Tensor = _C.Tensor


class MNIST(PixelDataset):
    """Handwritten digits, 60,000 and 10,000, grey, 28×28: (picture, label).

    The files (train-images-idx3-ubyte and so on, as they are or with .gz) are looked for in root/MNIST/raw, root and the
    places where Debian puts them; nothing is downloaded, whatever `download` says. data: uint8 [N, 28, 28]; targets: int64
    [N]. Errors: RuntimeError where they are not, with the places; ValueError for damaged files.
    """

    _places: tuple[str, ...] = ("/usr/share/datasets/mnist",)
    _package: str | None = None
    classes = ["0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six", "7 - seven", "8 - eight", "9 - nine"]

    def __init__(self, root: Any, train: bool = True, transform: Callable | None = None, target_transform: Callable | None = None,
                 download: bool = False) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        part = "train" if train else "t10k"
        images, labels = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
        folder = self._folder(images, labels)
        self.data = read_idx(_file(folder, images), 3)
        self.targets = read_idx(_file(folder, labels), 1).to(_C.int64)
        if len(self.data) != len(self.targets):
            raise ValueError(f"{folder}: {len(self.data)} pictures, but {len(self.targets)} labels")

    @property
    def raw_folder(self) -> str:
        return os.path.join(self.root, type(self).__name__, "raw")

    def _folder(self, *names: str) -> str:
        places = [self.raw_folder, str(self.root), os.path.join(self.root, "raw"), *self._places]
        for place in places:
            if all(_file(place, name) for name in names):
                return place
        how = f"apt-get install {self._package}" if self._package else f"put the four files into {self.raw_folder}"
        raise not_found(type(self).__name__, places, how)

    def _pixels(self, indices):
        if len(indices) == 1:
            return self.data[indices[0]][None, None]
        return self.data[_C.tensor(indices)].unsqueeze(1)

    def _label(self, index):
        return int(self.targets[index])

    def __len__(self) -> int:
        return len(self.data)

    @property
    def class_to_idx(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.classes)}

    def extra_repr(self) -> str:
        return f"Split: {'Train' if self.train is True else 'Test'}"

    @property
    def train_labels(self) -> Tensor:
        return self._renamed("train_labels", "targets")

    @property
    def test_labels(self) -> Tensor:
        return self._renamed("test_labels", "targets")

    @property
    def train_data(self) -> Tensor:
        return self._renamed("train_data", "data")

    @property
    def test_data(self) -> Tensor:
        return self._renamed("test_data", "data")

    def _renamed(self, old: str, new: str) -> Tensor:
        warnings.warn(f"{old} has been renamed {new}", stacklevel=3)
        return getattr(self, new)


class FashionMNIST(MNIST):
    """Clothes in MNIST's form (Xiao et al. 2017); Debian's dataset-fashion-mnist has them."""

    _places = ("/usr/share/datasets/fashion-mnist",)
    _package = "dataset-fashion-mnist"
    classes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


class KMNIST(MNIST):
    """Old Japanese letters in MNIST's form (Clanuwat et al. 2018)."""

    _places = ("/usr/share/datasets/kmnist",)
    classes = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]


def _file(folder: str, name: str) -> str | None:
    return next((p for p in (os.path.join(folder, name), os.path.join(folder, name + ".gz")) if os.path.isfile(p)), None)


def read_idx(path: str, dims: int) -> Tensor:
    """The uint8 tensor of an IDX file, packed by gzip or not. ValueError, with the path, for what is no whole one."""
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with (gzip.open if packed else open)(path, "rb") as file:
            return _read(file, dims, path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is damaged: {error}") from None


def _read(file: Any, dims: int, path: str) -> Tensor:
    head = file.read(4 + 4 * dims)
    if len(head) < 4 + 4 * dims or head[:2] != b"\0\0":
        raise ValueError(f"{path} is no IDX file")
    if head[2] != 0x08 or head[3] != dims:
        raise ValueError(f"{path} holds elements of type 0x{head[2]:02x} in {head[3]} dimensions, not bytes in {dims}")
    sizes = [int.from_bytes(head[i:i + 4], "big") for i in range(4, len(head), 4)]
    count = math.prod(sizes)
    parts, left = [], count + 1  # one more than there should be: to see that nothing follows
    while left > 0 and (part := file.read(min(left, 1 << 24))):
        parts.append(part)
        left -= len(part)
    data = b"".join(parts)
    if len(data) != count:
        raise ValueError(f"{path} says {' x '.join(map(str, sizes))} elements, but holds {'more' if len(data) > count else len(data)}")
    return _C._from_bytes(data, _C.uint8, count).reshape(sizes)
