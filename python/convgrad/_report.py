"""What a program used, and how it was served: python -m convgrad --report, --strict."""
from __future__ import annotations

import sys
import threading
import time
from typing import Any

from . import _C


class DifferenceError(RuntimeError):
    """A call that convgrad serves otherwise than PyTorch, under --strict."""


def _name_of(function: Any) -> str | None:
    """torch.add, Tensor.view, … for a function of the binding; None for others."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, _C.Tensor):
        return f"Tensor.{function.__name__}"
    if type(owner) is _C._Holder:
        return f"torch.{function.__name__}"
    return None


class Watch:
    """A context that counts the binding's calls of all threads."""

    def __init__(self, report: bool, strict: bool) -> None:
        self.report = report
        self.strict = strict
        self.calls: dict[str, list] = {}
        self.started: dict[int, list] = {}

    def __enter__(self) -> Watch:
        if self.report or self.strict:
            from ._support import differences
            self.differences = differences()
            sys.setprofile(self._event)
            threading.setprofile(self._event)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.setprofile(None)
        threading.setprofile(None)
        if self.report:
            self._print()

    def _event(self, frame, event: str, function: Any) -> None:
        if event == "c_call":
            name = _name_of(function)
            if name is None:
                return
            if self.strict and name in self.differences:
                sys.setprofile(None)
                raise DifferenceError(f"{name} at {frame.f_code.co_filename}:{frame.f_lineno}: {self.differences[name]}")
            entry = self.calls.setdefault(name, [0, 0.0, f"{frame.f_code.co_filename}:{frame.f_lineno}"])
            entry[0] += 1
            self.started.setdefault(threading.get_ident(), []).append((function, time.perf_counter(), entry))
        elif event in ("c_return", "c_exception"):
            stack = self.started.get(threading.get_ident())
            if stack and stack[-1][0] is function:
                _, began, entry = stack.pop()
                entry[1] += time.perf_counter() - began

    def _print(self) -> None:
        differing = [name for name in self.calls if name in self.differences]
        out = [f"{len(self.calls)} functions used: {len(self.calls) - len(differing)} as PyTorch's, {len(differing)} differ by design"]
        width = max((len(name) for name in self.calls), default=0)
        for name, (count, seconds, where) in sorted(self.calls.items(), key=lambda item: -item[1][1]):
            remark = f"  by design: {self.differences[name]}" if name in self.differences else ""
            out.append(f"  {name:{width}}  {count:8,} calls  {seconds * 1e3:10.1f} ms  {where}{remark}")
        print("\n".join(out), file=sys.stderr)
