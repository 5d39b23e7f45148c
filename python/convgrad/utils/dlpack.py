"""Memory shared with other libraries. Like torch.utils.dlpack."""
from __future__ import annotations

from typing import Any

from .. import _C


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None):
    """A tensor over the memory of a capsule or of any object with __dlpack__: nothing is copied unless asked for.

    Errors: RuntimeError for capsules that were used, memory elsewhere than in the processor's, and types without tensors here.

    Example::

        >>> import numpy
        >>> a = numpy.zeros(2)
        >>> torch.from_dlpack(a).fill_(1)
        tensor([1., 1.], dtype=torch.float64)
        >>> a
        array([1., 1.])
    """
    if device is not None and _C.device(device).type != "cpu":
        raise AssertionError("Torch not compiled with CUDA enabled")
    tensor = _C._from_dlpack(ext_tensor)
    return tensor.clone() if copy else tensor


def to_dlpack(tensor):
    """A capsule that shares the tensor's memory; it can be taken once."""
    return tensor.__dlpack__()
