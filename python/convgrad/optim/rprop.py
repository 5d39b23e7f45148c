"""Resilient backpropagation. Like torch.optim.Rprop."""
from __future__ import annotations

from ._rule import Rule, _F, check_lr, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class Rprop(Rule):
    """Steps by the gradient's sign alone (Riedmiller & Braun 1993); for whole data sets.

      s = sign(g·g₋₁);  η ← clamp(η·(etas[1] where s > 0, etas[0] where s < 0), step_sizes);  g ← 0 where s < 0
      p ← p − η·sign(g)

    State: "step", "prev" (g₋₁), "step_size" (η, lr at first). Errors: ValueError for a negative lr and unless
    0 < etas[0] < 1 < etas[1]. Like torch.optim.Rprop.
    """

    _capturable_xla = (", 'xla'", ", 'xla'")

    def __init__(self, params, lr: float | Tensor = 1e-2, etas: tuple[float, float] = (0.5, 1.2),
                 step_sizes: tuple[float, float] = (1e-6, 50), *, capturable: bool = False, foreach: bool | None = None,
                 maximize: bool = False, differentiable: bool = False) -> None:
        check_lr(lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize,
                                  "differentiable": differentiable, "capturable": capturable})

    def _new_state(self, group, p):
        return {"step": zero_number(group), "prev": zeros_like(p), "step_size": _F.full_like(p.grad, _to_scalar(group["lr"]))}

    def _update(self, group, p, grad, state):
        (smaller, larger), (least, most) = group["etas"], group["step_sizes"]
        before, size = state["prev"], state["step_size"]
        state["step"] += 1
        sign = grad.mul(before.clone() if group["differentiable"] else before).sign()
        back = sign.lt(0)
        factor = _F.ones_like(sign).masked_fill(sign.gt(0), larger).masked_fill(back, smaller)
        factor = factor.where(~sign.isnan(), sign)
        size.mul_(factor).clamp_(least, most)
        grad = grad.masked_fill(back, 0)
        p.addcmul_(grad.sign(), size, value=-1)
        before.copy_(grad)
