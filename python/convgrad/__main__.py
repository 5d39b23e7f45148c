"""Runs an unchanged PyTorch program on convgrad: python -m convgrad [options] script.py [arguments]."""
from __future__ import annotations

import json
import os
import runpy
import sys

USAGE = """\
usage: python -m convgrad [--report] [--strict] SCRIPT.py|NOTEBOOK.ipynb [arguments]
       python -m convgrad [--report] [--strict] -m MODULE [arguments]
       python -m convgrad --check FILE...

  --check    list, without running, the PyTorch names that convgrad lacks, with file and line
  --report   afterwards, list on stderr which functions were used, how often, and how they were served
  --strict   stop at the first call that convgrad serves otherwise than PyTorch
"""


def code_of_notebook(path: str) -> str:
    """A notebook's code cells as one program, lines kept; magics and shell commands are left out."""
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    lines: list[str] = []
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") != "code":
            continue
        source = cell["source"]
        for line in (source if isinstance(source, str) else "".join(source)).split("\n"):
            lines.append("" if line.lstrip()[:1] in ("%", "!") else line)
    return "\n".join(lines) + "\n"


def run_notebook(path: str) -> None:
    main = sys.modules["__main__"]
    main.__file__ = path
    exec(compile(code_of_notebook(path), path, "exec"), main.__dict__)


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
            sys.path[0] = os.path.dirname(os.path.abspath(argv[0]))
            if argv[0].endswith(".ipynb"):
                run_notebook(argv[0])
            else:
                runpy.run_path(argv[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
