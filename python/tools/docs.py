"""Makes docs.inc for python/src/docs.cpp: what the headers of include/convgrad/ops say of each function, and an example.

  python3 python/tools/docs.py INCLUDE_FOLDER EXAMPLES OUTPUT
"""
from __future__ import annotations

import pathlib
import re
import sys

_DECLARED = re.compile(r"^(?:CONVGRAD_API|inline) (?:[\w:<>, ]+?[ &])(\w+)\(", re.M)


def described(folder: pathlib.Path) -> dict[str, str]:
    """name → the comment above its first declaration; one comment may stand above several."""
    found: dict[str, str] = {}
    for header in sorted(folder.glob("*.h")):
        comment: list[str] = []
        fresh = True
        for line in header.read_text(encoding="utf-8").splitlines():
            if line.startswith("///"):
                if not fresh:
                    comment, fresh = [], True
                comment.append(line[3:].removeprefix(" "))
            elif match := _DECLARED.match(line):
                fresh = False
                if comment:
                    found.setdefault(match.group(1), "\n".join(comment))
            elif not line.strip() or line.startswith(("//", "}")):
                comment, fresh = [], True
    return found


def examples(path: pathlib.Path) -> dict[str, str]:
    """name → doctest, from a file of blocks that begin with "# name"."""
    found = {}
    for block in re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _, text = block.partition("\n")
        found[name.strip()] = text.rstrip()
    return found


def main(include: str, example_file: str, output: str) -> None:
    docs = described(pathlib.Path(include))
    for name, text in examples(pathlib.Path(example_file)).items():
        body = "\n".join("    " + line if line else "" for line in text.splitlines())
        docs[name] = (docs.get(name, "") + "\n\nExample::\n\n" + body).lstrip()
    lines = []
    for name, text in sorted(docs.items()):
        lines.append(f'{{"{name}", R"doc({text}\n)doc"}},\n')
    target = pathlib.Path(output)
    if not target.exists() or target.read_text(encoding="utf-8") != "".join(lines):
        target.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
