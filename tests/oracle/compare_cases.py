#!/usr/bin/env python3
"""Compares what test_cases --dump DIR wrote with PyTorch: values, dtypes, strides, names of nodes, gradients with the same
cotangents, error types and texts; and what PyTorch gives with its record in tests/golden/cases.json, which the tests read
where there is no PyTorch.

    compare_cases.py DIR            exit status 1 where anything differs
    compare_cases.py DIR --record   writes the record anew (of the cases that agree; DIR from seed 0)
"""
import ast, json, pathlib, sys
import torch
import torch.nn.functional as F
from torch import nn
from safetensors.torch import load_file

RECORD = pathlib.Path(__file__).parents[1] / 'golden' / 'cases.json'


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
    return {'dtype': str(y.dtype).removeprefix('torch.'), 'sizes': list(y.shape),
            'strides': list(y.stride()) if y.numel() else [], 'grad_fn': type(y.grad_fn).__name__ if y.grad_fn else ''}


def checksum(t):
    """As tests/cases/record.h has it."""
    t = t.detach().double().flatten().nan_to_num(17, 19, -23)
    t = torch.where(t.abs() > 1e30, 29 * t.sign(), t)  # a sum of such would overflow
    return float(f'{(t * (torch.arange(t.numel()) % 31 + 1)).sum().item():.12g}')


def given(case):
    names = {'torch': torch, 'F': F, 'nn': nn}
    exec(case['given'], names)
    return names


def value_of(program, names):
    """Runs all statements and gives the value of the last one, an expression."""
    *lines, last = ast.parse(program).body
    exec(compile(ast.Module(lines, []), 'case', 'exec'), names)
    return eval(compile(ast.Expression(last.value), 'case', 'eval'), names)


def outcome(program, names):
    try:
        exec(program, names)
        return {'oracle': program, 'type': 'none', 'text': ''}
    except Exception as e:
        return {'oracle': program, 'type': type(e).__name__, 'text': str(e)}


def evaluate(case, tensors, dtype):
    """PyTorch's outputs and the gradients of all inputs (None where there is none), for inputs of this type."""
    name = case['name']
    x = [tensors[f'{name}/in{i}'] for i in range(len(case['requires_grad']))]
    # the oracle computes float32 cases in float64 too: the bound is on our error, not on the sum of both
    x = [t.to(getattr(torch, dtype)).double().requires_grad_(leaf) if t.is_floating_point() else t
         for t, leaf in zip(x, case['requires_grad'])]
    outputs = flat(value_of(case['oracle'], given(case) | {f'x{i}': t for i, t in enumerate(x)}))
    cotangents = [tensors.get(f'{name}/{dtype}/cotangent{i}') for i in range(len(outputs))]
    pairs = [(y, v.double()) for y, v in zip(outputs, cotangents) if y.requires_grad and v is not None]
    leaves = [i for i, t in enumerate(x) if t.requires_grad]
    gradients = [None] * len(x)
    if pairs and leaves:
        roots, v = zip(*pairs)
        found = torch.autograd.grad(roots, [x[i] for i in leaves], v, allow_unused=True)
        for i, g in zip(leaves, found):
            gradients[i] = torch.zeros_like(x[i]) if g is None else g
    return outputs, gradients


def compare(case, tensors):
    """The lines that tell the differences, and the record of what PyTorch gives."""
    name, lines, record = case['name'], [], {'name': case['name']}
    for dtype, tolerance in (('float32', case['tolerance32']), ('float64', case['tolerance64'])):
        outputs, gradients = evaluate(case, tensors, dtype)
        record |= {'outputs': [facts(y) for y in outputs], 'sums': [checksum(y) for y in outputs],
                   'gradient_sums': [0. if g is None else checksum(g) for g in gradients]}
        if len(outputs) != len(case['outputs']):
            return [f'{name}: {len(case["outputs"])} outputs instead of {len(outputs)}'], record
        for what, wanted in (('out', outputs), ('gradient', gradients)):
            for i, want in enumerate(wanted):
                if want is None:
                    continue
                got = tensors.get(f'{name}/{dtype}/{what}{i}', torch.zeros_like(want))
                error = difference(got, want.detach())
                if not error <= tolerance:
                    lines.append(f'{name} {dtype}: {what} {i} differs by {error:.2e} (allowed {tolerance:.0e})')
    record['failures'] = [outcome(f['oracle'], given(case)) for f in case['failures']]
    for i, (ours, theirs) in enumerate(zip(case['outputs'], record['outputs'])):
        if ours != theirs:
            lines.append(f'{name}: output {i} is {ours} instead of {theirs}')
    for ours, theirs in zip(case['failures'], record['failures']):
        if ours != theirs:
            lines.append(f'{name}: {ours["oracle"]}\n  oracle {theirs["type"]}: {theirs["text"]}\n'
                         f'  ours   {ours["type"]}: {ours["text"]}')
    return lines, record


def alike(a, b):
    """Whether two records say the same, but for the last digits of numbers."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-7 * (1 + abs(a))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    return a == b


def main(folder, *options):
    torch.set_num_threads(1)  # small tensors
    tensors, cases = load_file(f'{folder}/cases.safetensors'), json.load(open(f'{folder}/cases.json'))
    wrong, records = 0, []
    for case in cases:
        lines, record = compare(case, tensors)
        for line in lines:
            wrong += 1
            print(line)
        if not lines:
            records.append(record)
    print(f'{len(cases)} cases compared with torch {torch.__version__}: {wrong} differences')
    records.sort(key=lambda record: record['name'])
    if '--record' in options:
        RECORD.write_text('[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in records) + '\n]\n')
    elif not wrong and not alike(records, json.loads(RECORD.read_text())):
        wrong += 1
        print(f'{RECORD} is not what PyTorch gives: write it anew with {sys.executable} {sys.argv[0]} {folder} --record')
    return 1 if wrong or not cases else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
