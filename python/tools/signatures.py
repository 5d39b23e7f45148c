"""Prints PyTorch's signatures of a function as the rows of python/src write them: build/oracle/bin/python python/tools/signatures.py NAME...

The torch package carries the table that they come from; reading it takes PyYAML.
"""
from __future__ import annotations

import os
import sys
from collections import defaultdict


def table() -> dict[str, list]:
    """name → [(base, its form with out=, whether a method, the module)] of all native functions."""
    import torchgen
    from torchgen.gen import parse_native_yaml
    root = os.path.join(os.path.dirname(torchgen.__file__), "packaged/ATen/native")
    functions = parse_native_yaml(os.path.join(root, "native_functions.yaml"), os.path.join(root, "tags.yaml")).native_functions
    from torchgen.api.python import signature
    found: dict[str, list] = defaultdict(list)
    for f in functions:
        for method in (False, True):
            if f.func.kind().name == "out" or f.python_module == "_skip" or any(a.name == "requires_grad" for a in f.func.arguments.flat_all):
                continue
            if (("method" if method else "function") in [v.name for v in f.variants]):
                text = signature(f, method=False).signature_str(skip_outputs=False)
                key = str(f.func.name.name)
                found[key].append((text, "method" if method else f.python_module or "torch"))
    outs = {}
    for f in functions:
        if f.func.kind().name == "out" and not any(a.name == "requires_grad" for a in f.func.arguments.flat_all):
            plain = signature(f, method=False).signature_str(skip_outputs=True)
            outs[plain] = signature(f, method=False).signature_str(skip_outputs=False)
    return {name: [(outs.get(text, text), place) for text, place in rows] for name, rows in found.items()}


def main(names: list[str]) -> None:
    known = table()
    for name in names:
        by_text: dict[str, list[str]] = defaultdict(list)
        for text, place in known.get(name, []):
            by_text[text].append(place)
        for text, places in by_text.items():
            print(f"{text}    [{', '.join(places)}]")
        if not by_text:
            print(f"{name}: no native function")


if __name__ == "__main__":
    main(sys.argv[1:])
