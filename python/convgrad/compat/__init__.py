"""What convgrad has of other libraries' names: convgrad.compat("conv2d"), and mxnet, a module that stands for MXNet."""
from __future__ import annotations

import importlib
import sys
import types
from typing import Any


def describe(name: str) -> str:
    """One line on a name of PyTorch: "torch.conv2d", "conv2d", "nn.Conv2d", "torchvision.transforms.Resize"."""
    from .._support import differences
    full = name if name.split(".")[0] in ("torch", "torchvision") else f"torch.{name}"
    value, error = _find(full)
    if error is not None:
        return f"{full}: missing" + "".join(f"; {note.strip()}" for note in getattr(error, "__notes__", []))
    if full in differences():
        return f"{full}: differs by design: {differences()[full]}"
    return f"{full}: there" + (f" ({value.__doc__.strip().splitlines()[0]})" if getattr(value, "__doc__", None) else "")


def _find(full: str) -> tuple[Any, AttributeError | None]:
    head, *rest = full.split(".")
    value: Any = importlib.import_module({"torch": "convgrad", "torchvision": "convgrad.vision"}[head])
    for part in rest:
        try:
            value = getattr(value, part)
        except AttributeError as error:
            try:
                value = importlib.import_module(f"{value.__name__}.{part}") if isinstance(value, types.ModuleType) else None
            except ImportError:
                value = None
            if value is None:
                return None, error
    return value, None


class _Callable(types.ModuleType):
    def __call__(self, name: str) -> str:
        return describe(name)


sys.modules[__name__].__class__ = _Callable
