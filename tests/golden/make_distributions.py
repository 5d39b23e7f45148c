"""Writes distributions.json: what torch 2.13's Normal and Uniform give, on seed 3, and their error messages."""

import json
from math import nan
from pathlib import Path

import torch
from torch.distributions import Normal, Uniform

NUMBERS = {"Normal": (0.5, 2.0), "Uniform": (-1.0, 3.0)}
TENSORS = {"Normal": ([[0.0], [1.5]], [0.1, 1.0, 7.5]), "Uniform": ([[-1.0], [0.5]], [0.75, 2.0, 7.5])}
VALUES = {"Normal": [-1.25, 0.0, 3.5], "Uniform": [0.5, 0.625, 0.7]}


def listed(tensor):
    return tensor.detach().double().flatten().tolist()


def answers(cls, first, second):
    """Everything a distribution says, and the gradients that reach its parameters."""
    d = cls(first, second)
    name = cls.__name__
    value = torch.tensor(VALUES[name], dtype=first.dtype, requires_grad=True)
    out = {"text": repr(d), "batch_shape": list(d.batch_shape)}
    torch.manual_seed(3)
    out["sample"] = listed(d.sample((3,)))
    out["sample_of_many"] = listed(d.sample((2, 2)))
    drawn = d.rsample((2,))
    out["rsample"] = listed(drawn)
    weights = torch.arange(drawn.numel(), dtype=drawn.dtype).view_as(drawn) - 2.5
    out["rsample_gradients"] = [listed(g) for g in torch.autograd.grad((drawn * weights).sum(), (first, second))]
    for f in ("log_prob", "cdf"):
        result = getattr(d, f)(value)
        out[f] = listed(result)
        weights = torch.arange(result.numel(), dtype=result.dtype).view_as(result) - 1.5
        grads = torch.autograd.grad((result * weights).sum(), (first, second, value), allow_unused=True)
        out[f + "_gradients"] = [None if g is None else listed(g) for g in grads]
    out["entropy"] = listed(d.entropy())
    for f in ("mean", "mode", "stddev", "variance"):
        out[f] = ["nan" if v != v else v for v in listed(getattr(d, f))]
    return out


def error(make):
    try:
        make()
    except Exception as e:
        return str(e)


def main():
    cases = []
    for cls in (Normal, Uniform):
        for dtype in ("float32", "float64"):
            for values in (NUMBERS, TENSORS):
                first, second = (torch.tensor(v, dtype=getattr(torch, dtype), requires_grad=True) for v in values[cls.__name__])
                cases.append({"class": cls.__name__, "dtype": dtype, "numbers": values is NUMBERS, **answers(cls, first, second)})
    t = torch.tensor
    errors = [
        error(lambda: Normal(0.0, -1.0)),
        error(lambda: Normal(t([nan]), t([1.0]))),
        error(lambda: Normal(t([1.0, 2.0]), t([1.0, -2.0]))),
        error(lambda: Normal(torch.zeros(2), torch.ones(3))),
        error(lambda: Uniform(1.0, 0.0)),
        error(lambda: Uniform(t([1.0, 2.0]), t([1.0, 3.0]))),
        error(lambda: Uniform(0.0, 1.0).log_prob(t(2.0))),
        error(lambda: Normal(0.0, 1.0).log_prob(t(nan))),
        error(lambda: Normal(0.1, 1.0).cdf(t(nan))),
        error(lambda: Normal(torch.zeros(2), torch.ones(2)).log_prob(torch.zeros(3))),
    ]
    path = Path(__file__).with_name("distributions.json")
    path.write_text(json.dumps({"cases": cases, "errors": errors}, indent=0) + "\n")


if __name__ == "__main__":
    main()
