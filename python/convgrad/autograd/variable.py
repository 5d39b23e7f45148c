"""What programs older than tensors with gradients call a tensor. Like torch.autograd.variable."""
from __future__ import annotations

from .. import _C


class VariableMeta(type):
    def __instancecheck__(cls, other) -> bool:
        return isinstance(other, _C.Tensor)


class Variable(metaclass=VariableMeta):
    """Variable(data, requires_grad=False): a leaf with the elements of a tensor. Every tensor is an instance."""

    def __new__(cls, data=None, requires_grad=False, volatile=False):
        if data is not None and not isinstance(data, _C.Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        if volatile:
            import warnings
            warnings.warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.", stacklevel=2)
        leaf = _C._functions.empty(0) if data is None else data.detach()
        if requires_grad and not leaf.is_floating_point():
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        return leaf.requires_grad_(bool(requires_grad))
