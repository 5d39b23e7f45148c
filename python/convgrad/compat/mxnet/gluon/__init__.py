"""Layers. Like mxnet.gluon."""
from . import nn
from .block import Block, HybridBlock
from .parameter import DeferredInitializationError, Parameter

__all__ = ["Block", "DeferredInitializationError", "HybridBlock", "Parameter", "nn"]


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    from ...._support import missing
    raise missing("mxnet.gluon", name, __all__)
