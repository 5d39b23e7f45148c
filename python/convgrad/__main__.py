"""Runs an unchanged PyTorch program on convgrad: python -m convgrad [options] script.py [arguments]."""
from __future__ import annotations

import __future__
import io
import json
import linecache
import os
import runpy
import sys
import tokenize
import types

USAGE = """\
usage: python -m convgrad [--report] [--strict] SCRIPT.py|NOTEBOOK.ipynb [arguments]
       python -m convgrad [--report] [--strict] -m MODULE [arguments]
       python -m convgrad --check FILE...

  --check    list, without running, the PyTorch names that convgrad lacks, with file and line
  --report   afterwards, list on stderr which functions were used, how often, and how they were served
  --strict   stop at the first call that convgrad silently serves otherwise than PyTorch
"""
_PYTHON_CELLS = ("capture", "prun", "time", "timeit")  # magics of whole cells that are Python


def _goes_on(lines: list[str]) -> bool:
    """Whether the statement that these lines end with goes on in the next one."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            pass
    except tokenize.TokenError as error:
        return "multi-line" in str(error) or "triple-quoted" in str(error)
    except SyntaxError:
        pass
    return False


def _python_of_cell(source: str) -> str:
    """A cell without its magics and shell commands, its lines kept."""
    words = source.split(None, 1)
    if words and words[0].startswith("%%") and words[0][2:] not in _PYTHON_CELLS:
        return ""
    lines: list[str] = []
    command_goes_on = False
    for line in source.split("\n"):
        code = line.lstrip()
        if command_goes_on:
            lines.append("")
        elif code[:1] in ("%", "!") and not _goes_on(lines):
            lines.append(line[:len(line) - len(code)] + "pass")
        else:
            lines.append(line)
            continue
        command_goes_on = code.rstrip().endswith("\\")
    return "\n".join(lines)


def cells_of_notebook(path: str) -> list[str]:
    """A notebook's code cells as Python, lines kept; magics and shell commands are left out."""
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    try:
        sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return [_python_of_cell("".join(source)) for source in sources]
    except (KeyError, TypeError):
        raise ValueError("not a notebook of version 4") from None


def name_of_cell(path: str, number: int) -> str:
    """How tracebacks and --check call a code cell."""
    return f"{path}, cell {number}"


def run_notebook(path: str) -> None:
    """Runs the code cells one after the other as the program that __main__ is."""
    main = types.ModuleType("__main__")
    main.__file__ = os.path.abspath(path)
    sys.modules["__main__"] = main
    flags = 0
    for number, source in enumerate(cells_of_notebook(path), 1):
        name = name_of_cell(path, number)
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        code = compile(source, name, "exec", flags, dont_inherit=True)
        flags |= code.co_flags & __future__.annotations.compiler_flag
        exec(code, main.__dict__)


def _complain(text: str) -> int:
    print(f"python -m convgrad: {text}\n{USAGE}", file=sys.stderr, end="")
    return 2


def main(argv: list[str]) -> int:
    options = set()
    while argv and argv[0].startswith("--"):
        option = argv.pop(0)
        if option not in ("--check", "--report", "--strict", "--help"):
            return _complain(f"unknown option {option}")
        options.add(option)
    if "--help" in options or not argv:
        print(USAGE, end="", file=sys.stdout if "--help" in options else sys.stderr)
        return 0 if "--help" in options else 2
    if "--check" in options:
        from ._check import check_files
        return check_files(argv)
    if argv[0] != "-m" and not os.path.exists(argv[0]):
        return _complain(f"no file {argv[0]}")
    if argv[0] == "-m" and len(argv) < 2:
        return _complain("-m takes a module")
    from ._install import install_as_torch
    install_as_torch()
    from ._report import Watch
    with Watch(report="--report" in options, strict="--strict" in options):
        if argv[0] == "-m":
            sys.argv = argv[1:]
            runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = argv
            path = os.path.abspath(argv[0])
            if not sys.flags.safe_path:
                sys.path[0] = os.path.dirname(path)
            if path.endswith(".ipynb"):
                run_notebook(argv[0])
            else:
                runpy.run_path(path, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
