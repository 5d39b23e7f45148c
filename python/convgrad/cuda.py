"""No graphics card is used: what a PyTorch built for the processor alone answers. Like torch.cuda."""
from __future__ import annotations

from typing import Any

from . import _C

default_generators: tuple = ()


def is_available() -> bool:
    return False


def device_count() -> int:
    return 0


def is_initialized() -> bool:
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    return False


def _refuse(*args: Any, **kwargs: Any):
    raise AssertionError("Torch not compiled with CUDA enabled")


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Nothing to do without a card."""


def _zero(*args: Any, **kwargs: Any) -> int:
    return 0


current_device = get_device_name = get_device_properties = get_device_capability = synchronize = current_stream = init = set_device = _refuse
empty_cache = manual_seed = manual_seed_all = seed = seed_all = reset_peak_memory_stats = ipc_collect = _nothing
memory_allocated = max_memory_allocated = memory_reserved = max_memory_reserved = memory_cached = _zero


def get_arch_list() -> list[str]:
    return []


def memory_stats(device=None) -> dict:
    return {}


class Stream:
    def __init__(self, *args, **kwargs):
        raise RuntimeError("torch.cuda.Stream requires CUDA support")


class Event:
    def __init__(self, *args, **kwargs):
        raise RuntimeError("torch.cuda.Event requires CUDA support")


class device:
    """A context that chooses a card; with none it does nothing."""

    def __init__(self, device: Any) -> None:
        self.idx = -1

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        pass


class OutOfMemoryError(RuntimeError):
    """Never raised here; for programs that catch it."""


def __getattr__(name: str):
    if name == "amp":
        from . import amp
        return amp
    if name.endswith("Tensor") and name[0].isupper():
        return type(name, (), {"__new__": lambda cls, *a, **k: (_ for _ in ()).throw(
            TypeError(f"type torch.cuda.{name} not available. Torch not compiled with CUDA enabled."))})
    from ._support import missing
    raise missing("torch.cuda", name, globals())
