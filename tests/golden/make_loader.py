#!/usr/bin/env python3
"""The order of torch.utils.data's batches for given seeds (PyTorch 2.13.0), and the number that the default generator gives
next: loader.json holds what this printed."""
import json
import torch
from torch.utils.data import (BatchSampler, DataLoader, RandomSampler, SequentialSampler, SubsetRandomSampler,
                              WeightedRandomSampler, random_split)


def epochs(loader, count=2):
    return [[batch.tolist() for batch in loader] for _ in range(count)]


def case(name, make):
    torch.manual_seed(7)
    loader = make()
    return dict(name=name, epochs=epochs(loader), next=torch.randint(0, 1 << 20, (1,)).item())


def own(seed):
    return torch.Generator().manual_seed(seed)


data = range(10)
weights = [0.5, 0, 2, 1, 0.25, 3, 1, 1, 0.125, 1]
cases = [
    case('sequential', lambda: DataLoader(data, 4)),
    case('shuffle', lambda: DataLoader(data, 4, shuffle=True)),
    case('shuffle, drop_last', lambda: DataLoader(data, 4, shuffle=True, drop_last=True)),
    case('shuffle, own generator', lambda: DataLoader(data, 4, shuffle=True, generator=own(3))),
    case('sampler with replacement', lambda: DataLoader(data, 4, sampler=RandomSampler(data, replacement=True, num_samples=40))),
    case('sampler of 13', lambda: DataLoader(data, 4, sampler=RandomSampler(data, num_samples=13))),
    case('sampler with own generator', lambda: DataLoader(data, 4, sampler=RandomSampler(data, generator=own(5)))),
    case('weighted', lambda: DataLoader(data, 4, sampler=WeightedRandomSampler(weights, 13))),
    case('weighted without replacement', lambda: DataLoader(data, 4, sampler=WeightedRandomSampler(weights, 6, False))),
    case('weighted, one', lambda: DataLoader(data, 4, sampler=WeightedRandomSampler(weights, 1, generator=own(2)))),
    case('subset', lambda: DataLoader(data, 4, sampler=SubsetRandomSampler([9, 7, 5, 3, 1, 0]))),
    case('batches', lambda: DataLoader(data, batch_sampler=BatchSampler(SequentialSampler(data), 4, True))),
    case('first of a split by lengths', lambda: DataLoader(random_split(data, [6, 4])[0], 4)),
    case('second of a split by shares', lambda: DataLoader(random_split(data, [0.5, 0.25, 0.25], own(3))[1], 4)),
]
print('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]')
