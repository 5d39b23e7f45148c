"""RAdam. Like torch.optim.RAdam."""
from __future__ import annotations

from ._rule import Rule, check_betas, check_lr, check_not_negative, number, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class RAdam(Rule):
    """Adam whose adaptive rate waits until its variance is known (Liu et al. 2019).

      m and v as Adam's;  ρ∞ = 2 / (1 − β₂) − 1;  ρ = ρ∞ − 2·t·β₂ᵗ / (1 − β₂ᵗ);  m̂ = m / (1 − β₁ᵗ)
      ρ > 5:  p ← p − lr·m̂ · √(1 − β₂ᵗ) / (√v + eps) · √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ)),  else  p ← p − lr·m̂

    State: "step" (t), "exp_avg" (m), "exp_avg_sq" (v). Errors: as Adam's. Like torch.optim.RAdam.
    """

    _later_options = {**Rule._later_options, "decoupled_weight_decay": False}

    def __init__(self, params, lr: float | Tensor = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
                 weight_decay: float = 0, decoupled_weight_decay: bool = False, *, foreach: bool | None = None,
                 maximize: bool = False, capturable: bool = False, differentiable: bool = False) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
                                  "foreach": foreach, "capturable": capturable,
                                  "decoupled_weight_decay": decoupled_weight_decay, "differentiable": differentiable})

    def _new_state(self, group, p):
        return {"step": zero_number(group), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}

    def _update(self, group, p, grad, state):
        lr, (beta1, beta2) = _to_scalar(group["lr"]), group["betas"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        state["step"] += 1
        t = number(state["step"])
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * group["weight_decay"])
            else:
                grad = grad.add(p, alpha=group["weight_decay"])
        m.lerp_(grad, 1 - beta1)
        v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        correction2 = 1 - beta2 ** t
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * t * (beta2 ** t) / correction2
        update = m / (1 - beta1 ** t) * lr
        if length > 5.0:
            root = v.sqrt()
            root = root.add(group["eps"]) if group["differentiable"] else root.add_(group["eps"])
            rectified = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
            update = update * ((correction2 ** 0.5) / root) * rectified
        p.add_(update, alpha=-1.0)
