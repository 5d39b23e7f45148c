"""One device: everything runs on it. Like torch.nn.parallel."""
from __future__ import annotations

from ..modules.module import Module


class DataParallel(Module):
    """Calls the module; with one device there is nothing to spread."""

    def __init__(self, module, device_ids=None, output_device=None, dim: int = 0) -> None:
        super().__init__()
        self.module = module
        self.device_ids = []
        self.dim = dim

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)
