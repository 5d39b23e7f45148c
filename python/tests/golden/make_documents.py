#!/usr/bin/env python3
"""What documents/002_training.py prints with PyTorch 2.13.0; golden/documents/002_training.txt holds it.

usage: make_documents.py FOLDER. torchvision must be importable; where it is not (it does not load beside the CPU build of
PyTorch 2.13.0) the few parts of it in tests/golden/torchvision_min do, with NumPy, Pillow and Debian's dataset-fashion-mnist.
"""
import contextlib
import io
import pathlib
import runpy
import sys

HERE = pathlib.Path(__file__).resolve().parent
try:
    import torchvision  # noqa: F401
except (ImportError, RuntimeError):
    sys.path.append(str(HERE.parents[2] / "tests" / "golden"))
    import torchvision_min
    sys.modules["torchvision"] = torchvision_min

said = io.StringIO()
with contextlib.redirect_stdout(said):
    runpy.run_path(str(HERE.parent / "documents" / "002_training.py"), run_name="__main__")
(pathlib.Path(sys.argv[1]) / "002_training.txt").write_text(said.getvalue())
