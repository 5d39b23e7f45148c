"""convgrad: convolutional networks with PyTorch's semantics, in a few megabytes.

``import convgrad as torch``, or ``convgrad.install_as_torch()`` before ``import torch``.
"""
from __future__ import annotations

import math as _math
import os as _os

# Threads that wait for work give their core away after a tenth of a millisecond; libgomp's own default, several
# milliseconds, halves the speed beside other programs. It looks at this once, when it is loaded.
_waits_as_told = "GOMP_SPINCOUNT" in _os.environ or "OMP_WAIT_POLICY" in _os.environ
if not _waits_as_told:
    _os.environ["GOMP_SPINCOUNT"] = "10000"
from . import _C

if not _waits_as_told:
    del _os.environ["GOMP_SPINCOUNT"]
from ._C import *  # noqa: F401,F403
from ._C import Generator, Size, Tensor, as_tensor, default_generator, device, dtype, from_numpy, layout, memory_format, tensor

globals().update({name: value for name, value in vars(_C._functions).items() if not name.startswith("__")})

from . import _tensor

_tensor.install()

from ._legacy import (BoolTensor, ByteTensor, DoubleTensor, FloatTensor, IntTensor, LongTensor, is_tensor, set_default_dtype,
                      set_default_tensor_type, typename)
from ._info import finfo, iinfo
from ._printing import set_printoptions
from .autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .functional import *  # noqa: F401,F403
from .random import get_rng_state, initial_seed, manual_seed, seed, set_rng_state

__version__ = "2.13.0+convgrad" + _C.version()

bool = _C.bool
strided = _C.strided
contiguous_format = _C.contiguous_format
preserve_format = _C.preserve_format
channels_last = _C.channels_last
channels_last_3d = _C.channels_last_3d
_deterministic = False


def use_deterministic_algorithms(mode, *, warn_only=False) -> None:
    """Results are the same every run anyway."""
    global _deterministic
    _deterministic = mode


def are_deterministic_algorithms_enabled():
    return _deterministic


def set_float32_matmul_precision(precision: str) -> None:
    """Products are always computed in full float32."""


def get_float32_matmul_precision() -> str:
    return "highest"


def get_num_interop_threads():
    return 1


def set_num_interop_threads(threads) -> None:
    """One call runs after the other."""


def set_default_device(device) -> None:
    """The processor is the only one."""
    if device is not None and _C.device(device).type != "cpu":
        raise AssertionError("Torch not compiled with CUDA enabled")


def get_default_device():
    return _C.device("cpu")


def compile(model=None, **options):
    """Gives the function or module back: every call runs compiled kernels already."""
    return (lambda f: f) if model is None else model


inf = _math.inf
nan = _math.nan
pi = 3.141592653589793
e = 2.718281828459045
newaxis = None

_SUBMODULES = frozenset({
    "amp", "autograd", "backends", "compat", "cuda", "distributions", "func", "functional", "linalg", "nn", "optim", "random",
    "serialization", "special", "utils", "version", "vision",
})
_LAZY = {"save": "serialization", "load": "serialization", "from_dlpack": "utils.dlpack", "to_dlpack": "utils.dlpack",
         "install_as_torch": "_install", "load_ipython_extension": "_install", "autocast": "amp", "GradScaler": "amp"}


def __getattr__(name: str):
    import importlib
    if name in _SUBMODULES:
        return importlib.import_module("." + name, __name__)
    if name in _LAZY:
        value = getattr(importlib.import_module("." + _LAZY[name], __name__), name)
        globals()[name] = value
        return value
    from ._support import missing
    raise missing("torch", name, globals())
