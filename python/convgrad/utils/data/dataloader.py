"""Batches of a data set, made ahead by threads. Like torch.utils.data.dataloader."""
from __future__ import annotations

import atexit
import functools
import itertools
import math
import queue
import threading
import time
import warnings
import weakref
from typing import Any, Callable, Generic, Iterable, TypeVar

from ._utils import collate as _collate
from ._utils import fetch as _fetch
from ._utils import worker as _worker
from .dataset import Dataset, IterableDataset
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, draw_seed

__all__ = ["DataLoader", "get_worker_info", "default_collate", "default_convert"]

T = TypeVar("T", covariant=True)
default_collate = _collate.default_collate
default_convert = _collate.default_convert
get_worker_info = _worker.get_worker_info


class _DatasetKind:
    Map = 0
    Iterable = 1

    @staticmethod
    def create_fetcher(kind, dataset, auto_collation, collate_fn, drop_last, stopped=_fetch._never):
        fetcher = _fetch._MapDatasetFetcher if kind == _DatasetKind.Map else _fetch._IterableDatasetFetcher
        return fetcher(dataset, auto_collation, collate_fn, drop_last, stopped)


class _InfiniteConstantSampler(Sampler):
    """In an iterable data set's place of a sampler: it gives no numbers."""

    def __iter__(self):
        while True:
            yield None


class DataLoader(Generic[T]):
    """Batches of a data set, in PyTorch's order for the same seed; every epoch draws 64 bits of the generator.

    batch_size: None for single examples. shuffle, or a sampler, or a batch_sampler. num_workers: threads that make
    prefetch_factor (2) batches ahead, each; 0: made when asked for. collate_fn: a batch of a list of examples (default:
    default_collate). drop_last: without a last batch that is smaller. timeout: seconds to wait for a batch, 0 for ever.
    worker_init_fn(id): called in each worker first. generator: of the order and the workers' seeds. persistent_workers:
    they live on between epochs. in_order=False: batches as they are ready. pin_memory: no such memory here; a warning.

    Workers are threads: data sets need no pickling, share their memory, and Python's own random and NumPy's global one.
    Each has a shallow copy of the data set, and PyTorch's random stream of its own. An exception in a worker reaches the
    loop with its type, its traceback in the text and itself as the cause; leaving the loop early stops the workers at
    the example they are at.

    Errors: ValueError in PyTorch's words for options that exclude each other. Like torch.utils.data.DataLoader.

    Example::

        >>> for batch in DataLoader(range(5), batch_size=2):
        ...     print(batch)
        tensor([0, 1])
        tensor([2, 3])
        tensor([4])
    """

    dataset: Dataset[T]
    batch_size: int | None
    num_workers: int
    drop_last: bool
    timeout: float
    sampler: Sampler | Iterable
    _iterator: Any
    __initialized = False

    def __init__(self, dataset: Dataset[T], batch_size: int | None = 1, shuffle: bool | None = None,
                 sampler: Sampler | Iterable | None = None, batch_sampler: Sampler | Iterable | None = None, num_workers: int = 0,
                 collate_fn: Callable[[list], Any] | None = None, pin_memory: bool = False, drop_last: bool = False, timeout: float = 0,
                 worker_init_fn: Callable[[int], None] | None = None, multiprocessing_context: Any = None, generator: Any = None, *,
                 prefetch_factor: int | None = None, persistent_workers: bool = False, pin_memory_device: str = "",
                 in_order: bool = True) -> None:
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = _checked_prefetch(num_workers, timeout, prefetch_factor, persistent_workers)
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order
        self._dataset_kind = _DatasetKind.Iterable if isinstance(dataset, IterableDataset) else _DatasetKind.Map
        if self._dataset_kind == _DatasetKind.Iterable:
            _check_iterable(shuffle, sampler, batch_sampler)
        shuffle = bool(shuffle)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
            batch_size = None
            drop_last = False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            if self._dataset_kind == _DatasetKind.Iterable:
                sampler = _InfiniteConstantSampler()
            else:
                sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        self.collate_fn = collate_fn or (default_collate if self._auto_collation else default_convert)
        self.persistent_workers = persistent_workers
        self.__initialized = True
        self._IterableDataset_len_called = None
        self._iterator = None

    @property
    def multiprocessing_context(self) -> Any:
        return self.__multiprocessing_context

    @multiprocessing_context.setter
    def multiprocessing_context(self, context: Any) -> None:
        self.__multiprocessing_context = _checked_context(context, self.num_workers)

    def __setattr__(self, attr: str, val: Any) -> None:
        if self.__initialized and attr in ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"):
            raise ValueError(f"{attr} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(attr, val)

    def _get_iterator(self) -> _BaseDataLoaderIter:
        return _ThreadedIter(self) if self.num_workers > 0 else _SingleIter(self)

    def __iter__(self) -> _BaseDataLoaderIter:
        if not (self.persistent_workers and self.num_workers > 0):
            return self._get_iterator()
        if self._iterator is None:
            self._iterator = self._get_iterator()
        else:
            self._iterator._reset(self)
        return self._iterator

    @property
    def _auto_collation(self) -> bool:
        return self.batch_sampler is not None

    @property
    def _index_sampler(self) -> Any:
        return self.batch_sampler if self._auto_collation else self.sampler

    def __len__(self) -> int:
        if self._dataset_kind == _DatasetKind.Map:
            return len(self._index_sampler)
        length = self._IterableDataset_len_called = len(self.dataset)
        if self.batch_size is not None:
            length = length // self.batch_size if self.drop_last else math.ceil(length / self.batch_size)
        return length


def _checked_prefetch(num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool) -> int | None:
    """prefetch_factor, or its default; ValueError for options that do not go together."""
    if num_workers < 0:
        raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError("prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, "
                         "otherwise set prefetch_factor to None.")
    if num_workers > 0 and prefetch_factor is None:
        prefetch_factor = 2
    elif prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")
    return prefetch_factor


def _check_iterable(shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
    options = {"shuffle": shuffle if shuffle not in (False, None) else None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in options.items():
        if value is not None:
            raise ValueError(f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}")


def _checked_context(context: Any, num_workers: int) -> Any:
    """What PyTorch starts its workers with; checked, and not needed for threads."""
    if context is None:
        return None
    import multiprocessing
    if num_workers <= 0:
        raise ValueError("multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got "
                         f"num_workers={num_workers}")
    if isinstance(context, str):
        valid = multiprocessing.get_all_start_methods()
        if context not in valid:
            raise ValueError(f"multiprocessing_context option should specify a valid start method in {valid!r}, but got "
                             f"multiprocessing_context={context!r}")
        context = multiprocessing.get_context(context)
    if not isinstance(context, multiprocessing.context.BaseContext):
        raise TypeError("multiprocessing_context option should be a valid context object or a string specifying the start method, but got "
                        f"multiprocessing_context={context}")
    return context


class _BaseDataLoaderIter:
    """One epoch."""

    def __init__(self, loader: DataLoader) -> None:
        self._dataset = loader.dataset
        self._dataset_kind = loader._dataset_kind
        self._IterableDataset_len_called = loader._IterableDataset_len_called
        self._auto_collation = loader._auto_collation
        self._drop_last = loader.drop_last
        self._index_sampler = loader._index_sampler
        self._num_workers = loader.num_workers
        self._timeout = loader.timeout
        self._collate_fn = loader.collate_fn
        if loader.pin_memory:
            _warn_of_pinning(loader.pin_memory_device)
        self._sampler_iter = iter(self._index_sampler)
        self._base_seed = draw_seed(loader.generator)
        self._persistent_workers = loader.persistent_workers
        self._num_yielded = 0

    def __iter__(self) -> _BaseDataLoaderIter:
        return self

    def _reset(self, loader: DataLoader, first_iter: bool = False) -> None:
        self._sampler_iter = iter(self._index_sampler)
        self._num_yielded = 0
        self._IterableDataset_len_called = loader._IterableDataset_len_called

    def _next_index(self) -> Any:
        return next(self._sampler_iter)

    def _next_data(self) -> Any:
        raise NotImplementedError

    def __next__(self) -> Any:
        data = self._next_data()
        self._num_yielded += 1
        said = self._IterableDataset_len_called
        if self._dataset_kind == _DatasetKind.Iterable and said is not None and self._num_yielded > said:
            text = (f"Length of IterableDataset {self._dataset} was reported to be {said}(when accessing len(dataloader)), but "
                    f"{self._num_yielded} samples have been fetched. ")
            if self._num_workers > 0:
                text += ("For multiprocessing data-loading, this could be caused by not properly configuring the IterableDataset replica at "
                         "each worker. Please see https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset for examples.")
            warnings.warn(text, stacklevel=2)
        return data

    def __len__(self) -> int:
        return len(self._index_sampler)

    def __getstate__(self):
        raise NotImplementedError("{} cannot be pickled", type(self).__name__)


def _warn_of_pinning(device: str) -> None:
    if device:
        warnings.warn("pin_memory_device is deprecated, the current accelerator will be used as the device,ignore "
                      f"pin_memory_device='{device}'.", stacklevel=4)
    warnings.warn("'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.", stacklevel=4)


class _SingleIter(_BaseDataLoaderIter):
    """Batches made when they are asked for."""

    def __init__(self, loader: DataLoader) -> None:
        super().__init__(loader)
        if self._timeout != 0:
            raise AssertionError("_SingleProcessDataLoaderIter requires timeout == 0")
        self._dataset_fetcher = _DatasetKind.create_fetcher(self._dataset_kind, self._dataset, self._auto_collation, self._collate_fn,
                                                            self._drop_last)

    def _next_data(self):
        return self._dataset_fetcher.fetch(self._next_index())


class _ThreadedIter(_BaseDataLoaderIter):
    """Batches made ahead: worker k gets every num_workers-th list of numbers, and the batches are given in that order."""

    def __init__(self, loader: DataLoader) -> None:
        super().__init__(loader)
        if loader.prefetch_factor <= 0:
            raise AssertionError("prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter")
        self._max_tasks = loader.prefetch_factor * self._num_workers
        self._in_order = loader.in_order
        self._crew = _Crew(self._num_workers, functools.partial(_fetcher_of, self._dataset_kind, self._auto_collation, self._collate_fn,
                                                                self._drop_last), self._dataset, self._base_seed, loader.worker_init_fn)
        # Gone with the iterator, wherever that is dropped.
        self._finalizer = weakref.finalize(self, self._crew.stop)
        self._finalizer.atexit = False
        self._reset(loader, first_iter=True)

    def _reset(self, loader: DataLoader, first_iter: bool = False) -> None:
        super()._reset(loader, first_iter)
        self._send_idx = self._rcvd_idx = self._tasks_outstanding = 0
        self._task_info: dict[int, tuple] = {}  # number: (worker,), or (worker, batch) of one that came before its turn
        self._working = [True] * self._num_workers
        self._tasks_of = [0] * self._num_workers
        self._turn = itertools.cycle(range(self._num_workers))
        if not first_iter:
            self._crew.resume()
        for _ in range(self._max_tasks):
            self._try_put_index()

    def _try_put_index(self) -> None:
        try:
            index = self._next_index()
        except StopIteration:
            return
        for _ in range(self._num_workers):
            worker = next(self._turn)
            if self._working[worker] and (self._in_order or self._tasks_of[worker] < self._max_tasks // sum(self._working)):
                break
        else:
            return
        self._crew.give(worker, (self._send_idx, index))
        self._task_info[self._send_idx] = (worker,)
        self._tasks_of[worker] += 1
        self._tasks_outstanding += 1
        self._send_idx += 1

    def _next_data(self):
        while True:
            self._skip_unmade()
            if self._rcvd_idx >= self._send_idx:
                if not self._persistent_workers:
                    self._finalizer()
                raise StopIteration
            if len(self._task_info[self._rcvd_idx]) == 2:
                return self._given(self._rcvd_idx)
            number, data = self._crew.next_result(self._timeout)
            self._tasks_outstanding -= 1
            if isinstance(data, _worker.EndOfData):
                self._working[data.worker_id] = False
                self._try_put_index()
                continue
            self._task_info[number] += (data,)
            if number == self._rcvd_idx or not self._in_order:
                return self._given(number)

    def _skip_unmade(self) -> None:
        """Past the numbers that nobody will make: given to a worker whose iterable data set had ended."""
        while self._rcvd_idx < self._send_idx:
            info = self._task_info.get(self._rcvd_idx)
            if info and (len(info) == 2 or self._working[info[0]]):
                return
            self._task_info.pop(self._rcvd_idx, None)
            self._rcvd_idx += 1

    def _given(self, number: int) -> Any:
        worker, data = self._task_info.pop(number)
        if number == self._rcvd_idx:
            self._rcvd_idx += 1
        self._tasks_of[worker] -= 1
        self._try_put_index()
        if isinstance(data, _worker.ExceptionWrapper):
            data.reraise()
        return data

    def _shutdown_workers(self) -> None:
        self._finalizer()


def _fetcher_of(kind, auto_collation, collate_fn, drop_last, dataset, stopped):
    return _DatasetKind.create_fetcher(kind, dataset, auto_collation, collate_fn, drop_last, stopped)


_crews: weakref.WeakSet[_Crew] = weakref.WeakSet()
_all_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


class _Crew:
    """The threads of one loader, and the queues to and from them. They hold neither the loader nor its iterator."""

    def __init__(self, count: int, make_fetcher: Callable, dataset: Any, base_seed: int, init_fn: Callable | None) -> None:
        self._results: queue.SimpleQueue = queue.SimpleQueue()
        self._tasks = [queue.SimpleQueue() for _ in range(count)]
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=_worker.run, name=f"convgrad loader {i}", daemon=True,
                             args=(self._tasks[i], self._results, self._done, make_fetcher, _worker.own_copy(dataset), base_seed, init_fn,
                                   i, count))
            for i in range(count)]
        for thread in self._threads:
            thread.start()
            _all_threads.add(thread)
        _crews.add(self)

    def give(self, worker: int, task: Any) -> None:
        self._tasks[worker].put(task)

    def resume(self) -> None:
        """Another epoch: what is left of the last one is thrown away."""
        for tasks in self._tasks:
            tasks.put(_worker.RESUME)
        waiting = len(self._tasks)
        while waiting:
            waiting -= self.next_result(0)[0] is _worker.RESUME

    def next_result(self, timeout: float) -> tuple[Any, Any]:
        """Waits; Ctrl-C ends it. RuntimeError after `timeout` seconds, and where no worker is left, as after a fork."""
        end = time.monotonic() + timeout if timeout > 0 else math.inf
        while True:
            try:
                return self._results.get(timeout=min(1.0, max(0.0, end - time.monotonic())))
            except queue.Empty:
                pass
            if time.monotonic() >= end:
                raise RuntimeError(f"DataLoader timed out after {timeout} seconds")
            dead = [thread.name for thread in self._threads if not thread.is_alive()]
            if dead:
                raise RuntimeError(f"DataLoader worker (thread(s) {', '.join(dead)}) exited unexpectedly")

    def stop(self) -> None:
        """Lets the workers end at the example they are at; does not wait for them."""
        self._done.set()
        for tasks in self._tasks:
            tasks.put(None)


@atexit.register
def _stop_all() -> None:
    """Before the interpreter goes, its threads do; one that hangs in a data set is waited for two seconds."""
    for crew in list(_crews):
        crew.stop()
    end = time.monotonic() + 2
    for thread in list(_all_threads):
        thread.join(max(0.0, end - time.monotonic()))
