"""Neural networks. Like torch.nn."""
from . import functional, init
from .modules import *  # noqa: F401,F403
globals().pop("utils", None)  # the modules' own; nn.utils comes when it is asked for
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter


def __getattr__(name: str):
    import importlib
    if name in ("utils", "parallel", "grad", "modules"):
        return importlib.import_module("." + name, __name__)
    if name == "DataParallel":
        from .parallel import DataParallel
        return DataParallel
    if name.startswith("__"):
        raise AttributeError(name)
    from .._support import missing
    raise missing("torch.nn", name, globals())
