"""Seeds and states of the default generator. Like torch.random."""
from __future__ import annotations

from . import _C

default_generator = _C.default_generator


def manual_seed(seed) -> _C.Generator:
    """Seeds the default generator: PyTorch's numbers for the same seed.

    Example::

        >>> _ = torch.manual_seed(0)
        >>> torch.rand(2)
        tensor([0.4963, 0.7682])
    """
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Seeds it from the operating system, and returns the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    return default_generator.initial_seed()


def get_rng_state():
    return default_generator.get_state()


def set_rng_state(new_state) -> None:
    default_generator.set_state(new_state)


class fork_rng:
    """A context (or decorator): the stream outside goes on as if nothing had been drawn inside."""

    def __init__(self, devices=None, enabled=True, device_type="cuda", **kwargs) -> None:
        self.enabled = enabled

    def __enter__(self) -> None:
        if self.enabled:
            self.state = get_rng_state()

    def __exit__(self, *error) -> None:
        if self.enabled:
            set_rng_state(self.state)

    def __call__(self, function):
        import functools

        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            with fork_rng(enabled=self.enabled):
                return function(*args, **kwargs)

        return wrapped
