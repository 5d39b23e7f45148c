"""Adamax. Like torch.optim.Adamax."""
from __future__ import annotations

from ._rule import Rule, _F, check_betas, check_lr, check_not_negative, number, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class Adamax(Rule):
    """Adam by the largest gradient (Kingma & Ba 2014).

      g ← ∇p (−∇p where maximize) + weight_decay·p
      m ← β₁·m + (1 − β₁)·g;  u ← max(β₂·u, |g| + eps);  p ← p − lr / (1 − β₁ᵗ) · m / u

    State: "step" (t), "exp_avg" (m), "exp_inf" (u). Errors: as Adam's. Like torch.optim.Adamax.
    """

    def __init__(self, params, lr: float | Tensor = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
                 weight_decay: float = 0, foreach: bool | None = None, *, maximize: bool = False, differentiable: bool = False,
                 capturable: bool = False) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach,
                                  "maximize": maximize, "differentiable": differentiable, "capturable": capturable})

    def _new_state(self, group, p):
        return {"step": zero_number(group), "exp_avg": zeros_like(p), "exp_inf": zeros_like(p)}

    def _update(self, group, p, grad, state):
        beta1, beta2 = group["betas"]
        m, u, step = state["exp_avg"], state["exp_inf"], state["step"]
        step += 1
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        m.lerp_(grad, 1 - beta1)
        u.copy_(_F.maximum(u.mul_(beta2), grad.abs().add_(group["eps"])))
        p.addcdiv_(m, u, value=-(_to_scalar(group["lr"]) / (1 - beta1 ** number(step))))
