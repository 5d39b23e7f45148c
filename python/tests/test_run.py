"""python -m convgrad with its options, and convgrad.install_as_torch()."""
import json
import subprocess
import sys
import textwrap

import pytest


@pytest.fixture
def python(tmp_path):
    """Runs Python in a folder of its own."""
    def run(*arguments):
        return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    return run


@pytest.fixture
def convgrad(python):
    """Runs python -m convgrad."""
    return lambda *arguments: python("-m", "convgrad", *arguments)


@pytest.fixture
def write(tmp_path):
    """Writes a program into the folder and gives its path."""
    def write(name, program):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(program))
        return path
    return write


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook of these code cells and gives its path."""
    def write(*cells):
        path = tmp_path / "notes.ipynb"
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": textwrap.dedent(cell)} for cell in cells]}))
        return path
    return write


@pytest.fixture
def installed(python):
    """What a program prints after install_as_torch()."""
    def run(program):
        done = python("-c", "import convgrad, sys\nconvgrad.install_as_torch()\n" + textwrap.dedent(program))
        assert done.returncode == 0, done.stderr
        return done.stdout
    return run


# ---- what a program sees

SEEN = "import json, sys\nprint(json.dumps([__name__, __file__, sys.argv, sys.path[0], sys.modules['__main__'].__dict__ is globals()]))\n"


def test_a_script_finds_itself_its_arguments_and_its_folder(convgrad, write):
    path = write("programs/show.py", SEEN)
    seen = json.loads(convgrad("programs/show.py", "--check", "-x", "3").stdout)
    assert seen == ["__main__", str(path), [str(path), "--check", "-x", "3"], str(path.parent), True]


def test_a_script_imports_its_neighbours(convgrad, write):
    write("programs/helper.py", "import torch\nthree = torch.tensor(3)")
    write("programs/main.py", "import helper\nprint(helper.three)")
    assert convgrad("programs/main.py").stdout == "tensor(3)\n"


def test_a_module_finds_itself_and_its_arguments(convgrad, write):
    path = write("package/show.py", SEEN)
    seen = json.loads(convgrad("-m", "package.show", "--report").stdout)
    assert seen == ["__main__", str(path), [str(path), "--report"], str(path.parents[1]), True]


def test_a_notebook_finds_itself_and_its_arguments(convgrad, notebook):
    path = notebook(SEEN)
    seen = json.loads(convgrad("notes.ipynb", "a").stdout)
    assert seen == ["__main__", str(path), ["notes.ipynb", "a"], str(path.parent), True]


def test_where_the_folder_is_not_to_be_searched_the_search_path_stays(python, write):
    write("show.py", "import sys\nprint(sys.path[0])")
    assert python("-P", "-m", "convgrad", "show.py").stdout == python("-P", "show.py").stdout


def test_a_program_has_no_names_but_its_own(convgrad, write, notebook):
    program = "print(sorted(name for name in dir() if not name.startswith('__')))"
    write("own.py", program), notebook(program)
    assert convgrad("own.py").stdout == convgrad("notes.ipynb").stdout == "[]\n"


# ---- how it ends

@pytest.mark.parametrize("program, status", [("pass", 0), ("import sys; sys.exit(7)", 7), ("import sys; sys.exit('no')", 1), ("1 / 0", 1)])
def test_the_exit_status_is_the_programs(program, status, convgrad, write, notebook):
    write("ends.py", program), notebook(program)
    assert [convgrad(*what).returncode for what in (["ends.py"], ["-m", "ends"], ["notes.ipynb"])] == [status] * 3


def test_a_traceback_names_the_scripts_line(convgrad, write):
    path = write("fails.py", "import torch\n\n\ntorch.ones(2).view(3)\n")
    said = convgrad("fails.py").stderr
    assert f'File "{path}", line 4, in <module>\n    torch.ones(2).view(3)' in said
    assert said.endswith("RuntimeError: shape '[3]' is invalid for input of size 2\n")


def test_a_traceback_names_the_cell_and_its_line(convgrad, notebook):
    notebook("import torch", "# second\ntorch.ones(2).view(3)")
    assert 'File "notes.ipynb, cell 2", line 2, in <module>\n' in convgrad("notes.ipynb").stderr


# ---- notebooks

def printed(convgrad, path):
    done = convgrad(path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_magics_and_shell_commands_are_left_out(convgrad, notebook):
    path = notebook("%matplotlib inline\n!pip install torch \\\n    torchvision\nprint(1)",
                    "%%time\nprint(2)", "%%bash\necho 3", "  \n%%html\n<b>")
    assert printed(convgrad, path) == "1\n2\n"


def test_a_block_of_commands_alone_stays_a_block(convgrad, notebook):
    assert printed(convgrad, notebook("if False:\n    !pip install torch\nprint(1)")) == "1\n"


def test_a_remainder_at_the_start_of_a_line_is_no_magic(convgrad, notebook):
    path = notebook("print('loss %d'\n      % 3)\nprint(7 \\\n% 4)\nprint('''\n%d\n!''' % 5, 1\n      != 2)")
    assert printed(convgrad, path) == "loss 3\n3\n\n5\n! True\n"


def test_cells_share_their_names_and_what_they_import_from_the_future(convgrad, notebook):
    path = notebook("from __future__ import annotations\nx = 1", "def f(y: Later) -> None: ...\nprint(x, f.__annotations__['y'])")
    assert printed(convgrad, path) == "1 Later\n"


def test_annotations_are_evaluated_as_in_python(convgrad, notebook):
    assert printed(convgrad, notebook("def f(x: int): ...\nprint(f.__annotations__)")) == "{'x': <class 'int'>}\n"


def test_what_a_notebook_defines_can_be_saved(convgrad, notebook):
    path = notebook("import io, torch\nclass Net(torch.nn.Linear):\n    pass", """
        file = io.BytesIO()
        torch.save(Net(1, 1), file)
        file.seek(0)
        print(torch.load(file, weights_only=False))
    """)
    assert printed(convgrad, path) == "Net(in_features=1, out_features=1, bias=True)\n"


# ---- options

def test_help_says_how_to_use_it(convgrad):
    done = convgrad("--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: python -m convgrad") and done.stderr == ""
    assert all(option in done.stdout for option in ("--check", "--report", "--strict", "-m MODULE"))


@pytest.mark.parametrize("arguments, text", [(["--quick", "a.py"], "unknown option --quick"), (["nowhere.py"], "no file nowhere.py"),
                                             (["-m"], "-m takes a module"), ([], "usage: "), (["--check"], "usage: ")])
def test_misuse_is_told_with_the_usage(arguments, text, convgrad):
    done = convgrad(*arguments)
    assert done.returncode == 2 and text in done.stderr and "usage: python -m convgrad" in done.stderr and done.stdout == ""


# ---- --check

LACKING = """\
import torch
import torch.nn.functional as F
from torch import nn
from torchvision import transforms as T

open("ran", "w")
net = nn.Conv9d(1, 1, 1)
F.conv_2d(net(torch.ones(1)).to_sparse_csr())
T.Resise(3)
"""
FOUND = """\
{0}7: torch.nn.Conv9d  missing; nearest: torch.nn.Conv3d
{0}8: Tensor.to_sparse_csr  missing; if it is a tensor's
{0}8: torch.nn.functional.conv_2d  missing; nearest: torch.nn.functional.conv2d
{0}9: torchvision.transforms.Resise  missing; nearest: torchvision.transforms.Resize
"""


def test_check_names_what_is_missing_and_runs_nothing(convgrad, write, tmp_path):
    path = write("lacking.py", LACKING)
    done = convgrad("--check", path)
    assert (done.returncode, done.stdout) == (1, FOUND.format(f"{path}:"))
    assert not (tmp_path / "ran").exists()


def test_check_names_the_cell_of_a_notebook(convgrad, notebook, tmp_path):
    path = notebook("%pip install torch\nimport os", LACKING)
    done = convgrad("--check", path)
    assert (done.returncode, done.stdout) == (1, FOUND.format(f"{path}, cell 2:"))
    assert not (tmp_path / "ran").exists()


def test_check_is_content_where_all_is_there(convgrad, write):
    first, second = write("a.py", "import torch\ntorch.nn.Linear(1, 1)"), write("b.py", "from torch.utils.data import DataLoader")
    done = convgrad("--check", first, second)
    assert (done.returncode, done.stdout) == (0, f"all PyTorch names in {first}, {second} are there\n")


def test_check_finds_modules_that_are_missing(convgrad, write):
    write("a.py", "import torch.onnx.export\nfrom torch.fx import symbolic_trace\nimport torch as t\nt.nosuch.thing\n")
    lines = convgrad("--check", "a.py").stdout.splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "a.py:1: torch.onnx  missing", "a.py:2: torch.fx  missing", "a.py:4: torch.nosuch  missing",
    ]


def test_check_leaves_what_is_not_pytorchs_alone(convgrad, write):
    write("a.py", "import numpy as np\nfrom .torch import nosuch\nimport mytorch\nnp.nosuch(mytorch.nosuch)\n")
    assert convgrad("--check", "a.py").returncode == 0


@pytest.mark.parametrize("start", ["\ufeff", "# coding: latin-1\n"])
def test_check_reads_files_as_python_does(start, convgrad, tmp_path):
    (tmp_path / "a.py").write_bytes((start + "import torch  # é").encode("latin-1" if start[0] == "#" else "utf-8"))
    assert convgrad("--check", "a.py").returncode == 0


@pytest.mark.parametrize("name, text", [("a.py", "import torch ("), ("a.py", "\0"), ("a.txt", "no python"), ("a.ipynb", "import torch"),
                                        ("a.ipynb", "[]"), ("a.ipynb", '{"worksheets": []}'), ("a.ipynb", '{"cells": [3]}')])
def test_check_ends_with_2_for_what_it_cannot_read(name, text, convgrad, write):
    write(name, text)
    done = convgrad("--check", name)
    assert done.returncode == 2 and done.stderr.startswith(f"python -m convgrad: {name}: ") and done.stderr.count("\n") == 1


def test_check_ends_with_2_for_a_file_that_is_not_there(convgrad):
    done = convgrad("--check", "nowhere.py")
    assert done.returncode == 2 and "No such file" in done.stderr


# ---- --report

def rows(stderr):
    """{name: (calls, the rest of the line)} of a report."""
    cells = [line.split() for line in stderr.splitlines() if " calls " in line]
    return {row[0]: (int(row[1]), " ".join(row[5:])) for row in cells}


def test_report_counts_the_calls_and_says_where_they_begin(convgrad, write):
    path = write("a.py", """
        import torch
        x = torch.ones(2, 2)
        for i in range(3):
            torch.relu(x).view(-1)
        torch.nn.Linear(2, 2)(x)
        print("done")
    """)
    done = convgrad("--report", "a.py")
    found = rows(done.stderr)
    assert done.stdout == "done\n"
    assert done.stderr.startswith(f"{len(found)} functions used: {len(found)} as PyTorch's, 0 differ by design\n")
    assert found["torch.ones"] == (1, f"{path}:3") and found["torch.relu"] == (3, f"{path}:5") and found["Tensor.view"] == (3, f"{path}:5")
    assert found["torch.linear"] == (1, f"{path}:6")


def test_report_counts_in_threads_too(convgrad, write):
    write("a.py", "import threading, torch\nt = threading.Thread(target=lambda: torch.relu(torch.ones(1)))\nt.start()\nt.join()\n")
    assert rows(convgrad("--report", "a.py").stderr)["torch.relu"][0] == 1


def test_report_names_what_differs_by_design(convgrad, write):
    path = write("a.py", """
        import torch
        @torch.compile
        def f(x):
            return x
        torch.nn.functional.conv_transpose1d(*torch.ones(2, 1, 1, 1))
    """)
    said = convgrad("--report", "a.py").stderr
    assert "2 differ by design" in said.splitlines()[0]
    assert rows(said)["torch.compile"] == (1, f"{path}:3 by design: gives its argument back: every call runs compiled kernels already")
    assert rows(said)["torch.conv_transpose1d"] == (1, f"{path}:6 by design: an empty batch is checked like any other")


@pytest.mark.parametrize("end, status", [("raise ValueError('oh')", 1), ("raise SystemExit(3)", 3)])
def test_report_comes_after_a_failure_too(end, status, convgrad, write):
    write("a.py", f"import torch\ntorch.ones(1)\n{end}\n")
    done = convgrad("--report", "a.py")
    assert done.returncode == status and rows(done.stderr)["torch.ones"][0] == 1


# ---- --strict

DIFFERS = {
    "torch.compile(abs)": "torch.compile",
    "torch.nn.functional.hardsigmoid(torch.ones(1))": "torch.nn.functional.hardsigmoid",
    "torch.nn.Hardsigmoid()(torch.ones(1))": "torch.nn.functional.hardsigmoid",
    "torch.nn.DataParallel(torch.nn.ReLU())": "torch.nn.DataParallel",
    "torch.utils.data.DataLoader([1], num_workers=1)": "torch.utils.data.DataLoader",
}


@pytest.mark.parametrize("call", DIFFERS)
def test_strict_stops_at_the_first_call_that_differs(call, convgrad, write):
    path = write("a.py", f"import torch\nprint('before')\n{call}\nprint('after')\n")
    done = convgrad("--strict", "a.py")
    assert (done.returncode, done.stdout) == (1, "before\n")
    assert f"\nconvgrad._report.DifferenceError: {DIFFERS[call]} at {path}:3: " in done.stderr


def test_strict_stops_in_a_notebook_too(convgrad, notebook):
    path = notebook("import torch", "torch.compile(abs)")
    assert f"torch.compile at {path}, cell 2:1: gives its argument back" in convgrad("--strict", path).stderr


def test_strict_lets_pass_what_is_pytorchs(convgrad, write):
    write("a.py", """
        import torch
        net = torch.nn.Sequential(torch.nn.ConvTranspose2d(1, 1, 2), torch.nn.Sigmoid())
        for x in torch.utils.data.DataLoader(torch.ones(2, 1, 2, 2)):
            net(x).sum().backward()
        print("end")
    """)
    done = convgrad("--strict", "a.py")
    assert done.returncode == 0 and done.stdout == "end\n", done.stderr


# ---- install_as_torch

def test_every_way_to_import_gives_convgrads_modules(installed):
    assert installed("""
        import torch
        from torch import nn
        import torch.nn.functional as F
        import torch.utils.data
        import torchvision.transforms
        from torchvision import datasets
        from torch.nn.modules.conv import Conv2d
        print(torch is convgrad, nn is convgrad.nn, F is convgrad.nn.functional, torch.utils.data is convgrad.utils.data)
        print(torchvision is convgrad.vision, torchvision.transforms is convgrad.vision.transforms, datasets is convgrad.vision.datasets)
        print(Conv2d is nn.Conv2d, sys.modules["torch.nn.functional"] is F)
    """) == "True True True True\nTrue True True\nTrue True\n"


def test_a_module_is_loaded_once_whatever_it_is_called(installed):
    assert installed("""
        import torch.optim.lr_scheduler as a
        import convgrad.optim.lr_scheduler as b
        import convgrad.distributions as c
        import torch.distributions as d
        print(a is b, c is d, a.__spec__.name)
    """) == "True True convgrad.optim.lr_scheduler\n"


@pytest.mark.parametrize("name", ["torch.fx", "torch.nn.nosuch", "torch.nosuch.deeper", "torchvision.models"])
def test_a_module_that_convgrad_lacks_is_told_clearly(name, installed):
    missing = ".".join(name.split(".")[:3 if "nn" in name else 2])
    ours = missing.replace("torchvision", "convgrad.vision") if "vision" in name else missing.replace("torch", "convgrad")
    assert installed(f"""
        try:
            import {name}
        except ModuleNotFoundError as error:
            print(error, error.name, sep="|")
    """) == f"No module named '{missing}'; convgrad has no module {ours}|{missing}\n"


def test_a_name_that_convgrad_lacks_is_an_import_error(installed):
    assert "cannot import name 'Conv9d'" in installed("""
        try:
            from torch.nn import Conv9d
        except ImportError as error:
            print(error)
    """)


def test_installing_twice_is_harmless(installed):
    assert installed("""
        import torch
        finders = list(sys.meta_path)
        convgrad.install_as_torch()
        import torch as again, torch.optim
        print(again is torch, sys.meta_path == finders)
    """) == "True True\n"


@pytest.mark.parametrize("imports", ["import torch, torchvision", "import torch.nn, torch.optim, torchvision.transforms",
                                     "import convgrad.nn as nn, convgrad.optim.sgd, torch, torchvision"])
def test_classes_say_where_a_program_finds_them(imports, installed):
    assert installed(f"""
        {imports}
        for kind in torch.nn.Conv2d, torch.optim.SGD, torch.Tensor, torchvision.transforms.Resize, torch.distributions.Normal:
            print(kind, getattr(sys.modules[kind.__module__], kind.__name__) is kind)
    """) == ("<class 'torch.nn.modules.conv.Conv2d'> True\n<class 'torch.optim.sgd.SGD'> True\n<class 'torch.Tensor'> True\n"
             "<class 'torchvision.transforms.geometry.Resize'> True\n<class 'torch.distributions.normal.Normal'> True\n")


def test_modules_are_pickled_under_pytorchs_names(installed):
    assert installed("""
        import pickle, torch
        data = pickle.dumps(torch.nn.Sequential(torch.nn.ReLU()))
        print(b"convgrad" in data, pickle.loads(data))
    """) == "False Sequential(\n  (0): ReLU()\n)\n"


def test_without_installing_torch_is_not_taken(python):
    assert python("-c", "import convgrad, sys\nprint('torch' in sys.modules)").stdout == "False\n"


def test_it_is_refused_after_another_torch_was_imported(python, write):
    path = write("torch.py", "")
    done = python("-c", "import sys\nsys.path.insert(0, '.')\nimport torch, convgrad\nconvgrad.install_as_torch()\n")
    assert done.stderr.splitlines()[-1] == (f"RuntimeError: torch has been imported already, from {path}; call "
                                            "convgrad.install_as_torch() before the first import of it")


def test_it_is_refused_after_pytorch_was_imported():
    torch = pytest.importorskip("torch")
    import convgrad
    with pytest.raises(RuntimeError, match="^torch has been imported already, from .*__init__.py; call"):
        convgrad.install_as_torch()
    assert sys.modules["torch"] is torch


def test_ipython_loads_it_as_an_extension(python):
    assert python("-c", "import convgrad\nconvgrad.load_ipython_extension(None)\nimport torch\nprint(torch is convgrad)").stdout == "True\n"
