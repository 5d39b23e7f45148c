"""CIFAR-10 and CIFAR-100, in the files of their Python version. Like torchvision.datasets.cifar."""
from __future__ import annotations

import os
import tarfile
from typing import Any, Callable

from ... import _C
from ._pixelwise import PixelDataset
from ._plain_pickle import load
from .vision import not_found

Tensor = _C.Tensor


class CIFAR10(PixelDataset):
    """Ten kinds of things, 50,000 and 10,000, RGB, 32×32: (picture, label).

    The files are looked for in root/cifar-10-batches-py, or in root/cifar-10-python.tar.gz; nothing is downloaded. data: an
    array uint8 [N, 32, 32, 3] (a tensor where there is no NumPy); targets: a list. Errors: RuntimeError where they are
    not, ValueError for damaged ones.
    """

    base_folder = "cifar-10-batches-py"
    filename = "cifar-10-python.tar.gz"
    train_list = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"]
    test_list = ["test_batch"]
    meta = {"filename": "batches.meta", "key": "label_names"}
    _labels = "labels"

    def __init__(self, root: Any, train: bool = True, transform: Callable | None = None, target_transform: Callable | None = None,
                 download: bool = False) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        files = self._read_files([*(self.train_list if train else self.test_list), self.meta["filename"]])
        parts, self.targets = [], []
        for name in self.train_list if train else self.test_list:
            rows, labels = _rows(files[name], self._labels, name)
            parts.append(rows)
            self.targets.extend(labels)
        self._chw = _C._functions.cat(parts)
        self.data = _as_array(self._chw.permute(0, 2, 3, 1))
        self.classes = files[self.meta["filename"]][self.meta["key"]]
        self.class_to_idx = {name: i for i, name in enumerate(self.classes)}

    def _read_files(self, names: list[str]) -> dict[str, Any]:
        folder, packed = os.path.join(self.root, self.base_folder), os.path.join(self.root, self.filename)
        if all(os.path.isfile(os.path.join(folder, name)) for name in names):
            found = {}
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found[name] = load(file.read(), os.path.join(folder, name))
            return found
        if not os.path.isfile(packed):
            raise not_found(type(self).__name__, [folder, packed], f"put {self.filename} into {self.root}")
        with tarfile.open(packed, "r:*") as tar:
            return {name: load(tar.extractfile(f"{self.base_folder}/{name}").read(), f"{packed}: {name}") for name in names}

    def _pixels(self, indices):
        own = self._chw if self._chw.shape[0] == len(self.data) else None
        if own is None:  # somebody has replaced data
            return _C._functions.stack([_C.tensor(self.data[i]).permute(2, 0, 1) for i in indices])
        return own[indices[0]][None] if len(indices) == 1 else own[_C.tensor(indices)]

    def _label(self, index):
        return self.targets[index]

    def __len__(self) -> int:
        return len(self.data)

    def extra_repr(self) -> str:
        return f"Split: {'Train' if self.train is True else 'Test'}"


class CIFAR100(CIFAR10):
    """A hundred kinds of things in CIFAR-10's form."""

    base_folder = "cifar-100-python"
    filename = "cifar-100-python.tar.gz"
    train_list = ["train"]
    test_list = ["test"]
    meta = {"filename": "meta", "key": "fine_label_names"}
    _labels = "fine_labels"


def _as_array(tensor: Tensor) -> Any:
    try:
        return tensor.contiguous().numpy()
    except ImportError:
        return tensor.contiguous()


def _rows(entry: Any, key: str, name: str) -> tuple[Tensor, list[int]]:
    """uint8 [n, 3, 32, 32] and n labels of one file."""
    try:
        data, labels = entry["data"], list(entry[key])
        sizes = data.shape
    except (KeyError, TypeError, AttributeError):
        raise ValueError(f"{name} has no pictures and labels") from None
    if len(sizes) != 2 or sizes[1] != 3072 or sizes[0] != len(labels) or data.dtype != _C.uint8:
        raise ValueError(f"{name} has {list(sizes)} elements for {len(labels)} labels")
    return data.reshape(-1, 3, 32, 32), labels
