"""What is there, what is not, and what is nearest."""
from __future__ import annotations

import difflib


def missing(module: str, name: str, known) -> AttributeError:
    """The error for a name that convgrad lacks: says so, with the nearest name that is there."""
    near = difflib.get_close_matches(name, [n for n in known if not n.startswith("_")], n=1, cutoff=0.7)
    error = AttributeError(f"module '{module}' has no attribute '{name}'")
    if hasattr(error, "add_note") and not name.startswith("__"):
        error.add_note(f"  convgrad lacks {module}.{name}" + (f"; the nearest is {module}.{near[0]}" if near else ""))
    return error


def differences() -> dict[str, str]:
    """What is served otherwise than by PyTorch, on purpose: the function's name and how."""
    return {
        "torch.compile": "gives its argument back: every call runs compiled kernels already",
    }
