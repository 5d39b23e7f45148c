"""The type stubs are those that the binding's signatures make, and mypy reads a program with them."""
import pathlib
import subprocess
import sys
import textwrap

import pytest

import convgrad as cg

TOOLS = pathlib.Path(__file__).parent.parent / "tools"


def test_the_stubs_are_up_to_date():
    # in a process of its own: what other tests import becomes part of the package
    program = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
import convgrad, stubs
signatures = convgrad._C._signatures()
assert (stubs.PACKAGE / "_C.pyi").read_text() == stubs.binding(signatures), "run python/tools/stubs.py"
assert (stubs.PACKAGE / "__init__.pyi").read_text() == stubs.package(signatures), "run python/tools/stubs.py"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_mypy_finds_what_is_wrong_and_nothing_else(tmp_path):
    pytest.importorskip("mypy")
    right = """
        import convgrad as torch
        from convgrad import nn, optim
        import convgrad.nn.functional as F

        x: torch.Tensor = torch.ones(2, 1, 8, 8)
        net = nn.Sequential(nn.Conv2d(1, 6, kernel_size=5), nn.Tanh(), nn.Flatten(), nn.Linear(96, 10))
        loss = F.cross_entropy(net(x), torch.zeros(2, dtype=torch.int64))
        trainer = optim.SGD(net.parameters(), lr=0.1)
        loss.backward()
        trainer.step()
        values, indices = torch.max(x, 1)
        print(loss.item(), (x * 2 + 1).sum(dim=[1, 2]).view(-1, 8).shape[0], torch.conv2d(x, x, padding="same").argmax())
    """
    wrong = "import convgrad as torch\ntorch.conv2d(torch.ones(1), torch.ones(1), strides=2)\ntorch.ones(2).sum(dim='x')\n"
    (tmp_path / "right.py").write_text(textwrap.dedent(right))
    (tmp_path / "wrong.py").write_text(wrong)
    run = lambda name: subprocess.run([sys.executable, "-m", "mypy", "--follow-imports=silent", "--cache-dir", str(tmp_path / "cache"), name],
                                      cwd=tmp_path, capture_output=True, text=True, env={**__import__("os").environ, "MYPYPATH": str(
                                          pathlib.Path(cg.__file__).parent.parent)})
    assert run("right.py").returncode == 0, run("right.py").stdout
    found = run("wrong.py")
    assert "wrong.py:2" in found.stdout and "wrong.py:3" in found.stdout, found.stdout
