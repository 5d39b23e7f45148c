"""Modules without initial values. Like torch.nn.utils.init."""
from __future__ import annotations

import inspect
from typing import Any

from ...random import fork_rng
from ..modules.module import Module


def skip_init(module_cls: type, *args: Any, **kwargs: Any) -> Module:
    """The module with parameters whose values mean nothing; the random stream stays where it is.

    Errors: RuntimeError for what is no module, or takes no `device`.
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    with fork_rng():
        return module_cls(*args, **kwargs)
