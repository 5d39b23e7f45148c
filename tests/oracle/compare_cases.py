#!/usr/bin/env python3
"""Compares what test_cases --dump DIR wrote with PyTorch: values, dtypes, strides, names of nodes, gradients with the same
cotangents, error types and texts.

    compare_cases.py DIR        exit status 1 where anything differs
"""
import ast, json, sys
import torch
import torch.nn.functional as F
from torch import nn
from safetensors.torch import load_file


def difference(a, b):
    if a.shape != b.shape:
        return float('inf')
    a, b = a.double(), b.double()
    if not torch.equal(a.isnan(), b.isnan()):
        return float('inf')
    same = (a == b) | a.isnan()
    if bool(same.all()):
        return 0.
    size = max(1., b[torch.isfinite(b)].abs().max().item() if torch.isfinite(b).any() else 1.)
    return (torch.where(same, torch.zeros_like(a), a - b).abs().max() / size).item()


def flat(*results):
    """Tensors, tuples and lists of them as one list."""
    return [y for r in results for y in (flat(*r) if isinstance(r, (tuple, list)) else [r])]


def facts(y):
    """What a tensor is besides its values; the strides of nothing are nobody's."""
    return {'dtype': str(y.dtype).removeprefix('torch.'), 'strides': list(y.stride()) if y.numel() else [],
            'grad_fn': type(y.grad_fn).__name__ if y.grad_fn else ''}


def given(case):
    names = {'torch': torch, 'F': F, 'nn': nn}
    exec(case['given'], names)
    return names


def value_of(program, names):
    """Runs all statements and gives the value of the last one, an expression."""
    *lines, last = ast.parse(program).body
    exec(compile(ast.Module(lines, []), 'case', 'exec'), names)
    return eval(compile(ast.Expression(last.value), 'case', 'eval'), names)


def compare(case, tensors):
    """Yields a line for each difference."""
    name, count = case['name'], len(case['requires_grad'])
    for dtype, tolerance in (('float64', case['tolerance64']), ('float32', case['tolerance32'])):
        x = [tensors[f'{name}/in{i}'] for i in range(count)]
        # the oracle computes float32 cases in float64 too: the bound is on our error, not on the sum of both
        x = [t.to(getattr(torch, dtype)).double().requires_grad_(leaf) if t.is_floating_point() else t
             for t, leaf in zip(x, case['requires_grad'])]
        names = given(case) | {f'x{i}': t for i, t in enumerate(x)}
        want = flat(value_of(case['oracle'], names))
        if dtype == 'float64':
            ours, theirs = case['outputs'], [facts(y) for y in want]
            if len(ours) != len(theirs):
                yield f'{name}: {len(ours)} outputs instead of {len(theirs)}'
                return
            yield from (f'{name}: output {i} is {a} instead of {b}' for i, (a, b) in enumerate(zip(ours, theirs)) if a != b)
        roots, cotangents = [], []
        for i, y in enumerate(want):
            got = tensors[f'{name}/{dtype}/out{i}']
            error = difference(got, y.detach())
            if not error <= tolerance:
                yield f'{name} {dtype}: output {i} differs by {error:.2e} (allowed {tolerance:.0e})'
            if y.requires_grad and f'{name}/{dtype}/cotangent{i}' in tensors:
                roots.append(y), cotangents.append(tensors[f'{name}/{dtype}/cotangent{i}'].double())
        leaves = [t for t in x if t.requires_grad]
        if not roots or not leaves:
            continue
        for t, g in zip(leaves, torch.autograd.grad(roots, leaves, cotangents, allow_unused=True)):
            i = next(k for k, u in enumerate(x) if u is t)
            got = tensors.get(f'{name}/{dtype}/gradient{i}')
            if got is None:
                got = torch.zeros_like(t)
            error = difference(got, g if g is not None else torch.zeros_like(t))
            if not error <= tolerance:
                yield f'{name} {dtype}: gradient {i} differs by {error:.2e} (allowed {tolerance:.0e})'
    for failure in case['failures']:
        try:
            exec(failure['oracle'], given(case))
            kind, text = 'none', ''
        except Exception as e:
            kind, text = type(e).__name__, str(e)
        if (kind, text) != (failure['type'], failure['text']):
            yield f'{name}: {failure["oracle"]}\n  oracle {kind}: {text}\n  ours   {failure["type"]}: {failure["text"]}'


def main(folder):
    torch.set_num_threads(1)  # small tensors
    tensors, cases = load_file(f'{folder}/cases.safetensors'), json.load(open(f'{folder}/cases.json'))
    wrong = 0
    for case in cases:
        for line in compare(case, tensors):
            wrong += 1
            print(line)
    print(f'{len(cases)} cases compared with torch {torch.__version__}: {wrong} differences')
    return 1 if wrong or not cases else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
