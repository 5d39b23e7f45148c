"""Small operations from Python, in turns with PyTorch: what a call costs besides the arithmetic.

  PYTHONPATH=build/python build/oracle/bin/python bench/python_small.py [--rounds N]

One thread each, whose processor time counts. Each round times both, in alternating order; the medians and the ratio of them are shown, PyTorch's time first.
"""
from __future__ import annotations

import argparse
import statistics
import time

import torch

import convgrad as cg


def cases(m):
    """(name, call, how often a timing calls it)."""
    a, b = m.ones(4), m.ones(4)
    x, w = m.ones(1, 1, 5, 5), m.ones(1, 1, 3, 3)
    xg, wg = m.ones(1, 1, 5, 5, requires_grad=True), m.ones(1, 1, 3, 3, requires_grad=True)
    conv2d, relu = m.nn.functional.conv2d, m.relu
    layer = m.nn.Conv2d(1, 1, 3)
    zeros, seed = m.zeros, m.ones(1, 1, 3, 3)

    def with_backward():
        conv2d(xg, wg).backward(seed)

    return [("a + b of 4", lambda: a + b, 2000),
            ("a * 2", lambda: a * 2, 2000),
            ("a.add_(b)", lambda: a.add_(b), 2000),
            ("relu of 4", lambda: relu(a), 2000),
            ("a.sum()", lambda: a.sum(), 2000),
            ("a[1]", lambda: a[1], 2000),
            ("a.view(2, 2)", lambda: a.view(2, 2), 2000),
            ("zeros(4)", lambda: zeros(4), 2000),
            ("conv2d 5x5 by 3x3", lambda: conv2d(x, w), 1000),
            ("conv2d with backward", with_backward, 400),
            ("nn.Conv2d 5x5 by 3x3", lambda: layer(x), 1000)]


def seconds(call, count: int) -> float:
    begin = time.thread_time()
    for _ in range(count):
        call()
    return (time.thread_time() - begin) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    cg.set_num_threads(1)
    for (name, theirs, count), (_, ours, _) in zip(cases(torch), cases(cg)):
        times: dict = {theirs: [], ours: []}
        for i in range(rounds):
            for call in (theirs, ours) if i % 2 else (ours, theirs):
                times[call].append(seconds(call, count))
        a, b = statistics.median(times[theirs]), statistics.median(times[ours])
        print(f"{name:24} {a * 1e6:8.2f} µs {b * 1e6:8.2f} µs  {a / b:5.2f} ×")


if __name__ == "__main__":
    main()
