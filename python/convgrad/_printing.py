"""How tensors are printed. Like torch.set_printoptions."""
from __future__ import annotations

from . import _C

_DEFAULT = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80, "sci_mode": None}
_options = dict(_DEFAULT)


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None) -> None:
    """Digits, lengths and notation of printed tensors; profile "default", "short" or "full" sets several at once."""
    if profile == "default":
        _options.update(_DEFAULT)
    elif profile == "short":
        _options.update(precision=2, threshold=1000, edgeitems=2, linewidth=80)
    elif profile == "full":
        _options.update(precision=4, threshold=2**63 - 1, edgeitems=3, linewidth=80)
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    _options.update({name: value for name, value in given.items() if value is not None})
    _options["sci_mode"] = sci_mode
    limit = 2**63 - 1
    shown = {name: value if name == "sci_mode" else int(min(value, limit)) for name, value in _options.items()}
    _C._set_printoptions(**shown)


def get_printoptions() -> dict:
    return dict(_options)
