#!/usr/bin/env python3
"""The order of torch.utils.data's batches for given seeds (PyTorch 2.13.0), and the number that the default generator gives
next: loader.json holds what this printed."""
import json
import torch
from torch.utils.data import DataLoader, RandomSampler


def epochs(loader, count=2):
    return [[batch.tolist() for batch in loader] for _ in range(count)]


def case(name, make):
    torch.manual_seed(7)
    loader = make()
    return dict(name=name, epochs=epochs(loader), next=torch.randint(0, 1 << 20, (1,)).item())


def own(seed):
    return torch.Generator().manual_seed(seed)


data = range(10)
cases = [
    case('sequential', lambda: DataLoader(data, 4)),
    case('shuffle', lambda: DataLoader(data, 4, shuffle=True)),
    case('shuffle, drop_last', lambda: DataLoader(data, 4, shuffle=True, drop_last=True)),
    case('shuffle, own generator', lambda: DataLoader(data, 4, shuffle=True, generator=own(3))),
    case('sampler with replacement', lambda: DataLoader(data, 4, sampler=RandomSampler(data, replacement=True, num_samples=40))),
    case('sampler of 13', lambda: DataLoader(data, 4, sampler=RandomSampler(data, num_samples=13))),
    case('sampler with own generator', lambda: DataLoader(data, 4, sampler=RandomSampler(data, generator=own(5)))),
]
print('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]')
