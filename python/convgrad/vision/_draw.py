"""Random numbers for transforms: those of the loader's worker, in a worker, else those of everybody."""
from __future__ import annotations

import random
import threading
from typing import Any

from .. import _C
from ..utils.data._utils.worker import get_worker_info, worker_generator

_F = _C._functions
_streams = threading.local()


def rand() -> _C.Tensor:
    """As torch.rand(1)."""
    return _F.rand((1,), generator=worker_generator())


def below(p: float) -> bool:
    """Whether torch.rand(1) < p."""
    return bool(rand() < p)


def integer(low: int, high: int) -> int:
    """As torch.randint(low, high, size=(1,)).item()."""
    return _F.randint(low, high, (1,), generator=worker_generator()).item()


def uniform(low: Any, high: Any) -> float:
    """As torch.empty(1).uniform_(low, high).item()."""
    return _F.empty((1,)).uniform_(float(low), float(high), generator=worker_generator()).item()


def permutation(n: int) -> list[int]:
    return _F.randperm(n, generator=worker_generator()).tolist()


def normal(shape: list[int]) -> _C.Tensor:
    return _F.empty(shape, dtype=_C.float32).normal_(generator=worker_generator())


def python() -> Any:
    """Python's random numbers; a worker's are seeded as PyTorch seeds those of the worker's process."""
    info = get_worker_info()
    if info is None:
        return random
    if not hasattr(_streams, "random"):
        _streams.random = random.Random(info.seed)
    return _streams.random

