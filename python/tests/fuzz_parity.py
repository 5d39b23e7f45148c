"""A differential fuzzer: random convolutions by PyTorch and by convgrad, values, gradients and error texts.

  build/oracle/bin/python python/tests/fuzz_parity.py [--cases N] [--seed S] [--jobs N]

Every case is made from its own number: --seed S --case N makes that one again. float64, to 1e-10 of the largest magnitude.
Runs in as many processes as there are cores; --jobs says otherwise.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import itertools
import multiprocessing
import os
import random
import re
import sys
import time
import warnings

import torch

import convgrad as cg
from oracle_exchange import Carrier, cotangents, difference

TOLERANCE = 1e-10
MODES = ["constant", "reflect", "replicate", "circular"]


class Case:
    """One random call: a function's name, and arguments as PyTorch's."""

    def __init__(self, seed: int, number: int) -> None:
        self.seed, self.number = seed, number
        self.random = random.Random(seed * 1_000_003 + number)
        self.generator = torch.Generator().manual_seed(seed * 1_000_003 + number)
        self.axes = self.random.choice([1, 1, 2, 2, 2, 3])
        self.transposed = self.random.random() < 0.35
        self.padding_mode: tuple | None = None
        self.make()

    def of_axes(self, low: int, high: int):
        """One number for all axes, or a list of one for each; seldom of one too many."""
        r = self.random
        if r.random() < 0.5:
            return r.randint(low, high)
        count = self.axes + (r.random() < 0.01)
        return [r.randint(low, high) for _ in range(count)]

    def tensor(self, sizes, grad: bool) -> torch.Tensor:
        """Random numbers; sometimes with odd strides."""
        r, sizes = self.random, list(sizes)
        layout = r.random()
        if layout < 0.6 or not sizes:
            t = torch.randn(sizes, generator=self.generator, dtype=torch.float64)
        elif layout < 0.8:
            order = r.sample(range(len(sizes)), len(sizes))
            t = torch.randn([sizes[i] for i in order], generator=self.generator, dtype=torch.float64)
            t = t.permute([order.index(i) for i in range(len(sizes))])
        elif layout < 0.9:
            t = torch.randn([*sizes[:-1], sizes[-1] * 2], generator=self.generator, dtype=torch.float64)[..., ::2]
        else:
            broad = r.randrange(len(sizes))
            narrow = [1 if i == broad and s > 0 else s for i, s in enumerate(sizes)]
            t = torch.randn(narrow, generator=self.generator, dtype=torch.float64).expand(sizes)
        return t.requires_grad_() if grad else t

    def make(self) -> None:
        r = self.random
        groups = r.choice([1, 1, 1, 2, 3])
        c_in, c_out = groups * r.randint(1, 3), groups * r.randint(1, 3)
        batch = [] if r.random() < 0.2 else [r.choice([1, 2, 2, 3, 0])]
        spatial = [r.choice([1, 2, 3, 4, 5, 6, 7, 9]) for _ in range(self.axes)]
        kernel = [r.randint(1, 4) for _ in range(self.axes)]
        wrong = r.random()
        if wrong < 0.02:
            c_in += 1
        elif wrong < 0.03:
            spatial[r.randrange(self.axes)] = 0
        elif wrong < 0.04:
            kernel[r.randrange(self.axes)] = 0
        elif wrong < 0.05:
            groups = r.choice([0, -1, 5])
        weight = [c_in, c_out // max(groups, 1)] if self.transposed else [c_out, c_in // max(groups, 1)]
        if wrong >= 0.05 and wrong < 0.06:
            kernel = kernel[:-1] or [1, 1]
        grads = [r.random() < 0.8 for _ in range(3)]
        bias = None if r.random() < 0.3 else self.tensor([c_out + (r.random() < 0.01)], grads[2])
        self.input = self.tensor([*batch, c_in, *spatial], grads[0])
        self.weight = self.tensor([*weight, *kernel], grads[1])
        self.bias = bias
        low = 0 if r.random() < 0.02 else 1
        self.kwargs = {"stride": self.of_axes(low, 3), "dilation": self.of_axes(low, 3), "groups": groups}
        if self.transposed:
            self.kwargs["padding"] = self.of_axes(0, 2)
            self.kwargs["output_padding"] = self.of_axes(0, 2)
        elif r.random() < 0.15:
            self.kwargs["padding"] = r.choice(["same", "same", "valid", "full"])
            if r.random() < 0.8:
                self.kwargs["stride"] = 1
        else:
            self.kwargs["padding"] = self.of_axes(-1 if r.random() < 0.02 else 0, 3)
            if r.random() < 0.25:
                self.padding_mode = (r.choice(MODES), [r.randint(0, 3) for _ in range(2 * self.axes)])
        for name in list(self.kwargs):  # defaults are called for, too
            if r.random() < 0.2:
                del self.kwargs[name]
        self.name = f"conv{'_transpose' if self.transposed else ''}{self.axes}d"

    def run(self, module, input, weight, bias):
        if self.padding_mode is not None:
            input = module.nn.functional.pad(input, self.padding_mode[1], mode=self.padding_mode[0])
        return getattr(module.nn.functional, self.name)(input, weight, bias, **self.kwargs)

    def __repr__(self) -> str:
        shown = lambda t: "None" if t is None else f"{list(t.shape)} strides {list(t.stride())}{' grad' * t.requires_grad}"
        return (f"--seed {self.seed} --case {self.number}: {self.name}({shown(self.input)}, {shown(self.weight)}, {shown(self.bias)}, "
                f"{self.kwargs}) pad {self.padding_mode}")


def outcome(call):
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001: the error is what is compared
        return None, (type(error).__name__, str(error))


def by_design(case: Case, error, our_error) -> str | None:
    """PyTorch lets an empty batch through without looking at the rest, or stumbles over it; convgrad checks it as any other. What is
    said of a kernel without cells depends on which of PyTorch's kernels comes to see it."""
    if error is not None and 0 in case.weight.shape[1:]:
        return "kernels without cells"
    if our_error is None:
        return None
    stumbles = ("cannot reshape tensor of 0 elements", "only one dimension can be inferred", "invalid shape dimension", "select(): index")
    if case.input.dim() == case.axes + 2 and case.input.size(0) == 0 and (error is None or error[1].startswith(stumbles)):
        return "empty batches refused"
    return None


def first_difference(ours, theirs) -> str | None:
    return next(filter(None, (difference(a, b, TOLERANCE) for a, b in zip(ours, theirs))), None)


def dense_gradients(case: Case, weights):
    """PyTorch's gradients of the same numbers laid out without gaps, in order."""
    given = [t if t is None else t.detach().clone(memory_format=torch.contiguous_format).requires_grad_(t.requires_grad)
             for t in (case.input, case.weight, case.bias)]
    return torch.autograd.grad(case.run(torch, *given), [t for t in given if t is not None and t.requires_grad],
                               [w.contiguous() for w in weights])


def check(case: Case) -> tuple[str, str | None]:
    """(what the case was, how the two differ)."""
    carrier = Carrier()
    given = (case.input, case.weight, case.bias)
    ours = carrier(given)
    expected, error = outcome(lambda: case.run(torch, *given))
    got, our_error = outcome(lambda: case.run(cg, *ours))
    if designed := by_design(case, error, our_error):
        return designed, None
    if error or our_error:
        return "errors", None if error == our_error else f"PyTorch: {error}\n  convgrad: {our_error}"
    kind = "empty" if expected.numel() == 0 else case.name
    reason = difference(got, expected, TOLERANCE)
    if reason is None and expected.is_contiguous() and not got.is_contiguous():
        reason = f"strides {got.stride()} instead of {expected.stride()}"
    leaves = [pair for pair in zip(given, ours) if pair[0] is not None and pair[0].requires_grad]
    if reason is None and leaves:
        weights = cotangents([expected], case.number)
        try:
            theirs = torch.autograd.grad(expected, [a for a, _ in leaves], weights)
        except RuntimeError as failure:  # of its own code, which did not lay its own gradient out as it wants it
            own = re.search("grad_weight (needs to|must) be contiguous", str(failure))
            return "PyTorch's backward fails", None if own else f"PyTorch: {failure}"
        mine = cg.autograd.grad(got, [b for _, b in leaves], [cg.from_numpy(w.numpy()) for w in weights])
        reason = first_difference(mine, theirs)
        if reason and not first_difference(mine, dense_gradients(case, weights)):
            return "PyTorch's gradient depends on the layout", None
        reason = reason and "gradient: " + reason
    return kind, reason


def fuzz(numbers: range, seed: int = 0) -> tuple[collections.Counter, list[str]]:
    """How many of these cases were of each kind, and how those that differ do."""
    warnings.simplefilter("ignore")
    kinds: collections.Counter = collections.Counter()
    differences = []
    for number in numbers:
        case = Case(seed, number)
        kind, reason = check(case)
        kinds[kind] += 1
        if reason is not None:
            differences.append(f"{case}\n  {reason}")
    return kinds, differences


def on_one_thread() -> None:
    torch.set_num_threads(1)
    cg.set_num_threads(1)


def fuzz_in_parallel(cases: int, seed: int, jobs: int) -> bool:
    """Says what differs as it is found, how far it is each minute, and counts at the end; whether anything differed."""
    kinds: collections.Counter = collections.Counter()
    found, told = 0, time.monotonic()
    parts = [range(first, min(first + 1000, cases)) for first in range(0, cases, 1000)]
    with concurrent.futures.ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), on_one_thread) as pool:
        for part_kinds, differences in pool.map(fuzz, parts, itertools.repeat(seed)):
            kinds += part_kinds
            found += len(differences)
            for text in differences:
                print(text, flush=True)
            if time.monotonic() > told + 60:
                told = time.monotonic()
                print(f"{sum(kinds.values())} of {cases}, {found} differences", file=sys.stderr, flush=True)
    print(f"seed {seed}: {sum(kinds.values())} cases, {found} differences; "
          + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    return found > 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--case", type=int, help="this one alone")
    options = parser.parse_args()
    if options.case is None:
        return fuzz_in_parallel(options.cases, options.seed, options.jobs)
    on_one_thread()
    case = Case(options.seed, options.case)
    kind, reason = check(case)
    print(f"{case}\n  {kind}: {reason or 'the same'}")
    return reason is not None


if __name__ == "__main__":
    sys.exit(main())
