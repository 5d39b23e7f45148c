"""Adadelta. Like torch.optim.Adadelta."""
from __future__ import annotations

from ._rule import Rule, check_lr, check_not_negative, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class Adadelta(Rule):
    """Adadelta (Zeiler 2012).

      g ← ∇p (−∇p where maximize) + weight_decay·p;  v ← rho·v + (1 − rho)·g²
      δ ← √(u + eps) / √(v + eps) · g;  u ← rho·u + (1 − rho)·δ²;  p ← p − lr·δ

    State: "step", "square_avg" (v), "acc_delta" (u). Errors: ValueError for negative options and rho outside [0, 1].
    Like torch.optim.Adadelta.
    """

    _capturable_xla = ("", "")

    def __init__(self, params, lr: float | Tensor = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0,
                 foreach: bool | None = None, *, capturable: bool = False, maximize: bool = False,
                 differentiable: bool = False) -> None:
        check_lr(lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_not_negative("epsilon value", eps)
        check_not_negative("weight_decay value", weight_decay)
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
                                  "capturable": capturable, "foreach": foreach, "differentiable": differentiable})

    def _new_state(self, group, p):
        return {"step": zero_number(group), "square_avg": zeros_like(p), "acc_delta": zeros_like(p)}

    def _update(self, group, p, grad, state):
        rho, eps, v, u = group["rho"], group["eps"], state["square_avg"], state["acc_delta"]
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        v.mul_(rho).addcmul_(grad, grad, value=1 - rho)
        root = v.add(eps).sqrt_()
        delta = u.add(eps).sqrt_()
        if group["differentiable"]:
            delta = delta.clone()
        delta.div_(root).mul_(grad)
        u.mul_(rho).addcmul_(delta, delta, value=1 - rho)
        p.add_(delta, alpha=-_to_scalar(group["lr"]))
