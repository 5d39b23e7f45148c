"""What files may name: a fixed list, and what the user adds to it."""
from __future__ import annotations

import contextlib
import pickle
from typing import Any, Callable, Iterator

from .names import allowed

_BLOCKED = ("sys", "os", "posix", "nt")
_marked_safe: set[Any] = set()


def add_safe_globals(safe_globals: list) -> None:
    """Allows load() these functions and classes; or pairs of one and the full name that files have for it."""
    _marked_safe.update(safe_globals)


def get_safe_globals() -> list:
    return list(_marked_safe)


def clear_safe_globals() -> None:
    _marked_safe.clear()


def remove_safe_globals(safe_globals: list) -> None:
    _marked_safe.difference_update(safe_globals)


@contextlib.contextmanager
def safe_globals(safe_globals: list) -> Iterator[None]:
    """Allows load() these within the block."""
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        remove_safe_globals(safe_globals)


def _user_allowed() -> dict[str, Any]:
    found = {}
    for item in _marked_safe:
        if isinstance(item, tuple):
            if len(item) != 2:
                raise ValueError(f"Expected tuple of length 2 (global, str of callable full path), but got tuple of length: {len(item)}")
            if type(item[1]) is not str:
                raise TypeError(f"Expected second item in tuple to be str of callable full path, but got: {type(item[1])}")
            found[item[1]] = item[0]
        else:
            found[f"{item.__module__}.{item.__qualname__}"] = item
    return found


def tables() -> tuple[dict[int, Callable], dict[int, type]]:
    """By identity: what may be called, and as what; classes that may be made and given attributes."""
    mine = _user_allowed().values()
    calls = {**allowed()[1], **{id(item): item for item in mine}}
    return calls, {id(item): item for item in mine if isinstance(item, type)}


def find_allowed(module: str, name: str) -> Any:
    """What stands for a global of a file; UnpicklingError, in PyTorch's words, where it is not allowed."""
    import _compat_pickle
    if (module, name) in _compat_pickle.NAME_MAPPING:
        module, name = _compat_pickle.NAME_MAPPING[(module, name)]
    elif module in _compat_pickle.IMPORT_MAPPING:
        module = _compat_pickle.IMPORT_MAPPING[module]
    full = f"{module}.{name}"
    if module in _BLOCKED:
        raise pickle.UnpicklingError(f"Trying to load unsupported GLOBAL {full} whose module {module} is blocked.")
    for table in (allowed()[0], _user_allowed()):
        if full in table:
            return table[full]
    shown = full.removeprefix("builtins.")
    raise pickle.UnpicklingError(
        f"Unsupported global: GLOBAL {shown} was not an allowed global by default. Please use `torch.serialization.add_safe_globals([{shown}])` "
        f"or the `torch.serialization.safe_globals([{shown}])` context manager to allowlist this global if you trust this class/function.")
