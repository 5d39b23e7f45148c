"""What MXNet has beside NumPy's functions. Like mxnet.npx."""
from __future__ import annotations

from typing import Any

from ... import _C
from ._array import ndarray, run
from ._context import cpu, gpu, num_gpus

__all__ = ["cpu", "gpu", "is_np_array", "leaky_relu", "log_softmax", "num_gpus", "one_hot", "relu", "reset_np", "set_np", "sigmoid", "softmax",
           "waitall"]


def set_np(shape: bool = True, array: bool = True, dtype: bool = False) -> None:
    """Nothing to do: NumPy's way is the only one here."""


def reset_np() -> None:
    """Nothing to do."""


def is_np_array() -> bool:
    return True


def waitall() -> None:
    """Nothing to do: every call has its result."""


def relu(data: ndarray) -> ndarray:
    return run(lambda t: t.relu(), data)


def sigmoid(data: ndarray) -> ndarray:
    return run(lambda t: t.sigmoid(), data)


def leaky_relu(data: ndarray, slope: float = 0.25) -> ndarray:
    from ...nn import functional as F
    return run(lambda t: F.leaky_relu(t, slope), data)


def softmax(data: ndarray, axis: int = -1) -> ndarray:
    return run(lambda t: t.softmax(axis), data)


def log_softmax(data: ndarray, axis: int = -1) -> ndarray:
    return run(lambda t: t.log_softmax(axis), data)


def one_hot(data: ndarray, depth: int) -> ndarray:
    from ...nn import functional as F
    return run(lambda t: F.one_hot(t.to(_C.int64), depth).to(_C.float32), data)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    from ..._support import missing
    raise missing("mxnet.npx", name, __all__)
