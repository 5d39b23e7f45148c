"""Threads that make batches. Like torch.utils.data._utils.worker, which has processes."""
from __future__ import annotations

import copy
import threading
import traceback
from dataclasses import dataclass
from typing import Any

from .... import _C
from .fetch import Stopped

_here = threading.local()


@dataclass(frozen=True)
class WorkerInfo:
    """Which of the workers this thread is. dataset: the worker's own (shallow) copy."""

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Any = None
    worker_method: str | None = "thread"


def get_worker_info() -> WorkerInfo | None:
    """In a loader's worker its id, num_workers, seed and data set; None elsewhere."""
    return getattr(_here, "info", None)


def worker_generator() -> Any:
    """The random stream of this thread's worker, seeded as PyTorch seeds the worker's process; None elsewhere."""
    return getattr(_here, "generator", None)


class ExceptionWrapper:
    """An exception on its way from a worker to the thread that reads the batches."""

    def __init__(self, error: BaseException, where: str) -> None:
        self.error = error
        self.where = where

    def reraise(self) -> None:
        """The same type, with the worker's traceback in its text and the exception itself as its cause."""
        kind = type(self.error)
        text = "".join(traceback.format_exception(self.error))
        message: Any = f"Caught {kind.__name__} {self.where}.\nOriginal {text}"
        if kind is KeyError:
            message = _PlainKey(message)
        try:
            again = kind(message=message) if getattr(kind, "message", None) else kind(message)
        except Exception:
            again = RuntimeError(message)
        try:
            raise again from self.error
        finally:
            del again, self  # a traceback that held its own exception would keep the loader alive


class _PlainKey(str):
    """KeyError prints its argument's repr; this one keeps its lines."""

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class EndOfData:
    """What a worker sends when its iterable data set has no more."""

    worker_id: int


RESUME = object()  # to a worker: another epoch begins


def own_copy(dataset: Any) -> Any:
    """A data set whose attributes a worker may set for itself; data sets in it are copied, too, their tensors are not."""
    from ..dataset import Dataset
    if not isinstance(dataset, Dataset):
        return dataset
    try:
        mine = copy.copy(dataset)
        for name, value in list(vars(mine).items()):
            if isinstance(value, Dataset):
                setattr(mine, name, own_copy(value))
            elif isinstance(value, list) and value and all(isinstance(part, Dataset) for part in value):
                setattr(mine, name, [own_copy(part) for part in value])
        return mine
    except Exception:  # one that cannot be copied is shared
        return dataset


def run(index_queue, result_queue, done, make_fetcher, dataset, base_seed, init_fn, worker_id, num_workers) -> None:
    """A worker's life: takes (number, indices), gives (number, batch), until None comes or the loader has gone."""
    seed = base_seed + worker_id
    _here.generator = _C.Generator().manual_seed(seed)
    _here.info = WorkerInfo(worker_id, num_workers, seed, dataset)
    if hasattr(_C, "_use_generator"):
        _C._use_generator(_here.generator)
    failed = fetcher = None
    try:
        if init_fn is not None:
            init_fn(worker_id)
        fetcher = make_fetcher(dataset, done.is_set)
    except Exception as error:
        failed = error
    where = f"in DataLoader worker process {worker_id}"
    ended = False
    while (task := index_queue.get()) is not None:
        if task is RESUME:
            ended = False
            fetcher = make_fetcher(dataset, done.is_set)
            result_queue.put((RESUME, None))
            continue
        if done.is_set() or ended:
            continue
        number, indices = task
        try:
            if failed is not None:
                error, failed = failed, None
                raise error
            result = fetcher.fetch(indices)
        except Stopped:
            continue
        except StopIteration as error:
            ended = hasattr(fetcher, "dataset_iter")
            result = EndOfData(worker_id) if ended else ExceptionWrapper(error, where)
        except Exception as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            result = ExceptionWrapper(error, where)
        result_queue.put((number, result))
        result = task = indices = None  # the batch belongs to the reader alone
