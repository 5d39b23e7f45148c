"""Folders of files, one folder a class. Like torchvision.datasets.folder."""
from __future__ import annotations

import os
from typing import Any, Callable

from ... import _C
from .._pictures import Picture, pillow
from .vision import VisionDataset

IMG_EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def has_file_allowed_extension(filename: str, extensions: str | tuple[str, ...]) -> bool:
    return filename.lower().endswith(extensions if isinstance(extensions, str) else tuple(extensions))


def is_image_file(filename: str) -> bool:
    return has_file_allowed_extension(filename, IMG_EXTENSIONS)


def find_classes(directory: Any) -> tuple[list[str], dict[str, int]]:
    """The folders' names in order, and their numbers. FileNotFoundError where there are none."""
    classes = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())
    if not classes:
        raise FileNotFoundError(f"Couldn't find any class folder in {directory}.")
    return classes, {name: i for i, name in enumerate(classes)}


def make_dataset(directory: Any, class_to_idx: dict[str, int] | None = None, extensions: Any = None,
                 is_valid_file: Callable[[str], bool] | None = None, allow_empty: bool = False) -> list[tuple[str, int]]:
    """(path, class) of all files below, in order. Errors: ValueError, FileNotFoundError for classes without files."""
    directory = os.path.expanduser(directory)
    if class_to_idx is None:
        _, class_to_idx = find_classes(directory)
    elif not class_to_idx:
        raise ValueError("'class_to_index' must have at least one entry to collect any samples.")
    if (extensions is None) == (is_valid_file is None):
        raise ValueError("Both extensions and is_valid_file cannot be None or not None at the same time")
    valid = is_valid_file or (lambda path: has_file_allowed_extension(path, extensions))
    samples, filled = [], set()
    for name in sorted(class_to_idx):
        for folder, _, files in sorted(os.walk(os.path.join(directory, name), followlinks=True)):
            for path in (os.path.join(folder, file) for file in sorted(files)):
                if valid(path):
                    samples.append((path, class_to_idx[name]))
                    filled.add(name)
    empty = set(class_to_idx) - filled
    if empty and not allow_empty:
        text = f"Found no valid file for the classes {', '.join(sorted(empty))}. "
        if extensions is not None:
            text += f"Supported extensions are: {extensions if isinstance(extensions, str) else ', '.join(extensions)}"
        raise FileNotFoundError(text)
    return samples


class DatasetFolder(VisionDataset):
    """root/class/…/file, read by loader(path): (what it gave, class).

    extensions, or is_valid_file(path): which files. allow_empty: classes without files are no error.
    """

    def __init__(self, root: Any, loader: Callable[[str], Any], extensions: tuple[str, ...] | None = None,
                 transform: Callable | None = None, target_transform: Callable | None = None,
                 is_valid_file: Callable[[str], bool] | None = None, allow_empty: bool = False) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.classes, self.class_to_idx = self.find_classes(self.root)
        self.samples = self.make_dataset(self.root, class_to_idx=self.class_to_idx, extensions=extensions, is_valid_file=is_valid_file,
                                         allow_empty=allow_empty)
        self.loader = loader
        self.extensions = extensions
        self.targets = [target for _, target in self.samples]

    @staticmethod
    def make_dataset(directory: Any, class_to_idx: dict[str, int], extensions: Any = None,
                     is_valid_file: Callable[[str], bool] | None = None, allow_empty: bool = False) -> list[tuple[str, int]]:
        if class_to_idx is None:
            raise ValueError("The class_to_idx parameter cannot be None.")
        return make_dataset(directory, class_to_idx, extensions, is_valid_file, allow_empty)

    def find_classes(self, directory: Any) -> tuple[list[str], dict[str, int]]:
        return find_classes(directory)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, target = self.samples[index]
        sample = self.loader(path)
        if self.transform is not None:
            sample = self.transform(sample)
        return sample, target if self.target_transform is None else self.target_transform(target)

    def __len__(self) -> int:
        return len(self.samples)


_PNG = b"\x89PNG\r\n\x1a\n"
_KINDS = {b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"BM": "BMP", b"RIFF": "WebP", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"P5": "PGM", b"P6": "PPM"}


def pil_loader(path: Any) -> Any:
    """An RGB picture of a file. Without Pillow of PNG files alone: ImportError for others, OSError for damaged ones."""
    with open(path, "rb") as file:
        if pillow() is not None:
            return pillow().open(file).convert("RGB")
        start = file.read(8)
    return Picture(_without_pillow(start, os.fsdecode(path)).expand(3, -1, -1).contiguous(), "RGB")


def _without_pillow(data: bytes, path: str) -> Any:
    """A PNG file's cells [1 or 3, height, width]; `data`: how the file begins."""
    if data.startswith(_PNG):
        return _C._data.read_png(path)
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    if kind is None and path.lower().endswith(".png"):
        raise OSError(f"cannot identify image file {path!r}")
    raise ImportError(f"{path} is {f'a {kind}' if kind else 'no PNG'} file, and without Pillow only PNG files are read: pip install pillow, or give "
                      "ImageFolder a loader of your own")


default_loader = pil_loader


class ImageFolder(DatasetFolder):
    """root/class/…/picture.png and the like: (picture, class). Without Pillow the pictures must be PNG files."""

    def __init__(self, root: Any, transform: Callable | None = None, target_transform: Callable | None = None,
                 loader: Callable[[str], Any] = default_loader, is_valid_file: Callable[[str], bool] | None = None,
                 allow_empty: bool = False) -> None:
        super().__init__(root, loader, IMG_EXTENSIONS if is_valid_file is None else None, transform=transform,
                         target_transform=target_transform, is_valid_file=is_valid_file, allow_empty=allow_empty)
        self.imgs = self.samples
