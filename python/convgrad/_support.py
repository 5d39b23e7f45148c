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
    """What is served otherwise than by PyTorch, on purpose: the function's name and how. docs/compatibility.md has every row."""
    return {
        "torch.compile": "gives its argument back: every call runs compiled kernels already",
        "torch.utils.data.DataLoader": "workers are threads, not processes",
        "torch.load": "refuses files whose contents do not fit their check sums; reads safetensors files, by their ending",
        "torch.save": "a path that ends in .safetensors becomes a file of that format",
        "torch.use_deterministic_algorithms": "changes nothing: results are the same every run anyway",
        "torch.set_float32_matmul_precision": "changes nothing: products are computed in full float32",
        "torch.set_num_interop_threads": "changes nothing: one call runs after the other",
        "torch.nn.functional.unfold": "too few dimensions are told so by its own check",
        "torch.nn.functional.hardsigmoid": "the gradient's sixth is one in float64, too; PyTorch rounds it to float32",
        "torch.nn.functional.multi_margin_loss": "has a second derivative",
        "torch.nn.functional.multilabel_margin_loss": "has a second derivative",
        "torch.nn.functional.conv_transpose1d": "an empty batch is checked like any other",
        "torch.nn.functional.conv_transpose2d": "an empty batch is checked like any other",
        "torch.nn.functional.conv_transpose3d": "an empty batch is checked like any other",
        "torch.nn.DataParallel": "gives its module back: there is one device",
    }
