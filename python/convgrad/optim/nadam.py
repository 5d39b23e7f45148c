"""NAdam. Like torch.optim.NAdam."""
from __future__ import annotations

from ._rule import Rule, check_betas, check_lr, check_not_negative, number, zero_number, zeros_like
from .optimizer import Tensor, _to_scalar


class NAdam(Rule):
    """Adam with Nesterov's momentum (Dozat 2016).

      μₜ = β₁·(1 − ½·0.96^(t·momentum_decay)), Mₜ = μ₁·…·μₜ;  m and v as Adam's, d = √(v / (1 − β₂ᵗ)) + eps
      p ← p − lr·(1 − μₜ) / (1 − Mₜ) · g / d − lr·μₜ₊₁ / (1 − Mₜ₊₁) · m / d

    State: "step" (t), "mu_product" (M), "exp_avg" (m), "exp_avg_sq" (v). Errors: as Adam's. Like torch.optim.NAdam.
    """

    _later_options = {**Rule._later_options, "decoupled_weight_decay": False}
    _numbers = ("step", "mu_product")
    _capturable = ("params, mu_products and state_steps", "params, mu_products, and state_steps")

    def __init__(self, params, lr: float | Tensor = 2e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
                 weight_decay: float = 0, momentum_decay: float = 4e-3, decoupled_weight_decay: bool = False, *,
                 foreach: bool | None = None, maximize: bool = False, capturable: bool = False,
                 differentiable: bool = False) -> None:
        check_lr(lr)
        check_not_negative("epsilon value", eps)
        check_betas(betas)
        check_not_negative("weight_decay value", weight_decay)
        check_not_negative("momentum_decay value", momentum_decay)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay,
                                  "maximize": maximize, "foreach": foreach, "capturable": capturable,
                                  "differentiable": differentiable})

    def _new_state(self, group, p):
        return {"step": zero_number(group), "mu_product": zero_number(group, 1.0), "exp_avg": zeros_like(p), "exp_avg_sq": zeros_like(p)}

    def _update(self, group, p, grad, state):
        lr, (beta1, beta2) = _to_scalar(group["lr"]), group["betas"]
        m, v, product = state["exp_avg"], state["exp_avg_sq"], state["mu_product"]
        state["step"] += 1
        t = number(state["step"])
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                p.mul_(1 - lr * group["weight_decay"])
            else:
                grad = grad.add(p, alpha=group["weight_decay"])
        mu = beta1 * (1.0 - 0.5 * (0.96 ** (t * group["momentum_decay"])))
        mu_next = beta1 * (1.0 - 0.5 * (0.96 ** ((t + 1) * group["momentum_decay"])))
        product *= mu
        m.lerp_(grad, 1 - beta1)
        v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        denominator = v.div(1 - beta2 ** t).sqrt()
        if group["differentiable"]:
            denominator = denominator.add(group["eps"])
            p.addcdiv_(grad * (-lr * (1.0 - mu) / (1.0 - product)), denominator)
            p.addcdiv_(m * (-lr * mu_next / (1.0 - product * mu_next)), denominator)
            return
        denominator.add_(group["eps"])
        so_far = number(product)
        p.addcdiv_(grad, denominator, value=-lr * (1.0 - mu) / (1.0 - so_far))
        p.addcdiv_(m, denominator, value=(-lr * mu_next) / (1.0 - so_far * mu_next))
