#!/usr/bin/env python3
"""What the programs of examples/000 … 004 must print: the documents' sections run by PyTorch 2.13 at the same seed.

    make_examples.py FOLDER      runs python/tests/documents/000_conv1d.py … 004_autograd.py and writes what they print to
                                 000-conv1d.txt … 004-autograd.txt (002 without the training's losses, which
                                 tests/golden/lenet5.json holds)
"""
import contextlib, io, os, runpy, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

for name in '000_conv1d', '001_conv2d', '002_lenet', '003_transposed', '004_autograd':
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        runpy.run_path(os.path.join(ROOT, 'python', 'tests', 'documents', name + '.py'), run_name='__main__')
    with open(os.path.join(sys.argv[1], name.replace('_', '-') + '.txt'), 'w') as f:
        f.write(said.getvalue())
