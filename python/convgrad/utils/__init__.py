"""Data sets and loaders, exchange with other libraries. Like torch.utils."""


def __getattr__(name: str):
    import importlib
    if name in ("checkpoint", "data", "dlpack", "hooks"):
        return importlib.import_module("." + name, __name__)
    from .._support import missing
    raise missing("torch.utils", name, globals())
