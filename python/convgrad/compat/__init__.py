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
    measured = _measured(full)
    if measured:
        return f"{full}: {measured}"
    return f"{full}: there" + (f" ({value.__doc__.strip().splitlines()[0]})" if getattr(value, "__doc__", None) else "")


def counts() -> dict[str, dict[str, Any]]:
    """How many of PyTorch's own generated cases pass, by name, with the reasons of those that do not (python/tests/oracle_database.py)."""
    global _counts
    if _counts is None:
        import json
        import pathlib
        path = pathlib.Path(__file__).parent.parent / "_compatibility.json"
        _counts = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return _counts


_counts: dict[str, dict[str, Any]] | None = None


def entries(full: str) -> list[dict[str, Any]]:
    """The counts of a name, whatever its variants: "torch.conv2d" is "nn.functional.conv2d"; "torch.div" has three."""
    name = full.removeprefix("torch.").removeprefix("Tensor.")
    table = counts()
    for stem in (name, "nn.functional." + name):
        found = [entry for key, entry in table.items() if key == stem or key.startswith(stem + ".") and key[len(stem) + 1:].count(".") == 0]
        if found and (stem in table or not stem.startswith("nn.") or stem.count(".") > 1):
            return found
    return []


def _measured(full: str) -> str:
    found = entries(full)
    cases, passed = sum(e["cases"] for e in found), sum(e["passed"] for e in found)
    if not cases:
        return ""
    lines = [f"{passed} of {cases} of PyTorch's generated cases pass"]
    arguments: dict[str, list[int]] = {}
    for entry in found:
        for name, (ok, all_of_them) in entry["arguments"].items():
            total = arguments.setdefault(name or "(positional alone)", [0, 0])
            total[0] += ok
            total[1] += all_of_them
        lines += [f"  {count} ×  {reason}" for reason, count in entry["failures"].items()]
    lines[1:1] = ["  by argument: " + ", ".join(f"{name} {ok}/{count}" for name, (ok, count) in sorted(arguments.items()))]
    return "\n".join(lines)


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
