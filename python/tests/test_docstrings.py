"""The examples in docstrings run; help() shows shapes, formula, errors and an example."""
import doctest
import importlib
import inspect
import pathlib
import pkgutil
import re
import warnings

import pytest

import convgrad as torch

TOOLS = pathlib.Path(__file__).parent.parent / "tools"
MODULES = [name for _, name, _ in pkgutil.walk_packages(torch.__path__, "convgrad.") if not re.search(r"_C$|__main__|mxnet|_install", name)]


class Checker(doctest.OutputChecker):
    """An example without output may give any."""

    def check_output(self, want, got, optionflags):
        return want == "" or super().check_output(want, got, optionflags)


def names_of_examples() -> dict:
    """What examples speak of without saying where it comes from."""
    net = torch.nn.Linear(2, 1)
    return {"torch": torch, "convgrad": torch, "nn": torch.nn, "F": torch.nn.functional, "optim": torch.optim, "net": net,
            "loss": net(torch.ones(1, 2)).sum(), "optimizer": torch.optim.SGD(net.parameters(), lr=0.1)}


def run(text: str, name: str, space: dict | None = None) -> int:
    names = {**{k: v for k, v in (space or {}).items() if not k.startswith("_")}, **names_of_examples()}
    test = doctest.DocTestParser().get_doctest(text, names, name, name, 0)
    runner = doctest.DocTestRunner(Checker(), verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    failures: list = []
    runner.run(test, out=failures.append)
    assert runner.failures == 0, "".join(failures)
    return runner.tries


def test_the_examples_of_the_bound_functions():
    for block in re.split(r"^# ", (TOOLS / "examples.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _, text = block.partition("\n")
        shown = getattr(torch, name.strip()).__doc__
        assert text.strip().splitlines()[0] in shown
        assert run(text, name) > 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_package(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module(name)
        for owner in vars(module).values():
            if (getattr(owner, "__module__", "") or "").replace("torch.", "convgrad.", 1) != name:
                continue
            if ">>>" in (getattr(owner, "__doc__", "") or ""):
                torch.manual_seed(0)
                run(inspect.getdoc(owner), f"{name}.{getattr(owner, '__name__', owner)}", vars(module))


def test_help_of_conv2d_is_worth_reading():
    text = torch.conv2d.__doc__
    for word in ("out = ⌊", "(N, C, in…)", "Errors:", ">>> torch.conv2d(", "Σ"):
        assert word in text
    assert str(inspect.signature(torch.conv2d)) == "(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1)"
    assert list(inspect.signature(torch.Tensor.clamp).parameters) == ["self", "min", "max"]


def test_most_bound_functions_say_what_they_do():
    bound = [name for name in torch._C._signatures()["torch"] if not name.endswith("_")]
    without = [name for name in bound if not getattr(torch._C._functions, name).__doc__]
    assert len(without) < 0.35 * len(bound), sorted(without)
