"""`import torch` and `import torchvision` from convgrad."""
from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys

_TARGETS = {"torch": "convgrad", "torchvision": "convgrad.vision"}
_OURS = ("convgrad._check", "convgrad._install", "convgrad._report", "convgrad.compat")  # PyTorch has nothing like it


def _target(name: str) -> str | None:
    """The module that stands for `name`: convgrad.nn for torch.nn."""
    head, dot, tail = name.partition(".")
    return _TARGETS[head] + dot + tail if head in _TARGETS else None


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds torch.X as convgrad.X: the same module under both names."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith("convgrad."):
            return _named_as_torchs(importlib.machinery.PathFinder.find_spec(fullname, path, target))
        name = _target(fullname)
        if name is None:
            return None
        try:
            found = importlib.util.find_spec(name) is not None
        except ModuleNotFoundError:
            found = False
        if not found:
            raise ModuleNotFoundError(f"No module named '{fullname}'; convgrad has no module {name}", name=fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        module = importlib.import_module(_target(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        spec = module.__spec__
        if spec.loader_state is not None:
            module.__spec__ = spec.loader_state  # the module stays what it is


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of convgrad, and names it as PyTorch's."""

    def exec_module(self, module):
        super().exec_module(module)
        _name_as_torchs(module)


def _named_as_torchs(spec):
    if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
        spec.loader = _Loader(spec.loader.name, spec.loader.path)
    return spec


def _name_as_torchs(module) -> None:
    """The module is torch's, too, and its classes say where a program finds them: torch.nn.modules.conv.Conv2d."""
    name = module.__name__
    sys.modules[_shown(name) if not name.startswith("convgrad._C") else "torch" + name[len("convgrad"):]] = module
    for value in list(vars(module).values()):
        home = getattr(value, "__module__", None) if isinstance(value, type) else None
        if isinstance(home, str) and home.split(".")[0] == "convgrad" and not home.startswith(_OURS):
            try:
                value.__module__ = _shown(home)
            except (AttributeError, TypeError):
                pass


def _shown(name: str) -> str:
    if name == "convgrad.vision" or name.startswith("convgrad.vision."):
        return "torchvision" + name[len("convgrad.vision"):]
    return "torch" + name[len("convgrad"):] if not name.startswith("convgrad._C") else "torch._C"


def install_as_torch() -> None:
    """From now on `import torch`, `from torch import nn`, `import torchvision` and so on come from convgrad.

    Call it before the first of them; it does nothing the second time. RuntimeError where PyTorch itself has been imported.

    Example::

        >>> import convgrad
        >>> convgrad.install_as_torch()
        >>> import torch
        >>> torch is convgrad
        True
    """
    import convgrad
    for name in _TARGETS:
        present = sys.modules.get(name)
        if present is not None and present.__name__ != _TARGETS[name]:
            raise RuntimeError(f"{name} has been imported already, from {getattr(present, '__file__', 'elsewhere')}; call "
                               "convgrad.install_as_torch() before the first import of it")
    if any(isinstance(finder, _Alias) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Alias())
    for name, module in list(sys.modules.items()):
        if name == "convgrad" or name.startswith("convgrad."):
            _name_as_torchs(module)


def load_ipython_extension(ipython) -> None:
    """%load_ext convgrad"""
    install_as_torch()
