"""Backward that stops at the first NaN and shows the forward call behind it. Like torch.autograd.anomaly_mode."""
from __future__ import annotations

from .. import _C


class detect_anomaly:
    """While active, a backward that makes a NaN raises, and a note names the forward call."""

    def __init__(self, check_nan=True) -> None:
        self.check_nan = check_nan
        import warnings
        warnings.warn("Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
                      stacklevel=2)

    def __enter__(self) -> None:
        self.prev = _C._anomaly_mode()
        _C._set_anomaly_mode(True, self.check_nan)

    def __exit__(self, *error) -> None:
        _C._set_anomaly_mode(*self.prev)


class set_detect_anomaly:
    """The same as a function, or as a context."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.prev = _C._anomaly_mode()
        _C._set_anomaly_mode(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error) -> None:
        _C._set_anomaly_mode(*self.prev)
