"""Special functions. Like torch.special, as far as convgrad has it."""
from . import _C

globals().update({name: value for name, value in vars(_C._special).items() if not name.startswith("__")})


def __getattr__(name: str):
    from ._support import missing
    raise missing("torch.special", name, globals())
