"""The five documents on convolution, as plain PyTorch programs: they run unchanged and print what PyTorch prints."""
import importlib
import json
import os
import pathlib
import re
import runpy
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "tests" / "golden" / "examples"
TRAINING = "002_training"
EXACT = ["000_conv1d", "001_conv2d", "002_lenet", "003_transposed", "004_autograd"]
NO_DATA = not os.path.isdir("/usr/share/datasets/fashion-mnist") and os.environ.get("CONVGRAD_ORACLE") != "1"
needs_data = pytest.mark.skipif(NO_DATA, reason="dataset-fashion-mnist is not installed")
ALL = [*EXACT, pytest.param(TRAINING, marks=needs_data)]

HEADER = "import convgrad\nconvgrad.install_as_torch()\n"
# At the end of a program: every module called torch is convgrad's, and no library of PyTorch is in memory.
NOTHING_OF_PYTORCH = """
import sys, convgrad
home = convgrad.__path__[0]
named = {name: module for name, module in sys.modules.items() if name.split(".")[0] in ("torch", "torchvision")}
assert named["torch"] is convgrad and torch is convgrad
assert [name for name, module in named.items() if not (getattr(module, "__file__", None) or home).startswith(home)] == []
assert "libtorch" not in open("/proc/self/maps").read()
"""


def script(name):
    return HERE / "documents" / f"{name}.py"


def golden(name):
    folder, file = (HERE / "golden" / "documents", name) if name == TRAINING else (EXAMPLES, name.replace("_", "-"))
    return (folder / f"{file}.txt").read_text()


@pytest.fixture
def run(tmp_path):
    """Runs Python where the real PyTorch cannot be imported: another package of its name, which fails, comes first."""
    for name in ("torch", "torchvision"):
        (tmp_path / "hidden" / name).mkdir(parents=True)
        (tmp_path / "hidden" / name / "__init__.py").write_text("raise AssertionError('PyTorch was imported')")
    path = os.pathsep.join([str(tmp_path / "hidden"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}

    def run(*arguments):
        done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=environment)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        return done.stdout

    return run


NUMBER = re.compile(r"\d+\.\d+")


def same(ours, theirs):
    """Equal texts, but for a unit in a number's last place."""
    pairs = zip(NUMBER.findall(ours), NUMBER.findall(theirs))
    near = all(abs(float(a) - float(b)) < 1.5 * 10.0 ** -len(b.partition(".")[2]) for a, b in pairs)
    return near and NUMBER.sub("N", ours) == NUMBER.sub("N", theirs)


def assert_golden(name, said):
    if name == TRAINING:
        assert same(said, golden(name)), said
    else:
        assert said == golden(name)


def write_notebook(path, cells):
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": [], "metadata": {}} for cell in cells]
    text = {"cell_type": "markdown", "source": ["# Convolution\n", "as text, not code"], "metadata": {}}
    path.write_text(json.dumps({"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


@pytest.mark.parametrize("name", ALL)
def test_the_runner_runs_the_script_as_it_is(name, run):
    assert_golden(name, run("-m", "convgrad", script(name)))


@pytest.mark.parametrize("name", ALL)
def test_a_header_of_two_lines_makes_it_run_and_nothing_of_pytorch_is_loaded(name, run, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(HEADER + script(name).read_text() + NOTHING_OF_PYTORCH)
    assert_golden(name, run(program))


def test_the_runner_loads_nothing_of_pytorch(run, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(script("004_autograd").read_text() + NOTHING_OF_PYTORCH)
    assert_golden("004_autograd", run("-m", "convgrad", program))


@pytest.mark.parametrize("name", ALL)
def test_as_a_notebook_it_runs_without_magics_and_shell_commands(name, run, tmp_path):
    cells = ["%matplotlib inline\n!pip install torch torchvision", *script(name).read_text().split("\n\n\n")]
    write_notebook(tmp_path / "program.ipynb", cells)
    assert_golden(name, run("-m", "convgrad", tmp_path / "program.ipynb"))


def made_by_pytorch(make, folder, monkeypatch):
    """What PyTorch prints for the scripts, as their make script writes it; in this process, for PyTorch takes long to come."""
    pytest.importorskip("torch")
    monkeypatch.setattr(sys, "argv", [str(make), str(folder)])
    runpy.run_path(str(make), run_name="__main__")
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_pytorch_prints_the_same(tmp_path, monkeypatch):
    made = made_by_pytorch(EXAMPLES / "make_examples.py", tmp_path, monkeypatch)
    assert made == {path.name: path.read_text() for path in EXAMPLES.glob("*.txt")} and len(made) == len(EXACT)


@needs_data
def test_pytorch_trains_the_same(tmp_path, monkeypatch):
    for package in ("torch", "numpy", "PIL"):
        pytest.importorskip(package)
    monkeypatch.syspath_prepend(str(EXAMPLES.parent))
    monkeypatch.setitem(sys.modules, "torchvision", importlib.import_module("torchvision_min"))
    made = made_by_pytorch(HERE / "golden" / "make_documents.py", tmp_path, monkeypatch)
    assert_golden(TRAINING, made[f"{TRAINING}.txt"])


def test_one_number_that_differs_is_seen():
    assert same("loss 1.3492, acc 0.407", "loss 1.3493, acc 0.407") and not same("loss 1.3490, acc 0.407", "loss 1.3493, acc 0.407")
    assert not same("loss 1.3493, acc 0.407", "loss 1.3493") and not same("step 1, loss 1.3493", "step 2, loss 1.3493")
