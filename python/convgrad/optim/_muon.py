"""Muon. Like torch.optim.Muon."""
from __future__ import annotations

import math

from .. import _C
from ..autograd.grad_mode import no_grad
from ._rule import Rule, zeros_like
from .optimizer import Tensor, _to_scalar

_F = _C._functions
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_FUNCTIONS = ("original", "match_rms_adamw")


class Muon(Rule):
    """Momentum, made nearly orthogonal before each step (Jordan 2024): for the weight matrices of hidden layers.

      m ← m + (1 − momentum)·(g − m);  u = g + momentum·(m − g) (nesterov), else m
      O = u / max(‖u‖, eps), then ns_steps times:  G = O·Oᵀ;  O ← a·O + (b·G + c·G²)·O
      p ← (1 − lr·weight_decay)·p − lr·r·O

    ns_coefficients: (a, b, c). adjust_lr_fn: None or "original", r = √max(1, rows / columns); "match_rms_adamw",
    r = 0.2·√max(rows, columns). O is kept in bfloat16's precision, as in PyTorch, so p's last digits are coarse: of lr·r·2⁻⁸.

    State: "momentum_buffer" (m). Errors: ValueError for what is no matrix, for negative lr, momentum and weight_decay, and for
    100 steps or more. Like torch.optim.Muon.

    Example::

        >>> matrices = [p for p in net.parameters() if p.ndim == 2]
        >>> optimizer = torch.optim.Muon(matrices, lr=0.02, momentum=0.95)
    """

    _later_options = {}
    _numbers = ()

    def __init__(self, params, lr: float = 1e-3, weight_decay: float = 0.1, momentum: float = 0.95, nesterov: bool = True,
                 ns_coefficients: tuple[float, float, float] = _COEFFICIENTS, eps: float = 1e-7, ns_steps: int = 5,
                 adjust_lr_fn: str | None = None) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        for name, value in (("Learning rate", lr), ("momentum", momentum), ("weight decay", weight_decay)):
            if not 0.0 <= value:
                raise ValueError(f"{name} should be >= 0 but is: {value}")
        if adjust_lr_fn is not None and adjust_lr_fn not in _FUNCTIONS:
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
                                  "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps, "adjust_lr_fn": adjust_lr_fn})
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim != 2:
                    raise ValueError(f"Muon only supports 2D parameters whereas we found a parameter with size: {p.size()}")

    @no_grad()
    def step(self, closure=None):
        """Changes every parameter that has a gradient; closure, where given, computes the loss first, which is returned."""
        return self._step(closure)

    def _check(self, group):
        """There is one way of computing it."""

    def _new_state(self, group, p):
        return {"momentum_buffer": zeros_like(p.grad)}

    def _update(self, group, p, grad, state):
        lr, momentum, buffer = _to_scalar(group["lr"]), group["momentum"], state["momentum_buffer"]
        if grad.ndim != 2:
            raise ValueError("Param gradient must be a 2D matrix")
        buffer.lerp_(grad, 1 - momentum)
        update = grad.lerp(buffer, momentum) if group["nesterov"] else buffer
        update = orthogonalized(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
        p.mul_(1 - lr * group["weight_decay"])
        p.add_(update.to(p.dtype), alpha=-(lr * _factor(group["adjust_lr_fn"], *p.shape[:2])))


def _factor(function: str | None, rows: int, columns: int) -> float:
    if function == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns)) if function in (None, "original") else 1.0


def orthogonalized(x: Tensor, coefficients: tuple[float, float, float], steps: int, eps: float) -> Tensor:
    """A matrix whose singular values have been brought near one, by a polynomial; float64 with bfloat16's precision.

    One digit of bfloat16 more or less in one step changes many in the next. Sums of float64 leave it to their exact value,
    and not to the order of the sum, which way they are rounded.
    """
    if steps >= 100:
        raise ValueError("Number of steps must be less than 100 for computational efficiency")
    if x.dim() != 2:
        raise ValueError("Input tensor gradient must be a 2D matrix")
    if len(coefficients) != 3:
        raise ValueError("Coefficients must be a tuple of exactly 3 values")
    a, b, c = coefficients
    tall = x.size(0) > x.size(1)
    x = as_bfloat16(x.t() if tall else x)
    x = as_bfloat16(x / as_bfloat16(as_bfloat16(x.norm()).clamp(min=eps)))
    for _ in range(steps):
        gram = as_bfloat16(x @ x.t())
        polynomial = as_bfloat16(_F.addmm(gram, gram, gram, beta=b, alpha=c))
        x = as_bfloat16(_F.addmm(x, polynomial, x, beta=a))
    return x.t() if tall else x


def as_bfloat16(x: Tensor) -> Tensor:
    """What bfloat16 keeps of the numbers: the nearest float32 whose lower 16 bits are zero, of two the even one; in float64."""
    x = x.to(_C.float32)
    bits = _C._from_bytes(_C._to_bytes(x.abs()), _C.int32, x.numel())
    bits = (bits + ((bits >> 16 & 1) + 0x7FFF)) & ~0xFFFF
    nearest = _C._from_bytes(_C._to_bytes(bits), _C.float32, x.numel()).reshape(x.shape)
    return _F.where(x.isnan(), x, _F.where(x < 0, -nearest, nearest)).to(_C.float64)
