"""Recording and gradients. Like mxnet.autograd."""
from __future__ import annotations

import contextlib
from typing import Any, Iterator

from . import _array
from ._array import ndarray


@contextlib.contextmanager
def _mode(recording: bool | None, training: bool | None) -> Iterator[None]:
    before = _array.recording(), is_training()
    if recording is not None:
        _array.set_recording(recording)
    if training is not None:
        set_training(training)
    try:
        yield
    finally:
        _array.set_recording(before[0])
        set_training(before[1])


def record(train_mode: bool = True) -> Any:
    """Within the block operations are recorded, for backward().

    Example::

        >>> from convgrad.compat.mxnet import autograd, np
        >>> x = np.arange(4.0)
        >>> x.attach_grad()
        >>> with autograd.record():
        ...     y = 2 * np.dot(x, x)
        >>> y.backward()
        >>> x.grad
        array([ 0.,  4.,  8., 12.])
    """
    return _mode(True, train_mode)


def pause(train_mode: bool = False) -> Any:
    """Within the block they are not."""
    return _mode(False, train_mode)


def train_mode() -> Any:
    return _mode(None, True)


def predict_mode() -> Any:
    return _mode(None, False)


def is_recording() -> bool:
    return _array.recording()


def is_training() -> bool:
    return getattr(_array._state, "training", False)


def set_training(train_mode: bool) -> bool:
    before = is_training()
    _array._state.training = train_mode
    return before


def backward(heads: Any, head_grads: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
    """Gradients of several arrays at once."""
    heads = [heads] if isinstance(heads, ndarray) else list(heads)
    head_grads = [None] * len(heads) if head_grads is None else [head_grads] if isinstance(head_grads, ndarray) else list(head_grads)
    _array.backward(heads, head_grads, retain_graph)
