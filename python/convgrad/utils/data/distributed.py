"""A data set's share of one of several processes. Like torch.utils.data.distributed."""
from __future__ import annotations

import math
from typing import Any, Iterator

from ... import _C
from .sampler import Sampler


class DistributedSampler(Sampler[int]):
    """Every num_replicas-th number, from rank on, shuffled alike in all processes by seed + epoch (set_epoch).

    The numbers are repeated until each process has as many, or with drop_last cut. Errors: ValueError for a rank outside
    [0, num_replicas); RuntimeError where the two are not given, since there are no process groups here.
    """

    def __init__(self, dataset: Any, num_replicas: int | None = None, rank: int | None = None, shuffle: bool = True, seed: int = 0,
                 drop_last: bool = False) -> None:
        if num_replicas is None or rank is None:
            raise RuntimeError("Requires distributed package to be available")
        if rank >= num_replicas or rank < 0:
            raise ValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset = dataset
        self.num_replicas = num_replicas
        self.rank = rank
        self.epoch = 0
        self.drop_last = drop_last
        size = len(dataset)
        if drop_last and size % num_replicas != 0:
            self.num_samples = math.ceil((size - num_replicas) / num_replicas)
        else:
            self.num_samples = math.ceil(size / num_replicas)
        self.total_size = self.num_samples * num_replicas
        self.shuffle = shuffle
        self.seed = seed

    def __iter__(self) -> Iterator[int]:
        size = len(self.dataset)
        numbers = list(range(size))
        if self.shuffle:
            generator = _C.Generator()
            generator.manual_seed(self.seed + self.epoch)
            numbers = _C._functions.randperm(size, generator=generator).tolist()
        if self.drop_last:
            numbers = numbers[:self.total_size]
        elif numbers:
            numbers = (numbers * math.ceil(self.total_size / size))[:self.total_size]
        if len(numbers) != self.total_size:
            raise AssertionError(f"Number of indices ({len(numbers)}) does not match total_size ({self.total_size})")
        return iter(numbers[self.rank:self.total_size:self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Another order in each epoch: to be called before it."""
        self.epoch = epoch
