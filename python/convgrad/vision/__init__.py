"""Pictures: transforms, data sets, grids. Like torchvision, with Pillow where it is there and without where it is not."""
from __future__ import annotations

__version__ = "0.29.1+convgrad"

_PARTS = ("datasets", "transforms", "tv_tensors", "utils")


def get_image_backend() -> str:
    return "PIL"


def set_image_backend(backend: str) -> None:
    """Only "PIL", which is also what pictures are without Pillow. ValueError for others."""
    if backend != "PIL":
        raise ValueError(f"Invalid backend '{backend}'. Options are 'PIL' and 'accimage'")


def __getattr__(name: str):
    if name in _PARTS:
        import importlib
        return importlib.import_module("." + name, __name__)
    if name.startswith("__"):
        raise AttributeError(name)
    from .._support import missing
    raise missing("torchvision", name, [*_PARTS, *globals()])


def __dir__() -> list[str]:
    return sorted([*globals(), *_PARTS])
