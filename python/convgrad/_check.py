"""Which PyTorch names a program uses that convgrad lacks, without running it."""
from __future__ import annotations

import ast
import difflib
import importlib
import sys
import tokenize
from typing import Any

_ROOTS = {"torch": "convgrad", "torchvision": "convgrad.vision"}
_UNKNOWN = object()


def _resolve(path: str) -> Any:
    """The object that a dotted PyTorch name stands for in convgrad; _UNKNOWN where there is none."""
    head, *rest = path.split(".")
    try:
        value = importlib.import_module(_ROOTS[head])
    except ImportError:
        return _UNKNOWN
    name = _ROOTS[head]
    for part in rest:
        name += "." + part
        try:
            value = getattr(value, part)
        except (AttributeError, NotImplementedError, ImportError):
            try:
                value = importlib.import_module(name)
            except ImportError:
                return _UNKNOWN
    return value


class _Finder(ast.NodeVisitor):
    """Collects the missing names of one program."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # a name in the program → what it stands for, "torch.nn.functional"
        self.missing: dict[tuple[int, str], str] = {}
        self.used: dict[str, int] = {}  # a PyTorch name that is there → the line that uses it first

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.split(".")[0] in _ROOTS:
                self.names[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
                self._need(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module or node.module.split(".")[0] not in _ROOTS:
            return
        for alias in node.names:
            if alias.name == "*":
                continue
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            self._need(f"{node.module}.{alias.name}", node.lineno)

    def _path(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self._path(node.value)
            return None if base is None else f"{base}.{node.attr}"
        return None

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = self._path(node)
        if path is not None:
            self._need(path, node.lineno)
            return
        from ._torch_names import TENSOR
        from . import _C
        if node.attr in TENSOR and not hasattr(_C.Tensor, node.attr):
            self.missing.setdefault((node.lineno, f"Tensor.{node.attr}"), "if it is a tensor's")
        self.generic_visit(node)

    def _need(self, path: str, line: int) -> None:
        parts = path.split(".")
        for i in range(2, len(parts) + 1):
            prefix = ".".join(parts[:i])
            value = _resolve(prefix)
            if value is _UNKNOWN:
                self.missing.setdefault((line, prefix), _nearest(prefix))
                return
            if not isinstance(value, type(ast)):  # beyond modules, attributes are the objects' own affair
                self.used.setdefault(prefix, line)
                return


def _nearest(path: str) -> str:
    base, _, name = path.rpartition(".")
    module = _resolve(base)
    names = [] if module is _UNKNOWN else [n for n in dir(module) if not n.startswith("_")]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"nearest: {base}.{near[0]}" if near else ""


def missing_names(source: str, path: str = "<program>") -> list[tuple[int, str, str]]:
    """(line, name, remark) for each PyTorch name in the program that convgrad lacks."""
    return [(line, name, remark) for (line, name), remark in sorted(_found(source, path).missing.items())]


def partial_names(source: str, path: str = "<program>") -> list[tuple[int, str, str]]:
    """The same for the names that are there, but for some of PyTorch's generated cases."""
    from .compat import entries
    out = []
    for name, line in _found(source, path).used.items():
        found = entries(name)
        cases, passed = sum(e["cases"] for e in found), sum(e["passed"] for e in found)
        if passed < cases:
            out.append((line, name, f"{passed} of {cases} of PyTorch's generated cases pass: convgrad.compat(\"{name}\")"))
    return sorted(out)


def _found(source: str, path: str) -> _Finder:
    finder = _Finder()
    tree = ast.parse(source, path)
    for kind in (ast.Import, ast.ImportFrom):  # names first: a function may use what is imported below it
        for node in ast.walk(tree):
            if isinstance(node, kind):
                finder.visit(node)
    finder.visit(tree)
    return finder


def check_files(paths: list[str]) -> int:
    """Prints what is missing; 0 where nothing is."""
    from .__main__ import cells_of_notebook, name_of_cell
    found = 0
    for path in paths:
        try:
            if path.endswith(".ipynb"):
                cells = cells_of_notebook(path)
            else:
                with tokenize.open(path) as file:
                    cells = [file.read()]
            source = "\n".join(cells)
            missing = missing_names(source, path)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"python -m convgrad: {path}: {error}", file=sys.stderr)
            return 2
        places = [f"{name_of_cell(path, number) if path.endswith('.ipynb') else path}:{line}"
                  for number, cell in enumerate(cells, 1) for line in range(1, cell.count("\n") + 2)]
        for line, name, remark in missing:
            print(f"{places[line - 1]}: {name}  missing" + (f"; {remark}" if remark else ""))
        for line, name, remark in partial_names(source, path):
            print(f"{places[line - 1]}: {name}  {remark}")
        found += len(missing)
    if not found:
        print(f"all PyTorch names in {', '.join(paths)} are there")
    return 1 if found else 0
