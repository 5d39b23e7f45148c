"""The examples of a batch. Like torch.utils.data._utils.fetch."""
from __future__ import annotations

from typing import Any, Callable


def _never() -> bool:
    return False


class _BaseDatasetFetcher:
    """stopped(): whether nobody waits for the batch any more; asked between examples."""

    def __init__(self, dataset: Any, auto_collation: bool, collate_fn: Callable, drop_last: bool,
                 stopped: Callable[[], bool] = _never) -> None:
        self.dataset = dataset
        self.auto_collation = auto_collation
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.stopped = stopped

    def fetch(self, possibly_batched_index: Any) -> Any:
        raise NotImplementedError


class Stopped(Exception):
    """Raised in a worker whose loader has gone."""


class _IterableDatasetFetcher(_BaseDatasetFetcher):
    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.dataset_iter = iter(self.dataset)
        self.ended = False

    def fetch(self, possibly_batched_index):
        if self.ended:
            raise StopIteration
        if not self.auto_collation:
            return self.collate_fn(next(self.dataset_iter))
        data = []
        for _ in possibly_batched_index:
            if self.stopped():
                raise Stopped
            try:
                data.append(next(self.dataset_iter))
            except StopIteration:
                self.ended = True
                break
        if not data or (self.drop_last and len(data) < len(possibly_batched_index)):
            raise StopIteration
        return self.collate_fn(data)


class _MapDatasetFetcher(_BaseDatasetFetcher):
    def fetch(self, possibly_batched_index):
        if not self.auto_collation:
            return self.collate_fn(self.dataset[possibly_batched_index])
        if getattr(self.dataset, "__getitems__", None):
            return self.collate_fn(self.dataset.__getitems__(possibly_batched_index))
        data = []
        for index in possibly_batched_index:
            if self.stopped():
                raise Stopped
            data.append(self.dataset[index])
        return self.collate_fn(data)
