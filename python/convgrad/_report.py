"""What a program used, and how it was served: python -m convgrad --report, --strict."""
from __future__ import annotations

import os
import sys
import threading
import time
from types import CodeType, FrameType
from typing import Any, Callable

from . import _C

_PACKAGE = os.path.dirname(__file__) + os.sep

# Differences that end in an error, which tells itself: --strict goes past them.
_ERRORS = ("torch.load", "torch.nn.functional.unfold", "torch.nn.functional.conv_transpose1d", "torch.nn.functional.conv_transpose2d",
           "torch.nn.functional.conv_transpose3d")
# Calls that do not meet their name's difference, by their arguments.
_ALIKE: dict[str, Callable[[dict[str, Any]], bool]] = {"torch.utils.data.DataLoader": lambda given: given["num_workers"] == 0}


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


def _code_of(value: Any) -> CodeType | None:
    """The code that runs when a Python function is called or an object of a class is made."""
    if isinstance(value, type):
        value = vars(value).get("__new__", vars(value).get("__init__"))
    return getattr(getattr(value, "__func__", value), "__code__", None)


def _place(frame: FrameType) -> str:
    """file:line of the program's own call that led to the frame."""
    at: FrameType | None = frame
    while at is not None and at.f_code.co_filename.startswith(_PACKAGE):
        at = at.f_back
    at = at or frame
    return f"{at.f_code.co_filename}:{at.f_lineno}"


class Watch:
    """A context that counts the calls of the binding, and of what differs, of all threads."""

    def __init__(self, report: bool, strict: bool) -> None:
        self.report = report
        self.strict = strict
        self.calls: dict[str, list] = {}
        self.started: dict[int, list] = {}
        self.differences: dict[str, str] = {}
        self.stops: set[str] = set()
        self.codes: dict[int, str] = {}  # Python functions that differ, by their code's id

    def __enter__(self) -> Watch:
        if self.report or self.strict:
            from ._check import _resolve
            from ._support import differences
            for name, how in differences().items():
                value = _resolve(name)
                code = _code_of(value)
                if code is not None:
                    self.codes[id(code)] = name
                called = _name_of(value) or name
                self.differences[called] = how
                if name not in _ERRORS:
                    self.stops.add(called)
            sys.setprofile(self._event)
            threading.setprofile(self._event)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.setprofile(None)
        threading.setprofile(None)
        if self.report:
            self._print()

    def _event(self, frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call":
            name = _name_of(function)
            if name is not None:
                self._begin(name, function, frame)
        elif event == "call" and id(frame.f_code) in self.codes:
            name = self.codes[id(frame.f_code)]
            if name not in _ALIKE or not _ALIKE[name](frame.f_locals):
                self._begin(name, frame, frame)
        elif event in ("c_return", "c_exception"):
            self._end(function)
        elif event == "return":
            self._end(frame)

    def _begin(self, name: str, call: Any, frame: FrameType) -> None:
        if self.strict and name in self.stops:
            sys.setprofile(None)
            raise DifferenceError(f"{name} at {_place(frame)}: {self.differences[name]}")
        entry = self.calls.get(name)
        if entry is None:
            entry = self.calls.setdefault(name, [0, 0.0, _place(frame)])
        entry[0] += 1
        self.started.setdefault(threading.get_ident(), []).append((call, time.perf_counter(), entry))

    def _end(self, call: Any) -> None:
        stack = self.started.get(threading.get_ident())
        if stack and stack[-1][0] is call:
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
